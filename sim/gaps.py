"""The gaps model of service quality, measured on the encounters of a day or of a whole run.

What customers of the same encounters expected, were promised, got and perceived goes in, with what management believed
and set as a standard; gaps 1 to 5 come out per dimension and weighted over them, on the 1-7 scale, together with the
share of the promise, the bias of perception and the two edges of the zone of tolerance.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from sim.behaviour.dimensions import DIMENSIONS, Floats


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap, or one of the levels it lies between, in scale points.

    dimension: its mean per dimension, (5,); overall: the mean of the customers' own weighted sums
    """

    dimension: Floats
    overall: float

    def __sub__(self, other: "Gap") -> "Gap":
        return Gap(self.dimension - other.dimension, self.overall - other.overall)


@dataclass(frozen=True, slots=True)
class Gaps:
    """The gaps of `encounters` encounters. Parasuraman, Zeithaml & Berry (1985); Zeithaml et al. (1988, 1993).

    For gaps 1 to 4 positive is a shortfall, for gap 5 and the zone of tolerance negative is. NaN without encounters.
    """

    knowledge: Gap
    """Gap 1, E - M: expected less what management believes is expected."""
    standards: Gap
    """Gap 2, M - Std: believed less the standard set."""
    delivery: Gap
    """Gap 3, Std - Del: the standard less what was delivered."""
    communication: Gap
    """Gap 4, Prom - Del: promised less delivered, zero where nothing was promised."""
    customer: Gap
    """Gap 5, P - E: perceived less expected (*will*)."""
    promise: Gap
    """E - E⁰: how much of the expectation the firm's promises made."""
    bias: Gap
    """P - Del: perceived less delivered."""
    adequacy: Gap
    """MSA, P - A: perceived less adequate."""
    superiority: Gap
    """MSS, P - D: perceived less desired."""
    encounters: int

    def identity_error(self) -> float:
        """Greatest distance of the two sides of -G5 = (E⁰ - M) + G2 + G3 + (E - E⁰) - b; rounding only.

        Over the five dimensions and their weighted sum; E⁰ - M is gap 1 less the promise's share.
        """
        per_dimension = (
            self.customer.dimension
            + (self.knowledge.dimension - self.promise.dimension)
            + self.standards.dimension
            + self.delivery.dimension
            + self.promise.dimension
            - self.bias.dimension
        )
        overall = (
            self.customer.overall
            + (self.knowledge.overall - self.promise.overall)
            + self.standards.overall
            + self.delivery.overall
            + self.promise.overall
            - self.bias.overall
        )
        return float(max(np.max(np.abs(per_dimension)), abs(overall)))


def measure(
    *,
    expected_without_promises: Floats,
    expected: Floats,
    believed: Floats,
    standard: Floats,
    delivered: Floats,
    promised: Floats,
    perceived: Floats,
    adequate: Floats,
    desired: Floats,
    importance: Floats,
) -> Gaps:
    """The gaps of n encounters, every term taken over the same encounters, customers and weights.

    Arrays are (5, n) on the 1-7 scale; `believed`, `standard` and `importance` may be (5, 1) where all share them.
    `promised` is NaN where nothing was promised. `importance` sums to 1 over the dimensions.
    """
    encounters = perceived.shape[1]
    if encounters == 0:
        return pool([])
    levels = np.empty((9, *perceived.shape))
    for place, level in enumerate(
        (expected_without_promises, expected, believed, standard, delivered, perceived, adequate, desired)
    ):
        levels[place] = level
    levels[8] = np.where(np.isnan(promised), 0.0, promised - delivered)
    # A mean of differences is the difference of means: each level is averaged once, not once for every gap it is in.
    mean = np.mean(levels, axis=2)
    levels *= importance
    shares = np.mean(levels, axis=2)
    overall = shares[:, 0] + shares[:, 1] + shares[:, 2] + shares[:, 3] + shares[:, 4]
    unpromised, will, belief, goal, given, seen, enough, wished, excess = (
        Gap(*both) for both in zip(mean, overall.tolist(), strict=True)
    )
    return Gaps(
        knowledge=will - belief,
        standards=belief - goal,
        delivery=goal - given,
        communication=excess,
        customer=seen - will,
        promise=will - unpromised,
        bias=seen - given,
        adequacy=seen - enough,
        superiority=seen - wished,
        encounters=encounters,
    )


def pool(days: Sequence[Gaps]) -> Gaps:
    """The gaps of several days together: the mean over encounters, not over days.

    Days without encounters have no weight; all NaN when no day has any.
    """
    encounters = sum(day.encounters for day in days)
    busy = [day for day in days if day.encounters > 0]
    pooled: dict[str, Gap] = {}
    for name in (field.name for field in fields(Gaps) if field.name != "encounters"):
        dimension = np.zeros(len(DIMENSIONS)) if busy else np.full(len(DIMENSIONS), np.nan)
        overall = 0.0 if busy else float("nan")
        for day in busy:
            gap: Gap = getattr(day, name)
            dimension = dimension + gap.dimension * (day.encounters / encounters)
            overall += gap.overall * (day.encounters / encounters)
        pooled[name] = Gap(dimension, overall)
    return Gaps(**pooled, encounters=encounters)
