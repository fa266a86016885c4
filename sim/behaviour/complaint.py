"""What a dissatisfied customer does - stay silent, voice it, or leave - and what recovering a failure is worth.

What the customer lost, hopes for and could turn to goes in; utilities for the three responses and the response drawn
come out. The recovery function gives satisfaction after a failure and what the firm did about it.
"""

from typing import Final

import numpy as np

from sim.behaviour.choice import choose
from sim.behaviour.dimensions import Flags, Floats, Integers, Numbers

RESPONSES: Final = ("silent", "voice", "exit")
FAILURES: Final = ("outcome", "process")
RESOURCES: Final = ("compensation", "speed", "apology", "initiative")


def response_utilities(
    *,
    severity: Floats,
    loyalty: Numbers,
    expected_success: Numbers,
    alternatives: Numbers,
    voice_intercept: Numbers,
    voice_severity: Numbers,
    voice_loyalty: Numbers,
    voice_success: Numbers,
    voice_cost: Numbers,
    exit_intercept: Numbers,
    exit_severity: Numbers,
    exit_alternatives: Numbers,
    exit_loyalty: Numbers,
    exit_cost: Numbers,
) -> Floats:
    """Utilities of `RESPONSES` for k dissatisfied customers, (k, 3); silence is the zero. Hirschman (1970).

    voice: v₀ + v_s·severity + v_l·loyalty + v_e·expected success - cost of complaining
    exit:  x₀ + x_s·severity + x_a·alternatives - x_l·loyalty - cost of leaving

    `severity` (0-1) is how far satisfaction fell short of what is acceptable; loyalty, expected success and
    alternatives lie in 0-1; the rest is in units of utility. Voice rises with loyalty, hope and low cost, exit with
    alternatives; loyalty holds exit at bay.
    """
    utilities = np.zeros((len(severity), len(RESPONSES)))
    utilities[:, 1] = (
        voice_intercept
        + voice_severity * severity
        + voice_loyalty * loyalty
        + voice_success * expected_success
        - voice_cost
    )
    utilities[:, 2] = (
        exit_intercept
        + exit_severity * severity
        + exit_alternatives * alternatives
        - exit_loyalty * loyalty
        - exit_cost
    )
    return utilities


def respond(utilities: Floats, uniforms: Floats) -> Integers:
    """The response of each customer, an index into `RESPONSES`, (k,), by multinomial logit and one uniform each."""
    return choose(utilities, uniforms)


def retention_after_failure(
    *, complaint_rate: Numbers, silent_rebuy: Numbers, outcome_shares: Floats, outcome_rebuy: Floats
) -> Floats:
    """Share of customers with a problem who buy again: (1 - c)·R_silent + c·Σ_o share_o·R_o, all 0-1.

    Outcomes are what became of the complaint (say unresolved, resolved, resolved quickly), shares summing to 1. The
    decision tree of Fornell & Wernerfelt (1987) on the rates of the TARP studies (Goodman).
    """
    heard = np.cumsum(outcome_shares * outcome_rebuy)[-1]
    return np.asarray((1.0 - complaint_rate) * silent_rebuy + complaint_rate * heard, dtype=np.float64)


def recovered_satisfaction(
    *,
    prior: Floats,
    severity: Floats,
    failure: Integers,
    resources: Floats,
    loss: Numbers,
    effects: Floats,
    repeated: Flags,
    paradox: Numbers,
) -> Floats:
    """S = prior - λ·severity + Σ_r ρ[failure, r]·r: satisfaction (0-100) after a failure and its recovery, (k,).

    Smith, Bolton & Wagner (1999); Tax, Brown & Chandrashekaran (1998): what helps depends on the kind of failure.
    `failure` (k,) indexes `FAILURES`; `resources` (4, k) says how much of each of `RESOURCES` was given, 0-1; `effects`
    (2, 4) is ρ in satisfaction points; `loss` λ is in points per unit of severity (0-1).

    Recovery may lift satisfaction above its prior level by at most `paradox` points (the service-recovery paradox,
    which de Matos, Henrique & Rossi 2007 find for satisfaction only), and never after a second failure (`repeated`;
    Maxham & Netemeyer 2002).
    """
    given: Floats = (
        effects[failure, 0] * resources[0]
        + effects[failure, 1] * resources[1]
        + effects[failure, 2] * resources[2]
        + effects[failure, 3] * resources[3]
    )
    ceiling = prior + np.where(repeated, 0.0, paradox)
    after: Floats = np.minimum(prior - loss * severity + given, ceiling)
    return np.clip(after, 0.0, 100.0)
