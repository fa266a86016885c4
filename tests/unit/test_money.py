"""Money is exact: what is posted is what a careful cashier would write, to the last minor unit."""

import math
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.money import digits, divide_half_even, multiplied, round_half_even, times, to_major, to_minor

LARGEST = 2**63 - 1
EXACT = Context(prec=200)

prices = st.decimals("-1000000", "1000000", allow_nan=False, allow_infinity=False, places=4)
counts = st.lists(st.integers(-10_000_000, 10_000_000), min_size=1, max_size=20)


def in_minor_units(amount: Decimal) -> int:
    """The oracle: Python's decimal arithmetic with far more digits than needed, rounded half to even."""
    return int(EXACT.multiply(amount, Decimal(100)).quantize(Decimal(1), ROUND_HALF_EVEN, EXACT))


@pytest.mark.parametrize(
    ("amount", "fen"),
    [("0.045", 4), ("0.055", 6), ("0.0450001", 5), ("-0.045", -4), ("-0.055", -6), ("12", 1200), ("1e3", 100_000)],
)
def test_half_a_fen_goes_to_the_even_side(amount: str, fen: int) -> None:
    assert to_minor(Decimal(amount), "CNY") == fen
    assert times(Decimal(amount), np.array([1]), "CNY").tolist() == [fen]


@pytest.mark.parametrize(("currency", "places", "minor"), [("JPY", 0, 12), ("CNY", 2, 1250), ("KWD", 3, 12_500)])
def test_each_currency_has_its_own_minor_unit(currency: str, places: int, minor: int) -> None:
    assert digits(currency) == places
    assert to_minor(Decimal("12.5"), currency) == minor
    assert round_half_even(np.array([12.5]), currency).tolist() == [minor]
    assert to_major(minor, currency) == minor / 10**places


def test_a_thousand_messages_cost_a_thousand_times_their_price() -> None:
    sent = np.array([1, 2, 10, 1000, 1_000_000])
    assert times(Decimal("0.045"), sent, "CNY").tolist() == [4, 9, 45, 4500, 4_500_000]


@given(counts)
def test_messages_are_charged_as_decimals_would(sent: list[int]) -> None:
    charged = times(Decimal("0.045"), np.array(sent), "CNY").tolist()
    assert charged == [in_minor_units(Decimal("0.045") * count) for count in sent]


@given(prices, counts)
def test_any_price_times_any_count_is_exact(price: Decimal, sold: list[int]) -> None:
    charged = times(price, np.array(sold), "CNY")
    assert charged.dtype == np.int64
    assert charged.tolist() == [in_minor_units(EXACT.multiply(price, Decimal(count))) for count in sold]


@given(st.decimals(0, 10_000, allow_nan=False, allow_infinity=False, places=25), counts)
def test_prices_with_many_digits_stay_exact(price: Decimal, sold: list[int]) -> None:
    charged = times(price, np.array(sold), "CNY").tolist()
    assert charged == [in_minor_units(EXACT.multiply(price, Decimal(count))) for count in sold]


def test_a_monthly_fee_is_charged_by_the_day() -> None:
    """600,000 a month is 19,712.5256... a day: a decimal with 28 digits, too long for 64 bits."""
    by_day = Decimal(600_000) / Decimal("30.4375")
    assert times(by_day, np.array([-1, 0, 30]), "CNY").tolist() == [-1_971_253, 0, 59_137_577]


def test_more_digits_than_a_decimal_computes_with_still_decide_a_half() -> None:
    """Python's decimals keep 28 digits unless told otherwise; this is just above half a fen."""
    just_above = Decimal("0.0450000000000000000000000000000000000001")
    assert to_minor(just_above, "CNY") == 5
    assert times(just_above, np.array([1]), "CNY").tolist() == [5]


def test_the_largest_amount_is_exact_and_one_more_is_refused() -> None:
    assert times(Decimal("0.01"), np.array([LARGEST, -LARGEST]), "CNY").tolist() == [LARGEST, -LARGEST]
    assert times(Decimal(LARGEST), np.array([1, -1]), "JPY").tolist() == [LARGEST, -LARGEST]
    for price, sold in (("1", LARGEST), ("1e12", 10**9), ("0.015", LARGEST)):
        with pytest.raises(OverflowError):
            times(Decimal(price), np.array([sold]), "CNY")


def test_no_sale_is_no_charge() -> None:
    assert times(Decimal("0.045"), np.zeros(0, np.int64), "CNY").tolist() == []
    assert times(Decimal(0), np.array([5, -5]), "CNY").tolist() == [0, 0]


@given(
    st.lists(st.integers(-LARGEST, LARGEST), min_size=1, max_size=20),
    st.one_of(st.integers(1, 50), st.integers(1, LARGEST)),
)
def test_division_rounds_half_to_even_for_any_whole_numbers(amounts: list[int], denominator: int) -> None:
    divided = divide_half_even(np.array(amounts), denominator)
    assert divided.dtype == np.int64
    assert divided.tolist() == [round(Fraction(amount, denominator)) for amount in amounts]


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=20), st.floats(0, 1))
def test_a_share_of_an_amount_is_exact_whatever_its_digits(amounts: list[int], share: float) -> None:
    exact = Decimal(str(share))
    rounded = multiplied(np.array(amounts), exact).tolist()
    assert rounded == [round(Fraction(exact) * amount) for amount in amounts]


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=20))
def test_modelled_amounts_are_off_by_at_most_half_a_minor_unit(amounts: list[float]) -> None:
    minor = round_half_even(np.array(amounts), "CNY")
    assert minor.dtype == np.int64
    for posted, amount in zip(minor.tolist(), amounts, strict=True):
        assert abs(posted - Fraction(amount) * 100) <= Fraction(1, 2) + abs(Fraction(amount)) * 100 * Fraction(2) ** -53


def test_modelled_amounts_on_the_half_go_to_the_even_side() -> None:
    assert round_half_even(np.array([0.125, 0.375, -0.125, 2.5]), "CNY").tolist() == [12, 38, -12, 250]
    assert round_half_even(np.array([0.5, 1.5, 2.5]), "JPY").tolist() == [0, 2, 2]


@pytest.mark.parametrize("amount", [math.nan, math.inf, -math.inf, 1e17, -1e300])
def test_a_modelled_amount_that_is_none_is_refused(amount: float) -> None:
    with pytest.raises(OverflowError, match="amount of money"):
        round_half_even(np.array([1.0, amount]), "CNY")
