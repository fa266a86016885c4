"""The values of each lever a search chooses from: a finite list, today's value always among them.

In go factors (a range or some choices); out come lists of values as the file writes them, so that a setting is a place
in each list, the same setting is recognised when it comes again, and what is found can be pasted into a file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import prod
from typing import Any

from experiments.assumptions.factors import Factor
from sim.scenario.load import Scenario
from sim.scenario.sourced import number_and_unit

STEPS = 101
"""Values of a range that does not say how many: its ends and every hundredth between."""

Places = tuple[int, ...]
"""A setting: for each lever the place of its value in the lever's list."""


@dataclass(frozen=True)
class LeverValues:
    """One lever: what it may be, and where in that list today's value stands.

    ``today`` is what the plan has now, None where it has nothing; ``place`` is None when that is not among the values
    the lever may take. ``ordered``: the values rise, so that neighbours are alike.
    """

    path: str
    values: tuple[Any, ...]
    today: Any
    place: int | None
    ordered: bool


def values_of(factor: Factor, scenario: Scenario, plan: str) -> LeverValues:
    """What a search may set the factor to in a plan; today's value is put among those of a range it lies in."""
    today = scenario.written(plan, factor.path)
    if factor.among:
        values: list[Any] = list(factor.among)
    elif factor.whole:
        values = list(factor.values(factor.steps or STEPS))
    else:
        values = _over(factor.low, factor.high, factor.steps or STEPS)
    place = _place(values, today)
    if place is None and not factor.among and _inside(today, factor.low, factor.high):
        values = sorted([*values, today], key=_number)
        place = _place(values, today)
    return LeverValues(factor.path, tuple(values), today, place, ordered=not factor.among)


def settings_at(levers: Sequence[LeverValues], places: Places) -> dict[str, Any]:
    """Path and value of each lever."""
    return {lever.path: lever.values[place] for lever, place in zip(levers, places, strict=True)}


def today_of(levers: Sequence[LeverValues]) -> Places | None:
    """The setting that stands in the plan now; None when one of its values is not among those searched."""
    places = tuple(lever.place for lever in levers if lever.place is not None)
    return places if len(places) == len(levers) else None


def settings_in_all(levers: Sequence[LeverValues]) -> int:
    """How many settings there are."""
    return prod(len(lever.values) for lever in levers)


def written_settings(settings: Mapping[str, Any]) -> str:
    """``counter staff 3, opens 8 min``: the last words of each path and its value, for sentences."""
    return ", ".join(f"{short_name(path, settings)} {as_text(value)}" for path, value in settings.items())


def short_name(path: str, among: Mapping[str, Any] | Sequence[str]) -> str:
    """The fewest last keys of a path that tell it from the others, at least two: ``counter.staff``."""
    keys = path.split(".")
    for count in range(min(2, len(keys)), len(keys) + 1):
        short = ".".join(keys[-count:])
        if sum(other == path or other.endswith(f".{short}") for other in among) == 1:
            return short
    return path


def as_text(value: Any) -> str:
    """A value of a lever in a line of text."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,.10g}" if isinstance(value, float) else str(value)


def _over(low: Any, high: Any, count: int) -> list[Any]:
    """``count`` values from end to end in exact decimals: 5.15 min, not 5.1499999999999995 min."""
    (least, unit), (most, _) = (part for part in map(number_and_unit, (low, high)) if part is not None)
    step = (most - least) / Decimal(max(1, count - 1))
    return [_written(round(least + step * place, 12), unit, low) for place in range(count)]


def _written(number: Decimal, unit: str, like: Any) -> Any:
    """The number as the end ``like`` is written: a text with its unit, or a plain number."""
    if not isinstance(like, str):
        return float(number)
    text = f"{number.normalize():f}"
    return f"{text}{'' if unit.startswith('%') else ' '}{unit}".strip()


def _place(values: Sequence[Any], today: Any) -> int | None:
    """Where today's value stands, by what it says rather than how it is written: 5 min is 5.0 min."""
    for place, value in enumerate(values):
        number, other = number_and_unit(value), number_and_unit(today)
        if value == today or (number is not None and number == other):
            return place
    return None


def _inside(today: Any, low: Any, high: Any) -> bool:
    parts = [number_and_unit(each) for each in (low, today, high)]
    if any(part is None for part in parts):
        return False
    (least, unit), (number, own), (most, _) = (part for part in parts if part is not None)
    return own == unit and isinstance(today, str) == isinstance(low, str) and least <= number <= most


def _number(value: Any) -> Decimal:
    part = number_and_unit(value)
    return part[0] if part is not None else Decimal(0)
