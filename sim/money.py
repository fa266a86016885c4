"""Exact money: decimal prices become whole minor units (cents, fen), rounded half to even, once, when posted.

A price stays a decimal as long as it is a price; an amount in the ledger is an integer number of minor units. What does
not fit into 64 bits is an AmountError, never a wrong amount.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.errors import AmountError

# ISO 4217 minor units; every other currency has two digits.
_DIGITS: Final = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "KWD": 3, "BHD": 3, "OMR": 3, "JOD": 3, "TND": 3}
_LARGEST: Final = 2**63 - 1


def digits(currency: str) -> int:
    """How many decimals the currency's minor unit has (ISO 4217)."""
    return _DIGITS.get(currency, 2)


def to_minor(amount: Decimal, currency: str) -> int:
    """An amount in major units → whole minor units, half to even. 0.045 CNY → 4 fen; 0.055 CNY → 6 fen."""
    return _in_minor_units(amount, digits(currency))


@lru_cache(maxsize=4096)  # the same few prices, wages and costs come every day of every run
def _in_minor_units(amount: Decimal, decimals: int) -> int:
    minor: int = round(Fraction(amount) * 10**decimals)
    return minor


def times(price: Decimal, counts: NDArray[np.int64], currency: str) -> NDArray[np.int64]:
    """`counts` units at `price` each, rounded once per posting: (n,) counts → (n,) minor units.

    Exact: 1,000 messages at 0.045 are 45.00, not 1,000 times 0.04. Raises AmountError above 2**63 - 1 minor units.
    """
    return multiplied(counts, Fraction(price) * 10 ** digits(currency))


def by_day(monthly: Decimal, currency: str) -> Fraction:
    """A monthly amount as minor units a day, exact: twelve months are 365.25 days."""
    return Fraction(monthly) * Fraction(10 ** digits(currency) * 1200, 36525)


def multiplied(amounts: NDArray[np.int64], factor: Fraction | Decimal) -> NDArray[np.int64]:
    """Whole amounts (n,) times an exact factor, each rounded half to even: (n,) amounts → (n,), int64.

    Exact however many digits the factor has. Raises AmountError where a result does not fit into 64 bits.
    """
    amounts = np.asarray(amounts, dtype=np.int64)
    numerator, denominator = factor.as_integer_ratio()
    largest = max(int(amounts.max(initial=0)), -int(amounts.min(initial=0)))
    if largest * abs(numerator) <= _LARGEST and denominator <= _LARGEST:
        return divide_half_even(amounts * np.int64(numerator), denominator)
    # A factor with many digits (a monthly fee by day): the same in Python's integers, which have no largest.
    distinct, place = np.unique(amounts, return_inverse=True)
    rounded = [round(Fraction(amount * numerator, denominator)) for amount in distinct.tolist()]
    if any(abs(amount) > _LARGEST for amount in rounded):
        raise AmountError("an amount of money is too large")
    return np.array(rounded, dtype=np.int64)[place]


def divide_half_even(numerator: NDArray[np.int64], denominator: int) -> NDArray[np.int64]:
    """Integer division of an array by a positive number, rounded half to even."""
    quotient, rest = np.divmod(numerator, np.int64(denominator))
    missing = denominator - rest
    up = (rest > missing) | ((rest == missing) & (quotient % 2 == 1))
    return np.asarray(quotient + up, dtype=np.int64)


def round_half_even(amounts: NDArray[np.float64], currency: str) -> NDArray[np.int64]:
    """Amounts in major units that came out of the model (spend, fees as a rate) → minor units, half to even.

    Raises AmountError for an amount that is not a number or does not fit into 64 bits.
    """
    minor = np.rint(amounts * 10.0 ** digits(currency))
    if not bool((np.abs(minor) < 2.0**63).all()):
        raise AmountError("an amount of money is not a number or too large")
    return minor.astype(np.int64)


def to_major(minor: NDArray[np.int64] | int, currency: str) -> NDArray[np.float64]:
    """Minor units → a float in major units, for tables and figures only."""
    return np.asarray(minor) / 10.0 ** digits(currency)
