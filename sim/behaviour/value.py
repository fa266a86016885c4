"""What a customer is worth over a lifetime: margins, retention and discounting.

A margin a period, a retention rate and an interest rate per the same period go in; customer lifetime value, in the
margin's unit of money, and lifetimes in periods come out. Retention and interest are shares (0.8 is 80 %).
"""

import numpy as np

from sim.behaviour.dimensions import Floats, Numbers


def lifetime_value(*, margin: Numbers, retention: Numbers, interest: Numbers, growth: Numbers) -> Floats:
    """m·r/(1 + i - r(1+g)): the first margin after one period, margins growing by g. Gupta & Lehmann (2003, 2005).

    Raises ValueError unless r(1+g) < 1 + i, without which the value has no bound.
    """
    return margin * retention * _perpetuity(retention, interest, growth)


def lifetime_value_from_now(*, margin: Numbers, retention: Numbers, interest: Numbers) -> Floats:
    """m(1+i)/(1+i-r): the first margin at once. Gupta & Lehmann (2005). Raises ValueError unless r < 1 + i."""
    return margin * discounted_lifetime(retention=retention, interest=interest)


def lifetime_value_within(*, margin: Numbers, retention: Numbers, interest: Numbers, periods: Numbers) -> Floats:
    """Σ_{t=1..n} m·r^t/(1+i)^t: the value of the next n periods only, the first margin after one period.

    Raises ValueError unless r < 1 + i.
    """
    kept = np.asarray(retention, dtype=np.float64) / (1.0 + interest)
    whole = lifetime_value(margin=margin, retention=retention, interest=interest, growth=0.0)
    return np.asarray(whole * (1.0 - kept**periods))


def retention_elasticity(*, retention: Numbers, interest: Numbers) -> Floats:
    """(1+i)/(1+i-r): per cent of lifetime value per per cent of retention. Gupta, Lehmann & Stuart (2004)."""
    return discounted_lifetime(retention=retention, interest=interest)


def expected_lifetime(retention: Numbers) -> Floats:
    """1/(1-r): the mean number of periods a customer stays, r < 1. The number Reichheld & Sasser (1990) reason with."""
    return np.asarray(1.0 / (1.0 - np.asarray(retention, dtype=np.float64)))


def discounted_lifetime(*, retention: Numbers, interest: Numbers) -> Floats:
    """Σ_{t≥0} (r/(1+i))^t = (1+i)/(1+i-r): the present number of periods, the current one counted whole.

    Longer lifetimes are worth less than `expected_lifetime` suggests. Raises ValueError unless r < 1 + i.
    """
    return (1.0 + interest) * _perpetuity(retention, interest, 0.0)


def _perpetuity(retention: Numbers, interest: Numbers, growth: Numbers) -> Floats:
    spread = 1.0 + interest - np.asarray(retention, dtype=np.float64) * (1.0 + growth)
    if not np.all(spread > 0.0):
        raise ValueError("lifetime value needs retention × (1 + growth) below 1 + interest")
    return np.asarray(1.0 / spread)
