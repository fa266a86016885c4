"""When people come: whether a lower price at another hour is worth moving a visit.

Prices, distances in hours and effects in utility go in; chances come out.
"""

import numpy as np

from sim.behaviour.dimensions import Floats, Numbers


def chance_of_moving(*, gain: Numbers, hours: Numbers, moving: Numbers) -> Floats:
    """1 - exp(-gain / (moving·hours)): chance of moving a visit by so many hours for a gain in utility; 1 at 0 hours.

    Whoever moves saves more than the schedule delay costs them: an hour costs `moving` in utility on average, more to
    some and less to others (exponentially distributed), so nobody moves for nothing. Schedule delay as a linear cost
    is that of Small (1982), "The scheduling of consumer activities: work trips", American Economic Review 72(3); how it
    differs between people is assumed. Shapes broadcast; gain, hours and moving >= 0.
    """
    cost = np.asarray(moving, np.float64) * np.asarray(hours, np.float64)
    worth = np.asarray(gain, np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(cost > 0.0, -np.expm1(-worth / cost), (worth > 0.0) * 1.0)


def hours_away(*, minute: Floats, spans: Floats) -> tuple[Floats, Floats, Floats]:
    """How far minutes of the day (k,) lie from the nearest of some spans (n, 2), in hours: 0 inside, and its ends.

    Returns hours (k,), start and end of the nearest span (k,); of two equally near the first.
    """
    gaps = np.maximum(np.maximum(spans[:, 0] - minute[:, np.newaxis], minute[:, np.newaxis] - spans[:, 1]), 0.0)
    nearest = np.argmin(gaps, axis=1)
    return gaps[np.arange(len(minute)), nearest] / 60.0, spans[nearest, 0], spans[nearest, 1]
