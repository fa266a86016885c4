"""How firms keep score: weighted indices of failures, points by bands, and what assessors make of a score.

Counts, shares and weights go in; points come out. Pure arithmetic, in the order in which a file writes its terms.
"""

from collections.abc import Mapping, Sequence


def weighted_index(counts: Sequence[float], weights: Sequence[float]) -> float:
    """SQI = Σ_k w_k n_k, the terms added in written order; points.

    FedEx's Service Quality Indicator (American Management Association 1991; Evans & Lindsay). ValueError when there are
    not as many weights as counts.
    """
    total = 0.0
    for count, weight in zip(counts, weights, strict=True):
        total += weight * count
    return total


def per_unit(points: float, volume: float) -> float:
    """Points for each unit handled (a parcel, a visit); NaN when nothing was handled."""
    return points / volume if volume else float("nan")


def banded(value: float, bands: Mapping[float, float]) -> float:
    """The points of the highest band whose threshold the value reaches; thresholds are inclusive.

    ValueError below the lowest threshold, or for a value that is not a number.
    """
    reached = [threshold for threshold in bands if value >= threshold]
    if not reached:
        raise ValueError(f"{value} reaches no band; the lowest begins at {min(bands)}")
    return bands[max(reached)]


def component_points(weight: float, deduction: float) -> float:
    """What is left of a component's full marks, not below 0; a component of weight 0 is a bonus or a penalty."""
    return max(weight + deduction, 0.0) if weight else deduction


def assessed(score: float, full: float, leniency: Sequence[float], weights: Sequence[float]) -> float:
    """Σ_a w_a·min(score + leniency_a, full)/Σ w_a: one score as several assessors see it, the same scale.

    Nobody gives more than full marks for leniency; a score that bonuses carry beyond them stays as it is. Self-ratings
    run above those of superiors and peers: Harris & Schaubroeck (1988).
    """
    most = max(score, full)
    total = 0.0
    for extra, weight in zip(leniency, weights, strict=True):
        total += weight * min(max(score + extra, 0.0), most)
    return total / sum(weights)
