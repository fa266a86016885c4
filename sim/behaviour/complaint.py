"""What a dissatisfied customer does: stay silent, voice it, or leave. What recovery is worth is in `recovery.py`.

What the customer lost, hopes for and could turn to goes in; utilities for the three responses and the response drawn
come out.
"""

from typing import Final

import numpy as np

from sim.behaviour.choice import choose
from sim.behaviour.dimensions import Floats, Integers, Numbers

RESPONSES: Final = ("silent", "voice", "exit")
FATES: Final = ("silent", "unresolved", "resolved", "quickly")
"""What became of a problem: not told; told, and nothing came of it; put right; put right quickly (TARP, Goodman)."""


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
