"""Where a plan fails, in plain words: how often, in which boxes of the assumed ranges, and what is regretted."""

from typing import Any

from experiments.campaign_returns import Share
from experiments.discovery.failing_worlds import Discovery, Limits, Region
from experiments.report.layout import Column, table, wrapped
from experiments.report.numbers import Style, style_of
from sim.scenario.units import text_in

WIDTH = 120


def plain_text(found: Discovery, language: str = "en", width: int = WIDTH) -> str:
    """Header, the boxes one after the other, and a table of regrets."""
    count = len(found.worlds)
    head = f"{text_in(found.title, language)}   {count} worlds drawn, one replication each · seed {found.seed}"
    lines = [head, *sentences(found, language)]
    text = "\n".join(line for sentence in lines for line in wrapped(sentence, width))
    return f"{text}\n\n{_regrets(found, language)}\n"


def sentences(found: Discovery, language: str = "en") -> list[str]:
    """Where the plan fails, a sentence a box."""
    plan = text_in(found.plans[found.plan], language)
    said = [f"{plan} fails in {_share(found.failed)} of the worlds: there {_condition(found)}."]
    if found.failed.count == 0:
        return [*said, "There is nothing to explain: it fails in none of them."]
    if found.failed.count == found.failed.of:
        return [*said, "There is no way out inside the assumed ranges: it fails in all of them."]
    if not found.regions:
        return [
            *said,
            "No box of the assumed ranges holds these failures better than chance: there are too few of them, or they "
            "lie scattered, or luck decides.",
        ]
    said.append(
        f"Had luck scattered the failures, the chance to find a box as good as the first would be {found.chance:.0%}."
    )
    for place, region in enumerate(found.regions):
        lead = "It fails mostly where" if place == 0 else "Of the rest, mostly where"
        said.append(
            f"{lead} {_and([_limit(each) for each in region.limits])}: this holds {region.coverage:.0%} of all "
            f"failures, and {_share(region.held)} of such worlds fail."
        )
    return said


def as_object(found: Discovery) -> dict[str, Any]:
    """Everything as one object of plain values."""
    return {
        "scenario": found.scenario,
        "plan": found.plan,
        "baseline": found.baseline,
        "seed": found.seed,
        "worlds": len(found.worlds),
        "fails_when_not": {
            "measure": found.failing.constraint.measure.name,
            "gain_over_baseline": found.failing.gain,
            "side": found.failing.constraint.side,
            "limit": found.failing.constraint.limit,
        },
        "failed": _share_object(found.failed),
        "chance_of_a_box_as_good": found.chance,
        "boxes": [_box(each) for each in found.regions],
        "regrets": found.regrets.to_dict(orient="records"),
        "sentences": sentences(found),
    }


def _box(region: Region) -> dict[str, Any]:
    return {
        "limits": [
            {"path": each.path, "low": each.low, "high": each.high, "range": [each.lowest, each.highest],
             "quasi_p": each.quasi_p}
            for each in region.limits
        ],
        "coverage": region.coverage,
        "density": _share_object(region.held),
        "trajectory": [vars_of(step) for step in region.box.trajectory],
    }  # fmt: skip


def vars_of(step: Any) -> dict[str, Any]:
    """One box of the trajectory as plain values."""
    return {"coverage": step.coverage, "density": step.density, "restricted": step.restricted}


def _regrets(found: Discovery, language: str) -> str:
    style = style_of(found.measures[found.measure], float(found.regrets["greatest"].max()), found.currency)
    rows = found.regrets.to_dict(orient="records")
    return table(
        [
            Column(("regret of choosing", ""), tuple(text_in(found.plans[str(row["plan"])], language) for row in rows)),
            Column((f"{style.name},", "mean"), tuple(_amount(style, row["mean"]) for row in rows), right=True),
            Column(("", "greatest"), tuple(_amount(style, row["greatest"]) for row in rows), right=True),
        ]
    )


def _amount(style: Style, value: float) -> str:
    return style.amount(value, abs(value) / 20.0)


def _condition(found: Discovery) -> str:
    """What the plan does not keep to where it fails."""
    failing = found.failing
    words = failing.constraint.words(found.currency)
    if not failing.gain:
        return f"it does not keep {words}"
    if failing.constraint.limit == 0.0:
        name = style_of(failing.constraint.measure, 0.0, found.currency).name
        return f"it is worse than the baseline in {name}"
    return f"its gain over the baseline is not {words}"


def _limit(limits: Limits) -> str:
    """``service.stations.counter.staff is 2 (of 2 to 3)``; rounded to three digits."""
    low, high = (None if each is None else _rounded(each) for each in (limits.low, limits.high))
    span = f"(of {_rounded(limits.lowest)} to {_rounded(limits.highest)})"
    if low is not None and low == high:
        return f"{limits.path} is {low} {span}"
    if low is None:
        return f"{limits.path} is {high} or less {span}"
    if high is None:
        return f"{limits.path} is {low} or more {span}"
    return f"{limits.path} is between {low} and {high} {span}"


def _rounded(value: Any) -> str:
    from sim.scenario.sourced import number_and_unit

    part = number_and_unit(value)
    if part is None or isinstance(value, int):
        return str(value)
    number, unit = f"{float(part[0]):.3g}", part[1]
    return f"{number}{'' if unit.startswith('%') or not unit else ' '}{unit}"


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _share(share: Share) -> str:
    return f"{share.share:.0%} ({share.low:.0%} to {share.high:.0%})"


def _share_object(share: Share) -> dict[str, float]:
    return {"share": share.share, "low": share.low, "high": share.high}
