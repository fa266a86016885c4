"""What a membership is worth to somebody, and whether they pay for it.

Worth and prices go in in the currency, quality on the 1-7 scale, satisfaction 0-100; out come willingness to pay and
the chance to say yes.
"""

import numpy as np
from scipy import special

from sim.behaviour.dimensions import Floats, Numbers


def willingness_to_pay(
    *,
    worth: Numbers,
    quality: Numbers,
    satisfaction: Numbers,
    experienced: Numbers,
    quality_effect: Numbers,
    satisfaction_effect: Numbers,
) -> Floats:
    """W = w·exp(a·(Q - 5) + b·(S - 70)·e): what a term is worth at the quality expected and the service got.

    `experienced` e is 1 for who is or has been a member, else 0: others have no satisfaction to go by. That willingness
    to pay rises with satisfaction: Homburg, Koschate & Hoyer (2005), whose curve is steeper at both ends than this one.
    """
    moved = quality_effect * (np.asarray(quality, dtype=np.float64) - 5.0)
    moved = moved + satisfaction_effect * (np.asarray(satisfaction, dtype=np.float64) - 70.0) * experienced
    return np.asarray(np.asarray(worth, dtype=np.float64) * np.exp(moved))


def chance_to_pay(*, willingness: Numbers, price: Numbers, scale: Numbers) -> Floats:
    """P = 1/(1 + exp(-(W - p)/σ)): a logit in money, `scale` σ being the spread of what else counts on the day.

    Willingness-to-pay space: Train & Weeks (2005).
    """
    return np.asarray(special.expit((np.asarray(willingness, dtype=np.float64) - price) / scale))
