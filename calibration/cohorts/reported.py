"""What a real study reported of two groups, from a targets file, tested as the simulated studies are.

In go a targets file and the plans of the two groups; out comes one `Reported` for each measure the file has of both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, copysign, isfinite, sqrt
from pathlib import Path

from calibration.cohorts.person_measures import PersonMeasure
from calibration.cohorts.statistics import (
    Mean,
    MeansCompared,
    Proportion,
    ProportionsCompared,
    compare_means,
    compare_proportions,
)
from calibration.losses.kinds import Binomial, GammaPoisson, Moments
from calibration.targets.observations import Observation
from calibration.targets.reading import load_fit
from sim.errors import RequestError
from sim.scenario.load import Scenario


@dataclass(frozen=True)
class Reported:
    """One measure as a real study reported it of both groups. ``effect``: its size, comparable between scales."""

    person: PersonMeasure
    test: ProportionsCompared | MeansCompared

    @property
    def effect(self) -> float:
        return effect_size(self.test)


def effect_size(test: ProportionsCompared | MeansCompared) -> float:
    """Cohen's h of two shares, 2·asin√p₂ - 2·asin√p₁, or d of two means, on the root of their mean variance.

    Neither has a scale, so a firm's own score can stand beside the model's (Cohen 1988, sections 2.2 and 6.2).
    """
    if isinstance(test, ProportionsCompared):
        return 2.0 * (asin(sqrt(test.second.share)) - asin(sqrt(test.first.share)))
    sd = sqrt((test.first.sd**2 + test.second.sd**2) / 2.0)
    return test.difference / sd if sd > 0.0 else copysign(float("inf"), test.difference) if test.difference else 0.0


def reported_studies(
    scenario: Scenario,
    targets: str | Path,
    plans: Sequence[str],
    wanted: Sequence[PersonMeasure],
    people: tuple[int, int],
) -> tuple[tuple[Reported, ...], tuple[str, ...]]:
    """What the file reports of both plans, in the order measured, and titles of what it reports but cannot stand here.

    ``people``: of each plan's market; a count is taken as so many of them, each counted once. RequestError when nothing
    of the file can be set beside.
    """
    fit = load_fit(scenario, targets)
    if plans[0] == plans[1]:
        raise RequestError("both groups have the same plan, so no reported study can stand beside them")
    by_place: dict[tuple[str, str], Observation] = {}
    for each in fit.observations:
        if each.plan in plans and len(each.looks) <= 2 and each.looks[0].is_of_a_period and not each.ratio:
            by_place.setdefault((each.measure.name, each.plan), each)
    found, left_out = [], []
    for person in wanted:
        both = [by_place.get((person.name, plan)) for plan in plans]
        groups = [None if each is None else _group(person, each, size) for each, size in zip(both, people, strict=True)]
        first, second = groups
        if isinstance(first, Proportion) and isinstance(second, Proportion):
            found.append(Reported(person, compare_proportions(first, second)))
        elif isinstance(first, Mean) and isinstance(second, Mean):
            found.append(Reported(person, compare_means(first, second)))
        elif any(each is not None for each in both):
            left_out.append(person.measure.title)
    if not found:
        raise RequestError(
            f"{targets} reports nothing of both {plans[0]} and {plans[1]} that this study measures; it needs counts, "
            "shares or means with their sd, under the same names of measures"
        )
    return tuple(found), tuple(left_out)


def _group(person: PersonMeasure, observed: Observation, size: int) -> Proportion | Mean | None:
    """One group as it was reported; None where the study measures it otherwise."""
    loss = observed.loss
    if person.kind == "share":
        if isinstance(loss, Binomial):
            return Proportion(round(loss.part), round(loss.of))
        if isinstance(loss, GammaPoisson) and loss.count <= size:
            return Proportion(round(loss.count), size)
        return None
    if isinstance(loss, Moments) and isfinite(loss.sd):
        return Mean(loss.mean, loss.sd, round(loss.n))
    return None
