"""The value of one assumption or lever at which the best plan is overtaken, found by bisection on common luck.

In go a scenario and a path with its range; out comes, on either side of the stated value, the value at which another
plan becomes best, with its interval: all values at which the paired difference of the two plans cannot be told from
zero (a test inverted, Fieller 1954), so that it covers the true value as often as the test does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.assumptions.factors import Factor, assumptions_of, requested
from experiments.assumptions.swings import quantile_of, stated_value
from experiments.comparing.heading import Heading, heading
from experiments.comparing.intervals import Interval, paired_interval
from experiments.comparing.verdict import Judgement, judge
from experiments.engines.runner import Evaluator, Progress, engine, ignore_progress
from experiments.study import Point, Study, outcomes, point_at, primary_measure
from sim.errors import RequestError
from sim.measures import Measure
from sim.scenario.load import Scenario, load_scenario

Numbers = NDArray[np.float64]

REPLICATIONS = 10
FEWEST = 2
STEPS = 5  # halvings of a bracket, which is a third of the way to an end: a hundredth of the way is left
SCOUTS = 2  # points looked at between the stated value and each end, so that a turn and back is not missed


@dataclass(frozen=True)
class Turn:
    """Where another plan overtakes the best one.

    ``value`` is where the mean difference is zero; it is no nearer to either end than the interval from ``low`` to
    ``high`` says, whose ends are the range's own where the difference is never sure on that side (``open_low``,
    ``open_high``). For whole numbers, ``value`` is the first at which the other plan is ahead.
    """

    winner: str
    value: Any
    quantile: float
    low: Any
    high: Any
    open_low: bool
    open_high: bool


@dataclass(frozen=True)
class TurningPoint(Heading):
    """Best plan against everyone else along the range of one factor.

    ``course``: quantile, value, best, plan, mean, low, high, the best stated plan less the plan, at every value run.
    ``turns``: none, one or two, below and above the stated value.
    """

    runs: int
    period: str
    measure: Measure
    level: float
    factor: Factor
    stated: Any
    stated_quantile: float
    judgement: Judgement
    turns: tuple[Turn, ...]
    course: pd.DataFrame

    def __str__(self) -> str:
        from experiments.report.turning_text import turning_text

        return turning_text(self)


def turning_point(
    scenario: Scenario | str | Path,
    path: str,
    *,
    measure: str | None = None,
    plans: Sequence[str] | None = None,
    replications: int = REPLICATIONS,
    period: str | None = None,
    seed: int | None = None,
    workers: int | None = 1,
    cluster: str | None = None,
    out: Path | str | None = None,
    progress: Progress = ignore_progress,
) -> TurningPoint:
    """Find the value at which the best plan changes.

    ``path``: an assumed number with a range, or `PATH=low..high` for any number. Raises `RequestError` for what has no
    range or no stated value inside it, `RunFailedError` when a run fails.
    """
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    factor = requested(scenario, path) if "=" in path else assumptions_of(scenario, [path.strip()])[0]
    if replications < FEWEST:
        raise RequestError(f"{replications} replication cannot show how much is luck: ask for at least {FEWEST}")
    if factor.among:
        raise RequestError(f"{factor.path}: a value is looked for between two numbers, such as {factor.path}=2..8")
    stated = stated_value(scenario, factor)
    at = quantile_of(factor, stated)
    if at is None:
        raise RequestError(
            f"{factor.path} is {'not stated' if stated is None else stated}, not a number from {factor.low} to "
            f"{factor.high}; name a range around it"
        )
    study = Study.of(scenario, [factor], plans, seed=seed)
    if len(study.plans) < 2:
        raise RequestError("a best plan changes only where there are two or more: ask for more plans")
    with engine(workers, out, cluster) as working:
        return turned(
            study, factor, stated, at, working, measure=measure, replications=replications, period=period,
            progress=progress,
        )  # fmt: skip


def turned(
    study: Study,
    factor: Factor,
    stated: Any,
    at: float,
    working: Evaluator,
    *,
    measure: str | None = None,
    replications: int = REPLICATIONS,
    period: str | None = None,
    progress: Progress = ignore_progress,
) -> TurningPoint:
    """The turning points of a factor on an engine that is there; see `turning_point`."""
    scenario = study.scenario
    course = _Course(study, factor, at, working, measure or primary_measure(scenario), replications, period, progress)
    low_end, high_end = course.snapped(0.0), course.snapped(1.0)
    scouts = [at + share * (end - at) for end in (low_end, high_end) for share in _shares()]
    course.run([at, *scouts, low_end, high_end])
    higher = course.higher_is_better
    judgement = judge(study.plans, course.values[at], higher_is_better=higher)
    best = study.plans.index(judgement.best)
    turns = [turn for end in (low_end, high_end) if (turn := _first_turn(course, best, at, end)) is not None]
    return TurningPoint(
        **heading(scenario, study.plans, study.seed, replications),
        runs=len(course.values) * replications * len(study.plans),
        period=course.period or "",
        measure=course.known,
        level=float(np.abs(course.values[at].mean(axis=0)).max()),
        factor=factor,
        stated=stated,
        stated_quantile=at,
        judgement=judgement,
        turns=tuple(turns),
        course=course.table(best),
    )


@dataclass
class _Course:
    """Every value run so far, by its quantile: outcomes of shape (replications, plans). A whole number has one."""

    study: Study
    factor: Factor
    stated: float
    working: Evaluator
    measure: str
    replications: int
    period: str | None
    progress: Progress
    values: dict[float, Numbers] = field(default_factory=dict)
    measures: dict[str, Measure] = field(default_factory=dict)

    @property
    def known(self) -> Measure:
        return self.measures[self.measure]

    @property
    def higher_is_better(self) -> bool:
        return self.known.better != "lower"

    def snapped(self, quantile: float) -> float:
        """The quantile at which a value is run: the middle of its share for a whole number, itself otherwise."""
        if not self.factor.whole:
            return quantile
        count = int(self.factor.high) - int(self.factor.low) + 1
        return self.factor.quantile_of(min(int(quantile * count), count - 1), count)

    def run(self, quantiles: Sequence[float]) -> None:
        """Run what has not been run: the stated value as the file states it, others at their quantile."""
        wanted = [each for each in dict.fromkeys(map(self.snapped, quantiles)) if each not in self.values]
        if not wanted:
            return
        points = [Point() if each == self.stated else point_at([self.factor], [each]) for each in wanted]
        found = outcomes(
            self.study, points, range(self.replications), [self.measure], self.working, self.period, self.progress
        )
        self.period = found.period
        self.measures |= found.measures
        for quantile, values in zip(wanted, found.values[self.measure], strict=True):
            if not np.isfinite(values).all():
                raise RequestError(
                    f"'{self.measure}' is not defined in every run with {self.factor.path} = "
                    f"{self.factor.at(quantile)}: it cannot decide"
                )
            self.values[quantile] = values

    def lead(self, best: int, other: int, quantile: float) -> Interval:
        """Best plan less another at a value, positive while it is ahead."""
        values = self.values[quantile] * (1.0 if self.higher_is_better else -1.0)
        return paired_interval(values[:, best], values[:, other])

    def challenger(self, best: int, quantile: float) -> int:
        """The plan with the best mean but for one."""
        means = self.values[quantile].mean(axis=0) * (1.0 if self.higher_is_better else -1.0)
        means[best] = -np.inf
        return int(means.argmax())

    def table(self, best: int) -> pd.DataFrame:
        rows = []
        for quantile in sorted(self.values):
            values = self.values[quantile]
            winner = judge(self.study.plans, values, higher_is_better=self.higher_is_better).best
            for place, plan in enumerate(self.study.plans):
                if place != best:
                    lead = paired_interval(values[:, best], values[:, place])
                    value = str(self.factor.at(quantile))
                    rows.append((quantile, value, winner, plan, lead.mean, lead.low, lead.high))
        return pd.DataFrame(rows, columns=["quantile", "value", "best", "plan", "mean", "low", "high"])


def _shares() -> list[float]:
    return [number / (SCOUTS + 1) for number in range(1, SCOUTS + 1)]


def _first_turn(course: _Course, best: int, at: float, end: float) -> Turn | None:
    """The first place between the stated value and an end of the range where the best plan is overtaken."""
    places = sorted((each for each in course.values if min(at, end) <= each <= max(at, end)), reverse=end < at)
    overtaken = [each for each in places if course.lead(best, course.challenger(best, each), each).mean < 0.0]
    if end == at or not overtaken:
        return None
    behind = overtaken[0]
    ahead = places[places.index(behind) - 1]

    def stands(quantile: float) -> bool:
        return course.lead(best, course.challenger(best, quantile), quantile).mean >= 0.0

    ahead, behind = _bisected(course, ahead, behind, stands)
    winner = course.challenger(best, behind)
    other_end = course.snapped(0.0 if end > at else 1.0)
    near = _limit(course, best, winner, behind, other_end, lambda lead: lead.low > 0.0)
    far = _limit(course, best, winner, ahead, end, lambda lead: lead.high < 0.0)
    middle = behind if course.factor.whole else _between(course, best, winner, ahead, behind)
    limits = sorted((near, far))
    (low, open_low), (high, open_high) = limits
    value = course.factor.at
    return Turn(course.study.plans[winner], value(middle), middle, value(low), value(high), open_low, open_high)


def _bisected(course: _Course, ahead: float, behind: float, stands: Callable[[float], bool]) -> tuple[float, float]:
    """A bracket halved until it is narrow, or two whole numbers stand side by side: (still so, no longer so)."""
    for _ in range(STEPS if not course.factor.whole else 64):
        middle = course.snapped((ahead + behind) / 2.0)
        if middle in (ahead, behind):
            break
        course.run([middle])
        if stands(middle):
            ahead = middle
        else:
            behind = middle
    return ahead, behind


def _between(course: _Course, best: int, winner: int, ahead: float, behind: float) -> float:
    """Where the line between two neighbouring values crosses zero."""
    before, after = course.lead(best, winner, ahead).mean, course.lead(best, winner, behind).mean
    share = before / (before - after) if before > after else 0.5
    return ahead + min(1.0, max(0.0, share)) * (behind - ahead)


def _limit(
    course: _Course, best: int, winner: int, start: float, end: float, sure: Callable[[Interval], bool]
) -> tuple[float, bool]:
    """From a value where the difference is unsure towards an end: where it becomes sure, or the end itself (open)."""
    known = sorted((each for each in course.values if min(start, end) <= each <= max(start, end)), reverse=end < start)
    reached = [each for each in known if sure(course.lead(best, winner, each))]
    if not reached:
        return end, True
    inside = known[known.index(reached[0]) - 1]  # where it starts, the difference has the other sign
    unsure, _ = _bisected(course, inside, reached[0], lambda each: not sure(course.lead(best, winner, each)))
    return unsure, False
