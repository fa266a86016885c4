"""A sweep as a strategist reads it: what was varied, what came of it, which point and plan are best and where.

In goes a `Sweep`; out come lines of text no wider than asked, and the object that `--json` prints. One lever is a
table, two are a matrix, more are their best and worst points and the average answer to each.
"""

from collections.abc import Sequence
from math import isfinite, nan
from typing import Any

import numpy as np

from experiments.comparing.intervals import LEVEL, Interval, simultaneous
from experiments.report.layout import LABEL_WIDTH, Column, side_by_side, table, wrapped
from experiments.report.numbers import UNDEFINED
from experiments.report.tables import PERIOD_WORDS, WIDTH
from experiments.sweeping.point_sets import said
from experiments.sweeping.response import Switch, at_part, best_at_part, parts, switches
from experiments.sweeping.sweeps import Sweep
from sim.scenario.units import text_in

ENDS = 3
"""Best and worst points shown of a sweep of many levers."""
DESIGN_WORDS = {"grid": "grid", "latin-hypercube": "Latin hypercube", "sobol": "Sobol sequence"}
UNSURE = "?"


def sweep_text(sweep: Sweep, language: str = "en", width: int = WIDTH) -> str:
    """Header, what was varied, a table or matrix of each measure, and what follows in sentences."""
    blocks = [_header(sweep, language, width), _varied(sweep, width)]
    for measure in sweep.measures:
        if len(sweep.set.factors) == 1:
            blocks.append(_one_lever(sweep, measure, language, width))
        elif len(sweep.set.factors) == 2 and sweep.set.shape:
            blocks += _two_levers(sweep, measure, language)
        else:
            blocks += _many_levers(sweep, measure, language, width)
    sentences = "\n".join(line for measure in sweep.judged for line in _sentences(sweep, measure, language, width))
    return "\n\n".join([*blocks, *([sentences] if sentences else [])]) + "\n"


def sweep_object(sweep: Sweep) -> dict[str, Any]:
    """The sweep as one object of plain values; what is undefined is NaN."""
    means = sweep.means.set_index(["point", "measure", "plan"])
    ends = ("mean", "low", "high")

    def intervals(point: int, of: str, plans: Sequence[str]) -> dict[str, Any]:
        return {
            measure: {plan: {end: float(means.at[(point, measure, plan), f"{of}{end}"]) for end in ends}  # type: ignore[arg-type]  # a number
                      for plan in plans}
            for measure in sweep.measures
        }  # fmt: skip

    points = []
    others = [plan for plan in sweep.plans if plan != sweep.baseline]
    for point in range(len(sweep.points)):
        at = sweep.outcomes_point(point)
        best = {measure: sweep.best(point, measure) for measure in sweep.judged}
        points.append(
            {
                "point": point,
                "stated": point == sweep.stated,
                "settings": dict(at.settings),
                "quantiles": dict(at.quantiles),
                "plans": intervals(point, "", tuple(sweep.plans)),
                "differences": intervals(point, "from_baseline_", others),
                "changes_from_file": intervals(point, "from_file_", tuple(sweep.plans)),
                "best": {name: {"plan": each.plan, "surely": each.sure} for name, each in best.items() if each},
            }
        )
    found = {measure: sweep.best_point(measure) for measure in sweep.judged}
    return {
        "scenario": sweep.scenario,
        "period": sweep.outcomes.period,
        "design": sweep.set.design,
        "baseline": sweep.baseline,
        "seed": sweep.seed,
        "replications": sweep.replications,
        "currency": sweep.currency,
        "varied": {
            factor.path: {
                "kind": factor.kind,
                "plans": list(factor.plans),
                "in_the_file": dict(sweep.written_in_file[factor.path]),
            }
            for factor in sweep.set.factors
        },
        "points": points,
        "best": {name: {"point": each[0], "plan": each[1]} for name, each in found.items() if each},
        "switches": {
            measure: [
                {"path": each.path, "after": each.after.name, "until": each.until.name, "at": each.at,
                 "from": each.plan, "to": each.other}
                for number in range(len(sweep.set.factors))
                for each in switches(sweep, measure, number)
            ]
            for measure in sweep.judged
        },
    }  # fmt: skip


def _header(sweep: Sweep, language: str, width: int) -> str:
    count = len(sweep.set.points)
    grid = f" of {' x '.join(map(str, sweep.set.shape))}" if len(sweep.set.shape) > 1 else ""
    facts = [
        f"{DESIGN_WORDS[sweep.set.design]}{grid}, {count} points",
        f"{sweep.replications} replication{'s' if sweep.replications > 1 else ''}",
        f"seed {sweep.seed}",
    ]
    lines = [f"{text_in(sweep.title, language)}   {' · '.join(facts)}"]
    legend = f"Measured over {PERIOD_WORDS[sweep.outcomes.period]}; ( ) 95 % interval of luck"
    if sweep.replications == 1:
        legend = (
            f"Measured over {PERIOD_WORDS[sweep.outcomes.period]}; one replication: how much of it is luck cannot be "
            "said, ask for two or more"
        )
    return "\n".join(each for line in (*lines, legend) for each in wrapped(line, width))


def _varied(sweep: Sweep, width: int) -> str:
    """A row a factor: its path, its values, what the file has."""
    rows = []
    for factor, count in zip(sweep.set.factors, sweep.set.shape or [0] * len(sweep.set.factors), strict=True):
        values = factor.values(count) if count else factor.among
        if values and len(values) <= 8:
            span = ", ".join(said(each) for each in values)
        else:
            span = f"{said(factor.low)} to {said(factor.high)}" if not factor.among else f"{len(values)} choices"
        stated = sweep.written_in_file[factor.path]
        groups: dict[str, list[str]] = {}
        for plan, value in stated.items():
            groups.setdefault("nothing" if value is None else said(value), []).append(plan)
        if len(groups) == 1:
            filed = next(iter(groups))
        else:
            filed = "; ".join(f"{value} in {', '.join(plans)}" for value, plans in groups.items())
        missing = [plan for plan in sweep.plans if plan not in factor.plans]
        if missing:
            filed += f" (not varied in {', '.join(missing)})"
        rows.append((factor.path, span, filed))
    names, spans = (tuple(row[place] for row in rows) for place in (0, 1))
    first = [Column(("", "varied"), names), Column(("", "values"), spans)]
    left = max(24, width - side_by_side(first) - 3)
    return table([*first, Column(("", "in the file"), tuple("\n".join(wrapped(row[2], left)) for row in rows))])


def _one_lever(sweep: Sweep, measure: str, language: str, width: int) -> str:
    """A row a value: the baseline's mean, each plan's change from it, and which is best."""
    style, along = sweep.style(measure), parts(sweep, 0)
    stated_apart = sweep.stated == len(sweep.set.points)
    names = [part.name for part in along] + (["as in the file"] if stated_apart else [])
    if not stated_apart and sweep.set.shape:
        names = [f"{part.name}{' (as in the file)' if sweep.stated in part.points else ''}" for part in along]
    columns = [Column(("", sweep.set.axes[0].path.rsplit(".", 1)[-1].replace("_", " ")), tuple(names), right=True)]
    single = all(len(part.points) == 1 for part in along)
    for plan in sweep.plans:
        changes = plan != sweep.baseline and single
        cells = []
        for part in along:
            if changes:
                cells.append(style.change(sweep.difference(part.points[0], plan, measure)))
            else:
                cells.append(style.bare(at_part(sweep, measure, plan, part)))
        if stated_apart:
            here = sweep.stated
            cells.append(
                style.change(sweep.difference(here, plan, measure))
                if changes
                else style.bare(sweep.mean(here, plan, measure))
            )
        role = "change" if changes else "(baseline)" if len(sweep.plans) > 1 and plan == sweep.baseline else ""
        columns.append(Column((text_in(sweep.plans[plan], language), role), tuple(cells)))
    if measure in sweep.judged and len(sweep.plans) > 1:
        best = [_winner(sweep, measure, part.points) for part in along]
        best += [_winner(sweep, measure, (sweep.stated,))] if stated_apart else []
        columns.append(Column(("", "best"), tuple(best)))
    return _titled(style.axis_title, columns, width)


def _winner(sweep: Sweep, measure: str, points: Sequence[int]) -> str:
    """The plan that is best at a point, with a question mark where luck could change it."""
    if len(points) != 1:
        counted = [found.plan for point in points if (found := sweep.best(point, measure)) is not None]
        return ", ".join(f"{plan} {counted.count(plan)}/{len(points)}" for plan in dict.fromkeys(counted))
    found = sweep.best(points[0], measure)
    return UNDEFINED if found is None else found.plan if found.sure else f"{found.plan}{UNSURE}"


def _two_levers(sweep: Sweep, measure: str, language: str) -> list[str]:
    """A matrix: the best plan's mean and name at each combination, or the one plan's mean."""
    style = sweep.style(measure)
    down, across = parts(sweep, 0), parts(sweep, 1)
    named = measure in sweep.judged and len(sweep.plans) > 1
    blocks = []
    for plan in ("",) if named else tuple(sweep.plans):
        rows = [part.name for part in down]
        columns = [Column((sweep.set.axes[1].path, f"{sweep.set.axes[0].path} (down)"), tuple(rows), right=True)]
        for part in across:
            cells = []
            for row in down:
                point = next(each for each in row.points if each in part.points)
                cells.append(_cell(sweep, measure, point, plan))
            columns.append(Column((part.name, ""), tuple(cells), right=True))
        who = "the best plan" if named else text_in(sweep.plans[plan], language)
        blocks.append(f"{style.axis_title}: {who}\n{table(columns)}")
    return blocks


def _cell(sweep: Sweep, measure: str, point: int, plan: str) -> str:
    best = sweep.best(point, measure)
    if not plan and best is None:
        return UNDEFINED
    mark = "" if best is None or plan else f" {best.plan}{'' if best.sure else UNSURE}"
    shown = plan or (best.plan if best is not None else sweep.baseline)
    mean = sweep.mean(point, shown, measure).mean
    return f"{sweep.style(measure).bare(Interval(mean, nan, nan))}{mark}"


def _many_levers(sweep: Sweep, measure: str, language: str, width: int) -> list[str]:
    """The best and the worst points, then the average answer to each lever."""
    style = sweep.style(measure)
    blocks = []
    if measure in sweep.judged:
        blocks.append(_titled(f"{style.axis_title}: best and worst points", _ends(sweep, measure), width))
    for number, axis in enumerate(sweep.set.axes):
        along = parts(sweep, number)
        columns = [Column(("", axis.path), tuple(part.name for part in along), right=True)]
        for plan in sweep.plans:
            cells = tuple(style.bare(at_part(sweep, measure, plan, part)) for part in along)
            columns.append(Column(("", text_in(sweep.plans[plan], language)), cells))
        if measure in sweep.judged and len(sweep.plans) > 1:
            columns.append(
                Column(("", "best"), tuple(best_at_part(sweep, measure, part) or UNDEFINED for part in along))
            )
        blocks.append(_titled(f"{style.axis_title}: average over the other levers", columns, width))
    return blocks


def _ends(sweep: Sweep, measure: str) -> list[Column]:
    """The first and last points by their best plan's mean."""
    values = sweep.outcomes.values[measure][: len(sweep.set.points)].mean(axis=1)
    sign = 1.0 if sweep.outcomes.measures[measure].better == "higher" else -1.0
    filled = np.where(np.isfinite(values), sign * values, -np.inf)
    order = np.argsort(-filled.max(axis=1), kind="stable").tolist()
    shown = order if len(order) <= 2 * ENDS else [*order[:ENDS], *order[-ENDS:]]
    columns = [Column(("", "place"), tuple(f"{order.index(point) + 1}" for point in shown), right=True)]
    for number, axis in enumerate(sweep.set.axes):
        cells = tuple(said(sweep.set.written[point][number], 3) for point in shown)
        columns.append(Column(("", axis.path.rsplit(".", 1)[-1].replace("_", " ")), cells, right=True))
    plans = [sweep.outcomes.plans[int(filled[point].argmax())] for point in shown]
    style = sweep.style(measure)
    cells = tuple(style.bare(sweep.mean(point, plan, measure)) for point, plan in zip(shown, plans, strict=True))
    columns.append(Column(("", "mean"), cells))
    if len(sweep.plans) > 1:
        columns.append(Column(("", "plan"), tuple(plans)))
    return columns


def _titled(title: str, columns: Sequence[Column], width: int) -> str:
    """A table under its title; columns that do not fit stand in further tables below, each with the first column."""
    tables: list[list[Column]] = [[columns[0]]]
    for column in columns[1:]:
        if len(tables[-1]) > 1 and side_by_side([*tables[-1], column]) > width:
            tables.append([columns[0]])
        tables[-1].append(column)
    return "\n\n".join([f"{title}\n{table(tables[0])}", *map(table, tables[1:])])


def _sentences(sweep: Sweep, measure: str, language: str, width: int) -> list[str]:
    """The best point of a measure, how sure, and where another plan takes over."""
    found, style = sweep.best_point(measure), sweep.style(measure)
    if found is None:
        return []
    point, plan = found
    title = text_in(sweep.plans[plan], language)
    at = ", ".join(
        f"{axis.path} = {said(value)}" for axis, value in zip(sweep.set.axes, sweep.set.written[point], strict=True)
    )
    mean = sweep.mean(point, plan, measure)
    unit = "" if style.unit else f" {style.change_unit}".rstrip()
    text = f"{style.name}: {title + ' ' if len(sweep.plans) > 1 else ''}at {at}, {style.level(mean)}{unit}"
    if not np.any(sweep.outcomes.of(measure, plan)[point] - sweep.outcomes.of(measure, plan)[sweep.stated]):
        text += "; the same as in the file."
    else:
        many = simultaneous(LEVEL, len(sweep.set.points) * len(sweep.plans))
        change, sure = sweep.change(point, plan, measure), sweep.change(point, plan, measure, many).excludes_zero
        word = "surely" if sure else "within luck, as the best of so many"
        unit = f" {style.change_unit}" if style.change_unit == "points" else ""
        text += f"; {style.change(change)}{unit} against the same plan as in the file"
        text += f", {word}." if isfinite(change.low) else "."
    lines = [text]
    others, close = len(sweep.set.points) - 1, sweep.not_surely_worse(measure)
    if sweep.replications > 1:
        lines.append(
            f"Luck could still put {close} of the other {others} points before it."
            if close
            else "Every other point is surely worse."
        )
    if len(sweep.plans) > 1:
        lines += _plan_sentences(sweep, measure, language)
    wrapped_lines = [each for line in lines for each in wrapped(line, width - LABEL_WIDTH)]
    return [f"{'Best' if place == 0 else '':<{LABEL_WIDTH}}{line}" for place, line in enumerate(wrapped_lines)]


def _plan_sentences(sweep: Sweep, measure: str, language: str) -> list[str]:
    """At how many points each plan is best, and where along each lever that changes."""
    bests = [found for point in range(len(sweep.set.points)) if (found := sweep.best(point, measure)) is not None]
    if not bests:
        return []
    counted = []
    for plan in sweep.plans:
        wins = [each for each in bests if each.plan == plan]
        if wins:
            sure = sum(each.sure for each in wins)
            surely = f" ({sure} surely)" if sweep.replications > 1 else ""
            counted.append(f"{text_in(sweep.plans[plan], language)} at {len(wins)}{surely}")
    lines = [f"Best plan at the {len(bests)} points: {', '.join(counted)}."]
    turns = [each for number in range(len(sweep.set.factors)) for each in switches(sweep, measure, number)]
    lines += [_switch(sweep, each, language) for each in turns]
    if not turns and len(counted) > 1:
        lines.append("On the average over the other levers no single lever changes which plan is best.")
    return lines


def _switch(sweep: Sweep, switch: Switch, language: str) -> str:
    plan, other = (text_in(sweep.plans[each], language) for each in (switch.plan, switch.other))
    axis = next(each for each in sweep.set.axes if each.path == switch.path)
    about = f", at about {said(switch.at, 3)} {axis.unit}".rstrip() if isfinite(switch.at) else ""
    alone = "" if len(sweep.set.factors) == 1 else "on the average over the others, "
    between = f"{plan} is best up to {switch.after.name} and {other} from {switch.until.name}"
    return f"Along {switch.path} {alone}{between}{about}."
