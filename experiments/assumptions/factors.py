"""What a study varies: levers of a plan and assumed numbers, each a path with the values it may take.

In go a scenario and the words of the request or of the file (`service.stations.counter.staff=2..8`); out come factors
that say what stands at their path at any quantile of their range. Levers are what the firm sets; assumptions are what
it cannot set, drawn from the ranges the file states.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sim.errors import RequestError
from sim.scenario.load import Scenario
from sim.scenario.ranges import between, check_range, is_whole
from sim.scenario.refusal import shown

Kind = Literal["lever", "assumption"]

_REQUEST = re.compile(r"(?:(?P<plan>[\w-]+):)?(?P<path>[^=:]+)=(?P<values>.+)", re.DOTALL)
_RANGE = re.compile(r"(?P<low>.+?)\.\.(?P<high>.+?)(?:/(?P<steps>\d+))?", re.DOTALL)
_WORDS: Mapping[str, Any] = {"true": True, "false": False, "none": None, "null": None}
MOST_VALUES = 10_000


@dataclass(frozen=True)
class Factor:
    """One thing a study varies.

    Either a range from ``low`` to ``high`` as the file writes them, or the values it is chosen ``among``. ``plans`` are
    those in which it is set; the others do not have it and stay as they are. ``steps``: how many values of the range
    the request asks for, 0 when it does not say.
    """

    path: str
    kind: Kind
    plans: tuple[str, ...]
    low: Any = None
    high: Any = None
    among: tuple[Any, ...] = ()
    steps: int = 0
    whole: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        if not self.among:
            object.__setattr__(self, "whole", is_whole(tuple(self.path.split(".")), (self.low, self.high)))

    def at(self, quantile: float) -> Any:
        """What stands at the path at a quantile in [0, 1]; each value chosen among has the same share of it."""
        if self.among:
            return self.among[min(int(quantile * len(self.among)), len(self.among) - 1)]
        return between(self.path, self.low, self.high, quantile)

    def quantile_of(self, place: int, count: int) -> float:
        """The quantile of value ``place`` of ``count``: the ends of a range included, the middle of each choice."""
        if self.among or self.whole:
            return (place + 0.5) / count
        return place / (count - 1) if count > 1 else 0.5

    def values(self, count: int) -> tuple[Any, ...]:
        """``count`` values over the range, ends included; every whole number, or every choice, when there are fewer."""
        if self.among:
            return self.among
        if self.whole:
            count = min(count, int(self.high) - int(self.low) + 1)
            step = (int(self.high) - int(self.low)) / max(1, count - 1)
            return tuple(dict.fromkeys(int(self.low) + round(place * step) for place in range(count)))
        return tuple(self.at(self.quantile_of(place, count)) for place in range(count))


def requested(scenario: Scenario, text: str) -> Factor:
    """A lever as asked for on the command line.

    `PATH=2..8`, `PATH=5 min..20 min/4` (four values), `PATH=counter,desk`, each with `PLAN:` before the path to set it
    in one plan only. Raises `RequestError` for what cannot be.
    """
    match = _REQUEST.fullmatch(text.strip())
    if match is None:
        raise RequestError(f"'{text}' says nothing to vary; write a path and its values, such as {_example(scenario)}")
    path, plan = match["path"].strip(), match["plan"]
    span = _RANGE.fullmatch(match["values"].strip())
    plans = None if plan is None else (plan,)
    if span is None:
        among = [_written(each) for each in match["values"].split(",") if each.strip()]
        return lever(scenario, path, among=among, plans=plans)
    low, high = _written(span["low"]), _written(span["high"])
    return lever(scenario, path, low=low, high=high, plans=plans, steps=int(span["steps"] or 0))


def lever(
    scenario: Scenario,
    path: str,
    *,
    low: Any = None,
    high: Any = None,
    among: Sequence[Any] = (),
    plans: Sequence[str] | None = None,
    steps: int = 0,
) -> Factor:
    """A lever over a range or among values, checked against the scenario: the path is there, every end is allowed."""
    having = scenario.plans_with(path)
    for plan in plans or ():
        scenario.document(plan)  # an unknown plan is refused, with the nearest name
        if plan not in having:
            raise RequestError(f"plan '{plan}' has nothing at {path}; {', '.join(having)} can")
    if among:
        if len(among) != len({repr(each) for each in among}):
            raise RequestError(f"{path}: the same value twice among {', '.join(map(shown, among))}")
        factor = Factor(path, "lever", tuple(plans or having), among=tuple(among))
    else:
        check_range(path, low, high)
        if not 0 <= steps <= MOST_VALUES:
            raise RequestError(f"{path}: {steps} values; ask for at most {MOST_VALUES}")
        factor = Factor(path, "lever", tuple(plans or having), low=low, high=high, steps=steps)
    for value in factor.among or (factor.low, factor.high):
        for plan in factor.plans:
            _check_value(scenario, plan, path, value)
    return factor


def levers_of(scenario: Scenario) -> tuple[Factor, ...]:
    """The levers the file itself names, in `experiment.levers`."""
    section = scenario.document(scenario.baseline).experiment
    return tuple(
        lever(
            scenario,
            path,
            low=each.lowest,
            high=each.highest,
            among=each.among or (),
            plans=each.plans,
            steps=each.steps or 0,
        )
        for path, each in section.levers.items()
    )


def assumptions_of(scenario: Scenario, paths: Sequence[str] | None = None) -> tuple[Factor, ...]:
    """The assumed and masked numbers with a range: all of them, or those asked for."""
    found = scenario.assumptions()
    if not found:
        raise RequestError("no number in this scenario is assumed or masked with a range: nothing to vary")
    for path in paths or ():
        if path not in found:
            scenario.canonical(scenario.baseline, {path: 0.5})  # refused, with its reason
    chosen = found if paths is None else {path: found[path] for path in paths}
    return tuple(
        Factor(path, "assumption", tuple(scenario.plans), low=each.low, high=each.high) for path, each in chosen.items()
    )


def _check_value(scenario: Scenario, plan: str, path: str, value: Any) -> None:
    from sim.errors import ScenarioError

    try:
        scenario.document(plan, settings={path: value})
    except ScenarioError as error:
        first = error.problems[0]
        allowed = f"; {first.allowed}" if first.allowed else ""
        raise RequestError(f"{path} = {shown(value)} in plan '{plan}': {first.found}{allowed}") from None


def _written(text: str) -> Any:
    """A value as YAML would read it: a whole number, a number, a truth value, else text such as `5 min`."""
    word = text.strip()
    for read in (int, float):
        try:
            return read(word)
        except ValueError:
            continue
    return _WORDS.get(word.lower(), word)


def _example(scenario: Scenario) -> str:
    station = next(iter(scenario.document(scenario.baseline).service.stations), "counter")
    return f"service.stations.{station}.staff=2..8"
