"""An optimisation in plain words: what to set, what it gains, what it keeps to, and how sure that is.

In goes an `Optimisation`; out comes the text the command prints. Every number but those called "in the search" comes
from replications the search did not use.
"""

from collections.abc import Iterator
from math import isnan

from experiments.comparing.intervals import Interval
from experiments.report.layout import Column, table, wrapped
from experiments.report.numbers import Style, style_of
from experiments.search.aims import Aim
from experiments.search.constraints import Constraint, Kept
from experiments.search.levers import as_text, short_name, written_settings
from experiments.search.result import Finalist, Optimisation
from sim.scenario.units import text_in

WIDTH = 120
MOST_SHOWN = 12


def optimisation_text(found: Optimisation, language: str = "en", width: int = WIDTH) -> str:
    """Heading, levers, what the best does, the best few, and the verdict in sentences."""
    blocks = [*_heading(found, language, width), _levers(found), _gains(found), _finalists(found, width)]
    if found.constraints:
        blocks.append(_constraints(found))
    blocks.append("\n".join(line for sentence in sentences(found) for line in wrapped(sentence, width)))
    return "\n\n".join(blocks) + "\n"


def sentences(found: Optimisation) -> list[str]:
    """What came out, one sentence a finding."""
    return [*_verdict(found), *_shrinkage(found), *_warnings(found)]


def _heading(found: Optimisation, language: str, width: int) -> Iterator[str]:
    how = "every setting" if found.everything else f"{len(found.tried)} of {found.settings:,} settings"
    if found.everything:
        how = f"all {found.settings:,} settings"
    worlds = " in drawn worlds" if found.uncertain else ""
    lines = [
        f"{text_in(found.title, language)} · levers of plan {found.plan} · {how} × {found.replications} replications"
        f"{worlds}, the best few on {found.fresh} fresh ones · seed {found.seed}",
        f"Wanted: {' and '.join(f'{_direction(aim)} {_aim(found, aim)}' for aim in found.aims)}, in {_period(found)}",
    ]
    if found.constraints:
        limits = "; ".join(each.words(found.currency) for each in found.constraints)
        lines.append(f"Kept to, on the average run: {limits}")
    yield "\n".join(line for text in lines for line in wrapped(text, width))


def _levers(found: Optimisation) -> str:
    chosen = [each for each in found.chosen if each is not found.today]
    paths = tuple(lever.path for lever in found.levers)
    columns = [
        Column(("lever", ""), paths),
        Column(("today", ""), tuple(as_text(lever.today) for lever in found.levers), right=True),
    ]
    if len(found.aims) == 1:
        best = chosen or [found.today]
        columns.append(Column(("best", ""), _values(found, best[0]), right=True))
    columns.append(Column(("tried", ""), tuple(_range(lever.values, ordered=lever.ordered) for lever in found.levers)))
    return table(columns)


def _gains(found: Optimisation) -> str:
    """Each objective: the baseline, and the change under the plan as it stands and under the best."""
    styles = [found.style(aim) for aim in found.aims]
    titles = tuple(_row(found, aim, style) for aim, style in zip(found.aims, styles, strict=True))
    baseline = tuple(style.level(each) for style, each in zip(styles, found.baseline_levels, strict=True))
    columns = [Column((f"on {found.fresh} fresh replications", ""), titles)]
    columns.append(Column((found.baseline, "(baseline)"), baseline, right=True))
    if found.plan != found.baseline:
        columns.append(Column((found.plan, "as it stands, change"), _changes(found, found.today)))
    if len(found.aims) == 1 and found.improves:
        columns.append(Column(("best", "change"), _changes(found, found.chosen[0])))
        if found.plan != found.baseline:
            more = tuple(style.change(each) for style, each in zip(styles, found.chosen[0].from_today, strict=True))
            columns.append(Column((f"best less {found.plan}", "as it stands"), more))
    return table(columns)


def _finalists(found: Optimisation, width: int) -> str:
    """The best few: settings, change from the baseline afresh and in the search, and whether they keep the limits."""
    rows = sorted(found.finalists, key=lambda each: _order(found, each))[:MOST_SHOWN]
    which = "best settings" if len(found.aims) == 1 else "front"
    title = f"The {which} of the search, by change from {found.baseline} in " + " and ".join(
        f"{aim.measure.name}{_unit(found.style(aim))}" for aim in found.aims
    )
    names = [_values(found, each) for each in rows]
    columns = [Column(("", "setting"), tuple(str(each.tried.number) for each in rows), right=True)]
    paths = [lever.path for lever in found.levers]
    for place, path in enumerate(paths):
        columns.append(Column(("", short_name(path, paths)), tuple(each[place] for each in names), right=True))
    for place, aim in enumerate(found.aims):
        style = found.style(aim)
        fresh = tuple(style.change(each.changes[place]) for each in rows)
        searched = tuple(style.change(_mean_only(each.tried.changes[place])) for each in rows)
        name = aim.measure.name if len(found.aims) > 1 else ""
        columns.append(Column((name, "on fresh runs"), fresh))
        columns.append(Column(("", "in the search"), searched, right=True))
    said = tuple(_standing(found, each) for each in rows)
    columns.append(Column(("", ""), said))
    return "\n".join([*wrapped(title, width), table(columns)])


def _constraints(found: Optimisation) -> str:
    """How each limit is kept: the level with its interval, and in how many of the runs."""
    titles = tuple(each.words(found.currency) for each in found.constraints)
    columns = [Column(("limit", ""), titles)]
    shown = [(f"{found.plan}, as it stands", found.today)]
    for each in found.chosen:
        if each is not found.today:
            shown.append(("best" if len(found.aims) == 1 else f"setting {each.tried.number}", each))
    for name, finalist in shown[:5]:
        cells = tuple(_kept_text(found, each, how) for each, how in zip(found.constraints, finalist.kept, strict=True))
        columns.append(Column((name, ""), cells))
    return table(columns)


def _verdict(found: Optimisation) -> Iterator[str]:
    if len(found.aims) > 1:
        yield from _front(found)
        return
    aim, best = found.aims[0], found.chosen[0]
    style = found.style(aim)
    if not found.improves:
        yield f"Verdict: leave plan {found.plan} as it stands; nothing tried has a better {_aim(found, aim)}."
        return
    change = best.from_today[0] if found.plan != found.baseline else best.changes[0]
    surely = "surely" if change.excludes_zero else "on average, though the difference is within chance,"
    if isnan(change.low):
        surely = "on average"
    breaks = "" if found.today.feasible else ", which breaks a limit"
    settings = written_settings(best.tried.settings)
    worse = "better" if aim.gain(change.mean) >= 0.0 else "worse"
    size = style.amount(change.mean, change.half_width)
    yield (
        f"Verdict: set {settings}: {surely} {worse} than plan {found.plan} as it stands{breaks}, "
        f"by {size} in {_aim(found, aim)}."
    )
    from_baseline = best.changes[0]
    if found.plan != found.baseline and aim.gain(from_baseline.mean) < 0.0:
        how = "surely" if from_baseline.excludes_zero else "within chance"
        yield (
            f"Even so plan {found.baseline} is better than it, {how}, by "
            f"{style.amount(from_baseline.mean, from_baseline.half_width)}."
        )


def _front(found: Optimisation) -> Iterator[str]:
    count = len(found.chosen)
    if count == 1:
        only = found.chosen[0]
        who = f"plan {found.plan} as it stands" if only is found.today else written_settings(only.tried.settings)
        yield f"Verdict: no trade-off was found: {who} is best in every objective."
        return
    yield f"Verdict: {count} settings are trade-offs, none better than another in every objective."
    for place, aim in enumerate(found.aims):
        best = max(found.chosen, key=lambda each: aim.gain(each.changes[place].mean))
        yield f"Best {_aim(found, aim)}: {_who(found, best)}, {_change_text(found, aim, best.changes[place])}."
    yield f"Worst in nothing: {_who(found, found.balanced)}."


def _shrinkage(found: Optimisation) -> Iterator[str]:
    """How much of the lead in the search was luck."""
    if len(found.aims) > 1 or not found.improves:
        together = "hold for all of them together"
    else:
        together = f"hold for all {len(found.finalists)} together"
        aim, best = found.aims[0], found.chosen[0]
        searched = _change_text(found, aim, _mean_only(best.tried.changes[0]))
        afresh = _change_text(found, aim, best.changes[0])
        yield (
            f"In the search the best showed {searched} against {found.baseline}, on fresh replications {afresh}: "
            "the best of many noisy settings owes part of its lead to luck, so only the fresh ones count."
        )
    yield f"Intervals of the best few are 95 % and {together}."
    for group, said in (("tried", [each for each in found.tried if each.problem]),):
        if said:
            first = said[0]
            yield (
                f"{len(said)} of the settings {group} had no result, such as {written_settings(first.settings)}: "
                f"{first.problem}."
            )
    lost = [each for each in found.finalists if not each.feasible]
    if lost:
        yield f"{len(lost)} of the best few broke a limit on fresh replications and were passed over."


def _warnings(found: Optimisation) -> Iterator[str]:
    if any(aim.measure.name == "profit" for aim in found.aims):
        said = (
            "Careful: profit in the window leaves out what customers are worth afterwards, so the search may have "
            "found a plan that harvests them"
        )
        if found.window_only is not None:
            said += f"; with carried value the best tried is {written_settings(found.window_only.settings)}"
        yield f"{said}. Ask for --objective profit_with_carried_value."
    for lever, place in zip(found.levers, found.balanced.tried.places or (), strict=False):
        if lever.ordered and len(lever.values) > 2 and place in (0, len(lever.values) - 1):
            end = "lower" if place == 0 else "upper"
            yield f"{lever.path} is at the {end} end of its range: a wider one may hold a better setting."


def _who(found: Optimisation, finalist: Finalist) -> str:
    if finalist is found.today:
        return f"plan {found.plan} as it stands"
    return f"setting {finalist.tried.number} ({written_settings(finalist.tried.settings)})"


def _standing(found: Optimisation, finalist: Finalist) -> str:
    words = []
    if any(finalist is each for each in found.chosen):
        words.append("best" if len(found.aims) == 1 else "on the front")
    if finalist is found.today:
        words.append("as it stands")
    if not finalist.feasible:
        words.append("breaks a limit")
    return ", ".join(words)


def _order(found: Optimisation, finalist: Finalist) -> tuple[bool, float, int]:
    aim = found.aims[0]
    return (not finalist.feasible, -aim.gain(finalist.changes[0].mean), finalist.tried.number)


def _kept_text(found: Optimisation, constraint: Constraint, how: Kept) -> str:
    style = style_of(constraint.measure, max(abs(constraint.limit), abs(how.level.mean)), found.currency)
    unit = "" if style.unit else f" {style.change_unit}".rstrip()
    level = f"{style.level(how.level)}{unit}"
    if not isnan(how.level.low):
        level += f" {style.plain_limits(how.level)}"
    beyond = how.level.high if constraint.side == "at most" else how.level.low
    doubt = ", not surely" if float(constraint.excess(beyond)) > 0.0 else ""
    return f"{level}, kept in {how.runs} of {how.of} runs" + (doubt if how.on_average else ", BROKEN")


def _values(found: Optimisation, finalist: Finalist) -> tuple[str, ...]:
    return tuple(as_text(finalist.tried.settings.get(lever.path, lever.today)) for lever in found.levers)


def _range(values: tuple[object, ...], *, ordered: bool) -> str:
    if ordered and len(values) > 2:
        return f"{as_text(values[0])} to {as_text(values[-1])}, {len(values)} values"
    return ", ".join(as_text(each) for each in values)


def _changes(found: Optimisation, finalist: Finalist) -> tuple[str, ...]:
    return tuple(found.style(aim).change(change) for aim, change in zip(found.aims, finalist.changes, strict=True))


def _change_text(found: Optimisation, aim: Aim, change: Interval) -> str:
    style = found.style(aim)
    unit = style.change_unit or style.unit
    return f"{style.change(change)} {unit}".rstrip()


def _mean_only(change: Interval) -> Interval:
    """Without limits, rounded as they would have it."""
    nan = float("nan")
    return Interval(change.mean, nan, nan)


def _aim(found: Optimisation, aim: Aim) -> str:
    name = found.style(aim).name
    return name if aim.tail is None else f"{name} (mean of the worst {100 * aim.tail:g} % of runs)"


def _row(found: Optimisation, aim: Aim, style: Style) -> str:
    return style.row_title if aim.tail is None else f"{style.row_title}, worst {100 * aim.tail:g} % of runs"


def _unit(style: Style) -> str:
    """`` (thousand yuan)``"""
    unit = style.change_unit or style.unit
    return f" ({unit})" if unit else ""


def _direction(aim: Aim) -> str:
    return "highest" if aim.higher_is_better else "lowest"


def _period(found: Optimisation) -> str:
    return "the whole run" if found.period == "whole" else f"period {found.period}"
