"""What recovering a failure is worth: what was given, matched to the kind of failure, and what a second failure costs.

Satisfaction before and after a failure, the kind of failure and what the firm gave go in; satisfaction afterwards comes
out, split into what customers act on and the paradox on top, which they feel and do not act on.
"""

from typing import Final

import numpy as np

from sim.behaviour.dimensions import Flags, Floats, Integers, Numbers

FAILURES: Final = ("outcome", "process")
RESOURCES: Final = ("compensation", "speed", "apology", "initiative")


def speed_given(days: Floats, *, quick: Numbers, slow: Numbers, late: Flags) -> Floats:
    """(slow - days)/(slow - quick) within 0-1: how speedy an answer after so many days is, (k,); late ones are not.

    `quick` and `slow` are days, quick < slow; `late` says which answers came after the day that was promised.
    """
    line = np.clip((slow - days) / (np.asarray(slow, dtype=np.float64) - quick), 0.0, 1.0)
    return np.where(late, 0.0, line)


def recovered_satisfaction(
    *,
    prior: Floats,
    left: Floats,
    failure: Integers,
    resources: Floats,
    effects: Floats,
    repeated: Flags,
    paradox: Numbers,
) -> Floats:
    """S = S_left + Σ_r ρ[failure, r]·r: satisfaction (0-100) after a recovery, (k,).

    Smith, Bolton & Wagner (1999); Tax, Brown & Chandrashekaran (1998): what helps depends on the kind of failure. Their
    S_left is prior - λ·severity: what the failure left of the satisfaction before it, `prior`. `failure` (k,) indexes
    `FAILURES`; `resources` (4, k) says how much of each of `RESOURCES` was given, 0-1; `effects` (2, 4) is ρ in
    satisfaction points.

    Recovery may lift satisfaction above its prior level by at most `paradox` points (the service-recovery paradox,
    which de Matos, Henrique & Rossi 2007 find for satisfaction only), and never after a second failure (`repeated`;
    Maxham & Netemeyer 2002). It never lowers it.
    """
    given: Floats = (
        effects[failure, 0] * resources[0]
        + effects[failure, 1] * resources[1]
        + effects[failure, 2] * resources[2]
        + effects[failure, 3] * resources[3]
    )
    ceiling = np.maximum(prior + np.where(repeated, 0.0, paradox), left)
    return np.clip(np.minimum(left + given, ceiling), 0.0, 100.0)


def without_paradox(*, recovered: Floats, prior: Floats, left: Floats) -> Floats:
    """The part of recovered satisfaction that loyalty, choice and leaving follow, (k,): at most the level before.

    de Matos, Henrique & Rossi (2007): no paradox for repurchase, word of mouth or image.
    """
    return np.minimum(recovered, np.maximum(prior, left))


def second_severity(severity: Floats, *, double_deviation: Numbers) -> Floats:
    """min(d·severity, 1): how severe a failed recovery is after a failure of `severity` (0-1), (k,).

    Bitner, Booms & Tetreault (1990): the double deviation, a failure and then a failed recovery, weighs more than the
    failure alone: d > 1.
    """
    return np.minimum(double_deviation * severity, 1.0)


def after_second_failure(satisfaction: Floats, severity: Floats, *, loss: Numbers) -> Floats:
    """S' = S - λ·severity, not below 0: satisfaction after a failed recovery of this severity, (k,)."""
    return np.maximum(satisfaction - loss * severity, 0.0)
