"""What a plan must keep to: a measure and the least or the most it may be on the average run.

In go limits as the file (`experiment.constraints`) or the command (`wait_p90 <= 15 min`) writes them; out come
constraints that say how far a setting is from keeping them, and in how many of its runs it did.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from experiments.comparing.intervals import Interval, mean_interval
from experiments.report.measures import possible_measures
from experiments.report.numbers import style_of
from sim.errors import RequestError
from sim.measures import Measure
from sim.scenario.limits import limit_in
from sim.scenario.load import Scenario
from sim.scenario.refusal import did_you_mean, shown

Numbers = NDArray[np.float64]
Side = Literal["at most", "at least"]

_REQUEST = re.compile(r"(?P<measure>[^\s<>=≤≥]+)\s*(?P<side><=|>=|≤|≥|at most|at least)\s*(?P<value>.+)", re.DOTALL)
_SIDES: Mapping[str, Side] = {
    "<=": "at most", "≤": "at most", "at most": "at most", ">=": "at least", "≥": "at least", "at least": "at least",
}  # fmt: skip


@dataclass(frozen=True)
class Constraint:
    """One side of a limit; ``limit`` is in the measure's own unit."""

    measure: Measure
    side: Side
    limit: float

    @property
    def name(self) -> str:
        return f"{self.measure.name} {self.side}"

    def excess(self, values: Numbers | float) -> Numbers:
        """How far beyond the limit, in the measure's unit; 0 or less keeps it."""
        beyond = np.asarray(values, dtype=np.float64) - self.limit
        return beyond if self.side == "at most" else -beyond

    def words(self, currency: str) -> str:
        """``wait (90th percentile) at most 15 min``."""
        style = style_of(self.measure, abs(self.limit), currency)
        return f"{style.name} {self.side} {self.limit * style.factor:,.7g} {style.unit or style.change_unit}".rstrip()


@dataclass(frozen=True)
class Kept:
    """How a setting stands to a constraint: its mean over runs with the interval, and how many runs kept it alone."""

    level: Interval
    excess: float
    runs: int
    of: int

    @property
    def on_average(self) -> bool:
        return self.excess <= 0.0


def kept(constraint: Constraint, values: Numbers) -> Kept:
    """The constraint on the runs of one setting; a measure undefined in a run is not kept."""
    level = mean_interval(values)
    excess = float(constraint.excess(level.mean))
    return Kept(level, float("inf") if np.isnan(excess) else excess, int((constraint.excess(values) <= 0.0).sum()),
                int(values.size))  # fmt: skip


def size_of(constraint: Constraint, hows: Sequence[Kept]) -> float:
    """What an excess is measured against, so that those of minutes and of money can be added: the larger of the limit
    and the levels seen, without sign."""
    return max(abs(constraint.limit), *(abs(each.level.mean) for each in hows), 1e-12)


def requested_constraint(scenario: Scenario, text: str, plans: Sequence[str]) -> Constraint:
    """A constraint as asked for on the command line: ``wait_p90 <= 15 min``, ``standard_counter >= 90%``."""
    match = _REQUEST.fullmatch(text.strip())
    if match is None:
        raise RequestError(f"'{text}' limits nothing; write a measure and its limit, such as 'wait_p90 <= 15 min'")
    return _constraint(scenario, match["measure"], _SIDES[match["side"]], match["value"].strip(), plans)


def constraints_of(scenario: Scenario, plans: Sequence[str]) -> tuple[Constraint, ...]:
    """What the file itself asks of a plan, in `experiment.constraints`."""
    found = []
    for name, limit in scenario.document(scenario.baseline).experiment.constraints.items():
        sides: tuple[tuple[Side, Any], ...] = (("at most", limit.at_most), ("at least", limit.at_least))
        found += [_constraint(scenario, name, side, value, plans) for side, value in sides if value is not None]
    return tuple(found)


def measure_named(scenario: Scenario, name: str, plans: Sequence[str]) -> Measure:
    """A measure that runs of these plans may report; RequestError with the nearest name for any other."""
    known = possible_measures([scenario.document(plan) for plan in plans])
    if name not in known:
        hint = did_you_mean(name, known, otherwise="`rehearse run` lists what its runs report")
        raise RequestError(f"scenario {scenario.name} reports no measure '{name}'{hint}")
    return known[name]


def _constraint(scenario: Scenario, name: str, side: Side, value: Any, plans: Sequence[str]) -> Constraint:
    measure = measure_named(scenario, name, plans)
    plain = _plain_number(value) if isinstance(value, str) else value
    try:
        return Constraint(measure, side, limit_in(measure.unit, plain))
    except ValueError as error:
        context = getattr(error, "context", None) or {}
        allowed = context.get("allowed", "")
        better = context.get("suggestion")
        hint = f"; did you mean {better}?" if better else ""
        raise RequestError(f"{name} {side} {shown(plain)}: {context.get('found', error)}; {allowed}{hint}") from None


def _plain_number(text: str) -> Any:
    """A number without a unit, as YAML would read it; anything else as it is."""
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text
