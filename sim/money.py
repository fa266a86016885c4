"""Exact money: decimal prices become whole minor units (cents, fen), rounded half to even, once, when posted.

A price stays a decimal as long as it is a price; an amount in the ledger is an integer number of minor units.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
from numpy.typing import NDArray

# ISO 4217 minor units; every other currency has two digits.
_DIGITS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "KWD": 3, "BHD": 3, "OMR": 3, "JOD": 3, "TND": 3}


def digits(currency: str) -> int:
    """How many decimals the currency's minor unit has (ISO 4217)."""
    return _DIGITS.get(currency, 2)


def to_minor(amount: Decimal, currency: str) -> int:
    """An amount in major units → whole minor units, half to even. 0.045 CNY → 4 fen; 0.055 CNY → 6 fen."""
    return int(amount.scaleb(digits(currency)).to_integral_value(rounding=ROUND_HALF_EVEN))


def times(price: Decimal, counts: NDArray[np.int64], currency: str) -> NDArray[np.int64]:
    """`counts` units at `price` each, rounded once per posting: (n,) counts → (n,) minor units.

    Exact: 1,000 messages at 0.045 are 45.00, not 1,000 times 0.04.
    """
    numerator, denominator = price.scaleb(digits(currency)).as_integer_ratio()
    return divide_half_even(np.asarray(counts, dtype=np.int64) * np.int64(numerator), denominator)


def divide_half_even(numerator: NDArray[np.int64], denominator: int) -> NDArray[np.int64]:
    """Integer division of an array by a positive number, rounded half to even."""
    quotient, rest = np.divmod(numerator, np.int64(denominator))
    double = 2 * rest
    up = (double > denominator) | ((double == denominator) & (quotient % 2 == 1))
    return np.asarray(quotient + up, dtype=np.int64)


def round_half_even(amounts: NDArray[np.float64], currency: str) -> NDArray[np.int64]:
    """Amounts in major units that came out of the model (spend, fees as a rate) → minor units, half to even."""
    return np.rint(amounts * 10.0 ** digits(currency)).astype(np.int64)


def to_major(minor: NDArray[np.int64] | int, currency: str) -> NDArray[np.float64]:
    """Minor units → a float in major units, for tables and figures only."""
    return np.asarray(minor) / 10.0 ** digits(currency)
