"""How far each parameter could be moved before the data speak against it: profiles along a surface through the runs.

In go the candidates of a fit; a quadratic surface is laid through the mean of each target, and along each parameter the
deviance is found with all others at their best. Out come profiles and their widths. The surface is only used for this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.candidates import Tried
from calibration.losses.luck import Luck
from calibration.samplers.sobol import sobol_normal
from calibration.targets.observations import Observation

Floats = NDArray[np.float64]

NINETY: Final = 2.705543454095404
"""The 90 % quantile of chi-square with one degree of freedom."""
PLACES: Final = 33
POINTS: Final = 2048
OF_PRIOR: Final = 1.6448536269514722
"""Half the width of the prior's 90 % interval on the working scale."""


@dataclass(frozen=True)
class Profile:
    """Of one parameter: places ``z``, the least ``deviance`` there above the least anywhere, and what it allows.

    ``low`` and ``high`` bound where the deviance is within 2.71 of the least (90 %), inside the prior's 99 %;
    ``width`` is their distance over that of the prior's 90 % interval, 1 or more where the data say nothing.
    """

    z: Floats
    deviance: Floats
    low: float
    high: float

    @property
    def flat(self) -> bool:
        """Whether no value inside the prior's 99 % is ruled out."""
        return bool(self.low <= self.z[0] and self.high >= self.z[-1])

    @property
    def width(self) -> float:
        return (self.high - self.low) / (2.0 * OF_PRIOR)


def profiles(
    observed: Sequence[Observation], tried: Tried, lucks: Mapping[str, Luck], seed: int
) -> tuple[Profile, ...]:
    """One profile a parameter."""
    there = tried.of(tried.possible)
    dimensions = there.z.shape[1]
    full = len(there.z) >= 2 * len(_columns(there.z[:1], True)[0])
    design = _columns(there.z, full)
    surfaces = {}
    for each in observed:
        linked = each.loss.link(there.centre(each))
        surfaces[each.name] = np.linalg.lstsq(design, linked, rcond=None)[0]

    def deviance(z: Floats) -> Floats:
        columns, total = _columns(z, full), np.zeros(len(z))
        for each in observed:
            centre = each.loss.unlink(columns @ surfaces[each.name])
            total -= 2.0 * each.weight * each.loss.log_likelihood(each.loss.observed, centre, lucks[each.name])
        return total

    places = np.linspace(-2.5, 2.5, PLACES)
    others = np.clip(sobol_normal(POINTS, dimensions, seed, "profiles"), -2.5, 2.5)
    found = []
    for place in range(dimensions):
        least = np.empty(PLACES)
        for row, at in enumerate(places):
            points = others.copy()
            points[:, place] = at
            least[row] = deviance(points).min()
        least -= least.min()
        low, high = _crossings(places, least)
        found.append(Profile(places, least, low, high))
    return tuple(found)


def _crossings(places: Floats, deviance: Floats) -> tuple[float, float]:
    """Where the profile comes below the limit for the first and the last time, by straight lines between places."""
    inside = np.flatnonzero(deviance <= NINETY)

    def edge(within: int, outside: int) -> float:
        if not 0 <= outside < len(places):
            return float(places[within])
        share = (NINETY - deviance[within]) / (deviance[outside] - deviance[within])
        return float(places[within] + share * (places[outside] - places[within]))

    return edge(int(inside[0]), int(inside[0]) - 1), edge(int(inside[-1]), int(inside[-1]) + 1)


def _columns(z: Floats, full: bool) -> Floats:
    """Constant and linear terms; with ``full`` also squares and products."""
    columns = [np.ones(len(z)), *z.T]
    if full:
        columns += [z[:, a] * z[:, b] for a, b in combinations_with_replacement(range(z.shape[1]), 2)]
    return np.column_stack(columns)
