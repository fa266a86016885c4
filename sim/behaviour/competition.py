"""Rivals as people see them: when they come to know of one, what they expect of it, and what draws customers away.

Arrays over people go in and come out. Times are in days, quality is on the 1-7 scale, prices are relative to the firm's
usual price.
"""

import numpy as np

from sim.behaviour.dimensions import HIGHEST, LOWEST, Floats, Integers, Numbers


def known_from(uniforms: Floats, *, aware: float, rate: float) -> Floats:
    """The day, counted from a rival's entry, on which each of n people comes to know of it, (n,); 0 who know at once.

    A share `aware` knows at the entry; the others come to know with a constant hazard `rate` a day (Bass 1969 without
    imitation): P(known by t) = 1 - (1 - aware)·exp(-rate·t). Infinite for who never will. One uniform each.
    """
    late = uniforms >= aware
    if rate <= 0.0:
        return np.where(late, np.inf, 0.0)
    # Among those who do not know at once, the rest of the luck is uniform again.
    left = np.where(late, (1.0 - uniforms) / max(1.0 - aware, 1e-300), 1.0)
    return np.asarray(-np.log(left) / rate)


def tried(expected: Floats, given: Floats, *, learning: float) -> Floats:
    """e' = e + learning·(g - e): the quality expected of a rival after a visit that gave g, 1-7 (Boulding 1993)."""
    return expected + learning * (np.clip(given, LOWEST, HIGHEST) - expected)


def switching_disutility(alternative: int, held: Integers, cost: Numbers, *, nowhere: int) -> Floats:
    """What choosing an alternative costs each of k people, (k,), utility: `cost` where they hold another supplier.

    `held` is the supplier of the present, -1 or `nowhere` for none; going without costs nothing. Klemperer (1987).
    """
    binds = (held >= 0) & (held != nowhere) & (held != alternative)
    if alternative == nowhere:
        binds = np.zeros_like(binds)
    return np.where(binds, cost, 0.0)


def chance_of_a_new_look(days: Floats, *, rate: Numbers) -> Floats:
    """1 - exp(-rate·t): the chance that suppliers were compared anew in the t days since it was last asked."""
    return np.asarray(-np.expm1(-np.asarray(rate) * days))


def inequity(disadvantage: Floats, *, loss: float) -> Floats:
    """loss·10·d: satisfaction points lost on a discount that is smaller by d (0-1) than that of a lesser customer.

    To be worse off than others with less of a claim is felt as unfair (Xia, Monroe & Cox 2004); linear by assumption.
    """
    return np.asarray(10.0 * loss * disadvantage)


def departure_hazard(
    *, rate: Numbers, price_gap: Numbers, price_effect: float, satisfaction: Floats, service_effect: float
) -> Floats:
    """λ = rate·exp(price·(p - p_rival) + service·(70 - S)/10), a day: proportional hazards, Cox (1972).

    `price_gap` is the firm's price less the rival's, over the usual price; S satisfaction, 0-100. With both effects 0
    nothing that the firm does changes it. The exponent is held within ±50.
    """
    score = price_effect * np.asarray(price_gap) + service_effect * (70.0 - satisfaction) / 10.0
    return np.asarray(rate * np.exp(np.clip(score, -50.0, 50.0)), dtype=np.float64)
