"""What people can do: learning by doing, training that comes and goes, standards that erode under load.

Tenure, days since training and work pressure go in; shares of a handicap or an effect, and times per order, come out.
"""

from __future__ import annotations

import numpy as np

from sim.behaviour.dimensions import Floats, Numbers


def to_learn_exponential(tenure: Floats, *, learns_in: float) -> Floats:
    """Share of a beginner's handicap still there after `tenure` days: exp(-tenure/learns_in), 1 to 0.

    Service time is usual · (1 + slower · share). Exponential learning with a plateau, Mazur & Hastie (1978).
    """
    return np.exp(-tenure / learns_in)


def to_learn_power(tenure: Floats, *, slower: float, rate: float) -> Floats:
    """The same by the power law T(n) = T(1)·n^b with b = log2(rate), n = tenure + 1 days, down to the usual time.

    Wright (1936); an 80 % curve has b = -0.3219 and T(4)/T(1) = 0.64. Without extra time (`slower` 0) nothing is left.
    """
    if slower <= 0.0:
        return np.zeros_like(tenure)
    exponent = float(np.log2(rate))
    time = (1.0 + slower) * (tenure + 1.0) ** exponent
    return np.maximum(time - 1.0, 0.0) / slower


def training_effect(since_first: Floats, since_last: Floats, *, ramp: float, fades: float | None) -> Floats:
    """Share of a training's full effect, 0-1: rises evenly over `ramp` days from a person's first session, and halves
    every `fades` days after the last one (None: never). Days since; a person without a session has negative ones.
    """
    risen = np.clip(since_first / ramp, 0.0, 1.0) if ramp > 0 else np.ones_like(since_first)
    kept = 1.0 if fades is None else 0.5 ** (np.maximum(since_last, 0.0) / fades)
    return np.where(since_first < 0, 0.0, risen * kept)


def work_pressure(*, busy: Floats, arrivals: Floats, served: Floats, staffed: Floats, comfortable: float) -> Floats:
    """Desired over actual capacity, (pools,): work that came, in server-minutes, over the comfortable share of time.

    Work that came is busy time · arrivals/served. NaN where nobody was staffed. Oliva & Sterman (2001).
    """
    came = busy * np.maximum(arrivals, served) / np.maximum(served, 1)
    room = comfortable * staffed
    return np.divide(came, room, out=np.full_like(came, np.nan), where=room > 0)


def time_per_order(*, standard: Floats, pressure: Floats, elasticity: float, least: float) -> Floats:
    """Time given to an order, share of the full time: standard · pressure^(-elasticity), within `least` and 1."""
    return np.clip(standard * np.maximum(pressure, 1e-6) ** -elasticity, least, 1.0)


def drifted_standard(*, standard: Numbers, given: Floats, down: float, up: float) -> Floats:
    """The internal standard a day later: it goes to what is given, in `down` days if that is less, in `up` if more.

    Oliva & Sterman (2001): it erodes sooner than it recovers.
    """
    distance = given - np.asarray(standard)
    return np.asarray(standard + distance / np.where(distance < 0, down, up))


def mean_of(values: Floats, who: Floats) -> Floats:
    """Mean over people (first axis) of those with weight `who`, (pools,); over all of them where nobody has any."""
    weight = np.where(who.sum(axis=0) > 0, who, 1.0)
    return np.asarray((values * weight).sum(axis=0) / np.maximum(weight.sum(axis=0), 1.0))
