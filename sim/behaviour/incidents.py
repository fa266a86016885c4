"""Rare critical incidents: when in the day they strike, and how many of them prevention stops.

Relative hazards by the minute of the day and what prevention does in which minutes go in; chances, minutes and shares
prevented come out. A fall at night, a loss in the crowd, a sore that nobody saw in time.
"""

from __future__ import annotations

import numpy as np

from sim.behaviour.dimensions import Floats, Integers, Numbers

_MOST_LOAD = 1e6  # times the comfortable load; beyond, every chance is 1 anyway


def chance_in_a_day(rate: Numbers) -> Floats:
    """P(at least one in a day) = 1 - exp(-rate), from a Poisson `rate` per person and day (any shape); 0-1."""
    return np.asarray(-np.expm1(-np.asarray(rate, np.float64)))


def load_factor(in_hand: Floats, *, comfortable: float, elasticity: float) -> Floats:
    """Factor on a hazard at a load, (n,): (in_hand / comfortable)^elasticity; 1 where the load is not known (NaN).

    `in_hand`: people served and waiting for each server on duty. That harm rises with workload is found in hospitals
    (Weissman et al. 2007, *Medical Care* 45(5):448-455; Needleman et al. 2011, *N. Engl. J. Med.* 364(11):1037-1045);
    the power law is assumed.
    """
    ratio = np.where(np.isnan(in_hand), 1.0, np.nan_to_num(in_hand) / comfortable)
    return np.minimum(ratio, _MOST_LOAD) ** elasticity


def chance_under_load(chance: Floats, factor: Floats) -> Floats:
    """Chance (n,) of a hazard times `factor` (n,), where it was `chance` (n,): 1 - (1 - chance)^factor."""
    return np.asarray(-np.expm1(factor * np.log1p(-np.minimum(chance, np.nextafter(1.0, 0.0)))))


def day_profile(hazard: Floats) -> Floats:
    """Cumulative share of a day's incidents, (minutes + 1,) from 0 to 1, in proportion to `hazard` (minutes,) ≥ 0.

    Raises ValueError when the hazard is nowhere above 0.
    """
    total = np.cumsum(hazard)
    if not total[-1] > 0:
        raise ValueError("the hazard is 0 at every minute of the day")
    return np.concatenate([[0.0], total / total[-1]])


def minute_struck(profile: Floats, luck: Floats) -> Integers:
    """The minute of the day of each incident, (k,), by inverse of the `profile` (minutes + 1,) from uniforms (k,)."""
    minute = np.searchsorted(profile, luck, side="right") - 1
    return np.minimum(minute, len(profile) - 2).astype(np.int64)


def prevented_share(shares: Floats) -> Floats:
    """Share of incidents stopped in each minute, (minutes,), by m independent measures, `shares` (m, minutes), 0-1.

    1 - Π_j (1 - share_j): each measure stops its share of what the others let through.
    """
    let_through = np.ones(shares.shape[1])
    for share in shares:
        let_through = let_through * (1.0 - share)
    return 1.0 - let_through


def found_in_time(*, every: float, develops_over: float, finds: float) -> float:
    """Share of defects that an inspection finds before they do harm.

    A defect shows for an exponential time with mean `develops_over` before it does harm; inspections come every `every`
    days at a random phase, and each finds a defect with chance `finds` (0-1). With q = exp(-every/develops_over), the
    next inspection comes in time with chance (1 - q)·develops_over/every, a further one with chance q each, so

        share = finds · (1 - q)·develops_over/every / (1 - (1 - finds)·q)

    The delay-time model of inspection, Christer & Waller (1984), *J. Operational Research Society* 35(5):401-406, for
    exponential delay. Goes to 1 as inspections become continuous (unless `finds` is 0), to 0 as they stop.
    """
    if not (every > 0 and develops_over > 0 and 0.0 <= finds <= 1.0):
        raise ValueError("times must be above 0 and the share found within 0 and 1")
    ratio = every / develops_over
    passes = float(np.exp(-ratio))
    first = float(-np.expm1(-ratio)) / ratio
    return finds * first / (1.0 - (1.0 - finds) * passes)
