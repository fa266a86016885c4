"""Boxes of a space in which something happens more often: the patient rule induction method.

In go points (rows) with coordinates and whether it happened at each; out come boxes - a low and a high limit for a few
of the coordinates - with their coverage (share of all that happened which lies inside) and density (share of the points
inside at which it happened). Friedman & Fisher (1999), *Statistics and Computing* 9:123-143; as used for finding
scenarios by Bryant & Lempert (2010), *Technological Forecasting and Social Change* 77:34-49.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

PEEL: Final = 0.05
"""Share of the points inside that one peel takes away (Friedman & Fisher 1999, section 8: 0.05 to 0.1)."""
FEWEST_INSIDE: Final = 10
SIGNIFICANT: Final = 0.05
MOST_BOXES: Final = 3


@dataclass(frozen=True)
class Step:
    """One box of the peeling trajectory."""

    coverage: float
    density: float
    restricted: int


@dataclass(frozen=True)
class Box:
    """``limits``: coordinate to (low, high), both inside; infinite where open. ``inside``: points in it.

    ``quasi_p``: for each restricted coordinate the chance of a density as high, were its limits of no consequence
    (Bryant & Lempert 2010, section 3.3). ``trajectory``: the boxes passed on the way, widest first.
    """

    limits: Mapping[int, tuple[float, float]]
    coverage: float
    density: float
    inside: int
    quasi_p: Mapping[int, float]
    trajectory: tuple[Step, ...] = field(repr=False)


def boxes(coordinates: ArrayLike, happened: ArrayLike, most: int = MOST_BOXES) -> tuple[Box, ...]:
    """Boxes that together cover what happened, one found after the points of the former are taken out.

    ``coordinates``: shape (points, dimensions); ``happened``: shape (points,). Coverage counts against all that
    happened. None when nothing happened, everything did, or no box is surely denser than the whole.
    """
    space, flags = np.asarray(coordinates, dtype=np.float64), np.asarray(happened, dtype=np.bool_)
    left = np.ones(len(flags), np.bool_)
    found: list[Box] = []
    while len(found) < most:
        box = _best(space[left], flags[left], int(flags.sum()))
        if box is None:
            break
        found.append(box)
        left &= ~contained(space, box.limits)
    return tuple(found)


def as_good_by_chance(coordinates: ArrayLike, happened: ArrayLike, orders: ArrayLike) -> float:
    """Chance of a first box as good, had what happened nothing to do with the coordinates (a permutation test).

    ``orders``: shape (permutations, points), uniforms whose ranks shuffle what happened. Boxes are searched for, so
    that the best of pure chance looks good too; only a search through shuffled worlds says how good. ``(1 + as good) /
    (1 + permutations)``, Phipson & Smyth (2010), *Statistical Applications in Genetics and Molecular Biology* 9:39.
    """
    space, flags = np.asarray(coordinates, dtype=np.float64), np.asarray(happened, dtype=np.bool_)
    shuffles = np.argsort(np.asarray(orders, dtype=np.float64), axis=1, kind="stable")
    seen = _goodness(space, flags)
    return (1 + sum(_goodness(space, flags[order]) >= seen for order in shuffles)) / (1 + len(shuffles))


def contained(space: Numbers, limits: Mapping[int, tuple[float, float]]) -> Flags:
    """Which points lie inside the limits."""
    inside = np.ones(len(space), np.bool_)
    for place, (low, high) in limits.items():
        inside &= (space[:, place] >= low) & (space[:, place] <= high)
    return inside


def _best(space: Numbers, flags: Flags, all_that_happened: int) -> Box | None:
    """The box of the trajectory with the best balance of coverage and density, without limits of no consequence."""
    if flags.all() or int(flags.sum()) < FEWEST_INSIDE:
        return None
    trajectory = _peeled(space, flags)
    scored = [(_balance(flags, contained(space, limits)), -place) for place, limits in enumerate(trajectory)]
    limits = _pasted(space, flags, trajectory[-max(scored)[1]])
    limits = _telling(space, flags, limits)
    inside = contained(space, limits)
    if not limits or not flags[inside].any():
        return None
    return Box(
        limits=limits,
        coverage=float(flags[inside].sum()) / all_that_happened,
        density=float(flags[inside].mean()),
        inside=int(inside.sum()),
        quasi_p={place: _quasi_p(space, flags, limits, place) for place in limits},
        trajectory=tuple(_step(space, flags, each, all_that_happened) for each in trajectory),
    )


def _goodness(space: Numbers, flags: Flags) -> float:
    """Balance of the first box; that of no box at all is 0."""
    box = _best(space, flags, int(flags.sum()))
    return 0.0 if box is None else _balance(flags, contained(space, box.limits))


def _peeled(space: Numbers, flags: Flags) -> list[dict[int, tuple[float, float]]]:
    """From the whole space inwards: each peel takes the side whose points cost least, by the density gained for each.

    By the point, because whole numbers come off a value at a time, which may be half of all points: of a large and a
    small gain the patient one counts (Kwakkel & Jaxa-Rozen 2016, *Environmental Modelling & Software* 79:311-321).
    """
    limits: dict[int, tuple[float, float]] = {}
    passed = [dict(limits)]
    inside = np.ones(len(flags), np.bool_)
    while True:
        density = float(flags[inside].mean())
        best: tuple[float, int] | None = None
        chosen: tuple[int, tuple[float, float]] | None = None
        for place in range(space.shape[1]):
            values = space[inside, place]
            low, high = limits.get(place, (-inf, inf))
            for side in _sides(values, low, high):
                kept = (values >= side[0]) & (values <= side[1])
                count = int(kept.sum())
                if count < FEWEST_INSIDE or count == len(values):
                    continue
                gained = float(flags[inside][kept].mean()) - density
                score = (gained / (len(values) - count), count)
                if best is None or score > best:
                    best, chosen = score, (place, side)
        if chosen is None or best is None or bool(flags[inside].all()):
            return passed
        limits[chosen[0]] = chosen[1]
        inside = contained(space, limits)
        passed.append(dict(limits))


def _sides(values: Numbers, low: float, high: float) -> list[tuple[float, float]]:
    """The range without its lowest and without its highest part; of equal values all go or none."""
    ordered = np.unique(values)
    if len(ordered) < 2:
        return []
    at_low = float(np.quantile(values, PEEL, method="higher"))
    at_high = float(np.quantile(values, 1.0 - PEEL, method="lower"))
    new_low = float(ordered[max(1, int(np.searchsorted(ordered, at_low)))])
    new_high = float(ordered[min(len(ordered) - 2, int(np.searchsorted(ordered, at_high, side="right")) - 1)])
    return [(new_low, high), (low, new_high)]


def _balance(flags: Flags, inside: Flags) -> float:
    """Harmonic mean of coverage and density."""
    hit = float(flags[inside].sum())
    return 2.0 * hit / (float(flags.sum()) + float(inside.sum()))


def _pasted(space: Numbers, flags: Flags, limits: dict[int, tuple[float, float]]) -> dict[int, tuple[float, float]]:
    """Wider again on each side as long as the balance of coverage and density gains by it."""
    current = dict(limits)
    improved = True
    while improved:
        improved = False
        for place, (low, high) in list(current.items()):
            values = np.unique(space[:, place])
            wider = [(float(values[values < low].max(initial=-inf)), high)] if low > values[0] else []
            wider += [(low, float(values[values > high].min(initial=inf)))] if high < values[-1] else []
            for side in wider:
                tried = {**current, place: side}
                if _balance(flags, contained(space, tried)) > _balance(flags, contained(space, current)):
                    current, improved = tried, True
                    break
    return current


def _telling(space: Numbers, flags: Flags, limits: dict[int, tuple[float, float]]) -> dict[int, tuple[float, float]]:
    """Without limits that exclude nothing, or whose effect on the density may be chance."""
    current = {
        place: (low if (space[:, place] < low).any() else -inf, high if (space[:, place] > high).any() else inf)
        for place, (low, high) in limits.items()
    }
    current = {place: each for place, each in current.items() if each != (-inf, inf)}
    while current:
        weakest = max(current, key=lambda place: (_quasi_p(space, flags, current, place), place))
        if _quasi_p(space, flags, current, weakest) <= SIGNIFICANT:
            break
        del current[weakest]
    return current


def _quasi_p(space: Numbers, flags: Flags, limits: Mapping[int, tuple[float, float]], place: int) -> float:
    inside = contained(space, limits)
    without = contained(space, {each: limits[each] for each in limits if each != place})
    count, hits = int(inside.sum()), int(flags[inside].sum())
    if not without.any():
        return 1.0
    return float(stats.binom.sf(hits - 1, count, float(flags[without].mean())))


def _step(space: Numbers, flags: Flags, limits: Mapping[int, tuple[float, float]], all_that_happened: int) -> Step:
    inside = contained(space, limits)
    return Step(float(flags[inside].sum()) / all_that_happened, float(flags[inside].mean()), len(limits))
