"""What was delivered in an encounter, and what the customer perceived of it.

Waits, failures, load and crowding of a batch of encounters go in, with the levels the place can give; the delivered
and the perceived quality come out, one column an encounter, on the 1-7 scale. One declared mapping turns minutes into
the scale and back, another turns a share of visits done right into it, and standards and promises use the same two.
"""

import numpy as np

from sim.behaviour.dimensions import HIGHEST, LOWEST, Flags, Floats, Numbers, weighted


def wait_to_scale(wait: Numbers, *, desired: Numbers, adequate: Numbers) -> Floats:
    """Minutes waited as a level of responsiveness.

    Straight lines through (0 min, 7), (desired, 6), (adequate, 4) and (hopeless, 1), with hopeless = adequate +
    3·(adequate - desired); beyond it the level stays 1. Desired and adequate waits bound the zone of tolerance
    (Zeithaml, Berry & Parasuraman 1993). Any shapes that broadcast, in minutes.

    Raises ValueError unless 0 < desired < adequate.
    """
    width = _zone_width(desired, adequate)
    wait = np.maximum(wait, 0.0)
    quick = HIGHEST - wait / desired
    tolerable = 6.0 - 2.0 * (wait - desired) / width
    slow = np.maximum(4.0 - (wait - adequate) / width, LOWEST)
    return np.where(wait <= desired, quick, np.where(wait <= adequate, tolerable, slow))


def scale_to_wait(level: Numbers, *, desired: Numbers, adequate: Numbers) -> Floats:
    """The wait, in minutes, that `wait_to_scale` maps to this level; level 1 gives the shortest hopeless wait.

    Levels outside 1-7 are taken as the nearer end. Raises ValueError unless 0 < desired < adequate.
    """
    width = _zone_width(desired, adequate)
    level = np.clip(level, LOWEST, HIGHEST)
    quick = (HIGHEST - level) * desired
    tolerable = desired + (6.0 - level) * width / 2.0
    slow = adequate + (4.0 - level) * width
    return np.where(level >= 6.0, quick, np.where(level >= 4.0, tolerable, slow))


def share_to_scale(share: Numbers, *, kept: Numbers, failed: Numbers) -> Floats:
    """The mean level of reliability when a share (0-1) of visits is done right: failed + share·(kept - failed).

    `kept` and `failed` are the levels of one visit done right and of one that went wrong.
    """
    return np.asarray(failed + np.clip(share, 0.0, 1.0) * (kept - failed), dtype=np.float64)


def scale_to_share(level: Numbers, *, kept: Numbers, failed: Numbers) -> Floats:
    """The share of visits done right that gives this mean level: the inverse of `share_to_scale`, within 0-1.

    Raises ValueError unless failed < kept.
    """
    if not np.all(np.asarray(failed) < np.asarray(kept)):
        raise ValueError("a visit that went wrong must lie below one done right: failed < kept")
    return np.clip((level - failed) / (kept - failed), 0.0, 1.0)


def promptness(*, wait: Floats, lost: Flags, failure_level: Numbers, desired: Numbers, adequate: Numbers) -> Floats:
    """Responsiveness of k encounters by their waits in minutes, (k,): `wait_to_scale`, and less for a lost visit.

    That gets at most `failure_level`, since the wait of someone who gave up or was turned away understates the wait
    for the service they never had.
    """
    level = wait_to_scale(wait, desired=desired, adequate=adequate)
    return np.where(lost, np.minimum(level, failure_level), level)


def delivered(
    *,
    wait: Floats,
    desired_wait: Numbers,
    adequate_wait: Numbers,
    lost: Flags,
    failed: Flags,
    failure_level: Numbers,
    reliability: Numbers,
    assurance: Numbers,
    empathy: Numbers,
    tangibles: Numbers,
    load: Numbers,
    comfortable_load: Numbers,
    hurry: Numbers,
    ahead_per_server: Numbers,
    crowding: Numbers,
    noise: Floats,
) -> Floats:
    """Delivered quality of a batch of k encounters, (5, k), from what happened in them.

    - reliability: the place's level, or `failure_level` when the work failed or the visit was lost
    - responsiveness: `promptness`
    - assurance, empathy: the skill of those who serve, less `hurry` for each unit of `load` above `comfortable_load`
      (work in hand per person on duty; one declared unit for both): quality erosion, Oliva & Sterman (2001)
    - tangibles: the place's level, less `crowding` for each customer ahead per server on arrival

    `noise` (5, k) is the scatter from one encounter to the next, in scale points; all is then held within 1-7. `lost`
    (reneged, balked, blocked, missed) and `failed` (served, but wrong) are (k,); levels are floats or (k,).
    """
    excess = np.maximum(np.asarray(load) - comfortable_load, 0.0)
    quality = np.empty_like(noise)
    quality[0] = np.where(lost | failed, failure_level, reliability)
    quality[1] = promptness(
        wait=wait, lost=lost, failure_level=failure_level, desired=desired_wait, adequate=adequate_wait
    )
    quality[2] = assurance - hurry * excess
    quality[3] = empathy - hurry * excess
    quality[4] = tangibles - crowding * np.maximum(ahead_per_server, 0.0)
    quality += noise
    return np.clip(quality, LOWEST, HIGHEST, out=quality)


def perceived(
    *, delivered: Floats, will: Floats, desired: Floats, gamma_will: Numbers, gamma_desired: Numbers
) -> Floats:
    """PS = DS + γ₂(WE - DS) - γ₃(SE - DS), held within 1-7. Boulding, Kalra, Staelin & Zeithaml (1993).

    Customers see in part what they expect to see (`will` pulls perception towards itself) and hold what falls short of
    what should be against the firm (`desired` pushes it away). All arrays (5, k); γ ≥ 0, both zero is unbiased.
    """
    seen = delivered + gamma_will * (will - delivered) - gamma_desired * (desired - delivered)
    return np.clip(seen, LOWEST, HIGHEST)


def overall(*, quality: Floats, importance: Floats) -> Floats:
    """Overall quality OSQ = Σ_d w_d PS_d of (5, k), as (k,) on the 1-7 scale. Boulding et al. (1993).

    With perceptions it is weighted SERVPERF (Cronin & Taylor 1992); with perception less expectation, weighted
    SERVQUAL (Parasuraman, Zeithaml & Berry 1988).
    """
    return weighted(quality, importance)


def _zone_width(desired: Numbers, adequate: Numbers) -> Numbers:
    ordered = (desired > 0.0) & (desired < adequate)
    if not (ordered if isinstance(ordered, bool) else ordered.all()):
        raise ValueError("waits must satisfy 0 < desired < adequate, in minutes")
    return adequate - desired
