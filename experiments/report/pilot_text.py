"""What pilots could tell, in plain words: a table of their sizes, then what the best of them is worth."""

from typing import Any

from experiments.comparing.intervals import Interval
from experiments.pilots.pilot_study import Pilot, PilotSize, Reading
from experiments.report.layout import Column, table, wrapped
from experiments.report.numbers import Style, style_of
from sim.scenario.units import text_in

WIDTH = 120


def plain_text(found: Pilot, language: str = "en", width: int = WIDTH) -> str:
    """Header, one row a size and measure, and a sentence on what each size is worth."""
    title, plan = text_in(found.title, language), text_in(found.plan_title, language)
    style = _style(found, found.measure, found.gain.mean)
    head = [
        f"{title}   a pilot of: {plan}   {found.replications} pilots simulated · seed {found.seed}",
        f"Rolled out, {plan} changes {style.row_title} by {style.change(found.gain)}, at the stated values.",
    ]
    lines = [line for each in head for line in wrapped(each, width)]
    notes = [note for size in found.sizes for note in _notes(found, size)]
    worth = [_worth(found, size) for size in found.sizes]
    blocks = ["\n".join(lines), _table(found), "\n".join(line for each in worth for line in wrapped(each, width))]
    blocks += ["\n".join(line for each in dict.fromkeys(notes) for line in wrapped(each, width))] if notes else []
    return "\n\n".join(blocks) + "\n"


def as_object(found: Pilot) -> dict[str, Any]:
    """The pilots as one object of plain values; money in major units."""
    return {
        "scenario": found.scenario,
        "plan": found.plan,
        "baseline": found.baseline,
        "seed": found.seed,
        "replications": found.replications,
        "worlds": found.worlds,
        "measure": found.measure,
        "gain": _interval(found.gain),
        "pilots": [
            {
                "customers": each.size.customers,
                "days": each.size.days,
                "sites": each.sites,
                "load": each.load,
                "scaled": {path: {"market": there, "pilot": here} for path, (there, here) in each.scaled.items()},
                "readings": {
                    reading.measure: {
                        "effect": _interval(reading.effect),
                        "standard_error": reading.error,
                        "detectable": reading.detectable,
                        "power": reading.power,
                    }
                    for reading in each.readings
                },
                "cost": _interval(each.cost),
                "information": None
                if each.information is None
                else {
                    "perfect": each.information.perfect,
                    "pilot": _interval(each.information.sample),
                    "explained": each.information.explained,
                    "chance_wrong_without": each.information.chance_wrong,
                    "chance_wrong_with": each.information.chance_wrong_after,
                },
            }
            for each in found.sizes
        ],
    }


def _table(found: Pilot) -> str:
    rows = [(size, reading) for size in found.sizes for reading in size.readings]
    styles = [_style(found, reading.measure, reading.effect.mean) for _, reading in rows]
    columns = [
        Column(("customers", ""), tuple(f"{size.size.customers:,}" for size, _ in rows), right=True),
        Column(("days", ""), tuple(str(size.size.days) for size, _ in rows), right=True),
        Column(("sites", ""), tuple(str(size.sites) for size, _ in rows), right=True),
        Column(("measured in the pilot", ""), tuple(style.row_title for style in styles)),
        Column(
            ("expected difference", "(95 % interval)"),
            tuple(style.change(reading.effect) for style, (_, reading) in zip(styles, rows, strict=True)),
        ),
        Column(
            ("differences seen", "in 8 of 10 pilots"),
            tuple(f"from {_size(style, reading)}" for style, (_, reading) in zip(styles, rows, strict=True)),
        ),
        Column(("chance to see", "the expected one"), tuple(f"{reading.power:.0%}" for _, reading in rows), right=True),
    ]
    return table(columns)


def _size(style: Style, reading: Reading) -> str:
    return style.amount(reading.detectable, reading.detectable / 10.0)


def _worth(found: Pilot, each: PilotSize) -> str:
    """What one size is worth, against what it costs."""
    said = f"{each.size.customers:,} customers for {each.size.days} days"
    money = _style(found, "profit", each.cost.mean)
    cost = _cost(money, each.cost)
    if each.information is None:
        return f"{said}: {cost}. What it is worth is not known, because no number of the scenario has a range."
    info = each.information
    style = _style(found, found.measure, max(abs(info.perfect), abs(info.sample.mean)))
    wrong = f"deciding without a pilot errs in {info.chance_wrong:.0%} of {found.worlds} worlds drawn"
    if info.perfect <= 0.0:
        return f"{said}: {cost}. It is worth nothing: the same plan is best in all {found.worlds} worlds drawn."
    limits, everything = style.limits(info.sample)[1:-1], f"of {style.amount(info.perfect)} for knowing everything"
    if info.sample.low <= 0.0:
        unit = style.unit or style.change_unit
        value = f"what it is worth to the decision is within chance ({limits} {unit}), {everything}"
    else:
        amount = style.amount(info.sample.mean, info.sample.half_width)
        value = f"it is worth {amount} ({limits}) to the decision, {everything}"
    return (
        f"{said}: {cost}; {value}. {wrong[0].upper()}{wrong[1:]}, with it in {info.chance_wrong_after:.0%}; what the "
        f"pilot shows explains {info.explained:.0%} of how the worlds differ."
    )


def _cost(style: Style, cost: Interval) -> str:
    if cost.low <= 0.0 <= cost.high:
        return "running it costs or earns nothing that stands out from chance"
    word = "costs" if cost.mean > 0.0 else "earns"
    return f"running it {word} {style.amount(cost.mean, cost.half_width)} of profit in its days"


def _notes(found: Pilot, each: PilotSize) -> list[str]:
    notes = []
    if each.load < 0.9:
        notes.append(
            f"Note: a branch of the pilot with {each.size.customers:,} customers has {each.load:.0%} of the customers "
            "of one in the market, with the same staff: what queues do to the plan will hardly show in it."
        )
    elif each.load > 1.1:
        notes.append(
            f"Note: a branch of the pilot with {each.size.customers:,} customers has {each.load:.1f} times the "
            "customers of one in the market, with the same staff: its queues are longer."
        )
    return notes


def _style(found: Pilot, measure: str, largest: float) -> Style:
    return style_of(found.measures[measure], abs(largest), found.currency)


def _interval(interval: Interval) -> dict[str, float]:
    return {"mean": interval.mean, "low": interval.low, "high": interval.high}
