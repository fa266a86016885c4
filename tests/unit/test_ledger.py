"""The ledger: every amount is in one row, rows add up, and a customer's own lines can be read."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.ledger import ACCOUNT_NUMBER, ACCOUNTS, CAMPAIGN_ACCOUNTS, NOWHERE, Ledger

SEGMENTS, SITES = ("young", "settled"), ("centre", "north", "south")
TIERS = ("no_tier", "gold", "plain")
KEYS = ["day", "account", "segment", "site", "tier", "campaign"]

postings = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(sorted(ACCOUNT_NUMBER)),
        st.sampled_from(["", "autumn", "spring"]),
        st.lists(
            st.tuples(st.integers(-(10**12), 10**12), st.integers(-1, 1), st.integers(-1, 2), st.integers(-1, 2)),
            min_size=0,
            max_size=5,
        ),
    ),
    max_size=12,
).map(lambda several: sorted(several, key=lambda posting: posting[0]))


def ledger(traced: int | None = None) -> Ledger:
    return Ledger(SEGMENTS, SITES, traced, TIERS, np.array([-1, 0, 1] * 4, np.int8))


def units(*amounts: int) -> np.ndarray:
    return np.array(amounts, dtype=np.int64)


def rows(book: Ledger) -> list[tuple[object, ...]]:
    return [tuple(row) for row in book.table().itertuples(index=False)]


@given(postings)
def test_rows_add_up_to_what_was_posted(several: list[tuple[int, str, str, list[tuple[int, int, int, int]]]]) -> None:
    """The oracle adds every amount by itself."""
    book, expected = ledger(), {}
    totals: dict[int, dict[str, int]] = {}
    day = -1
    for when, account, campaign, lines in several:
        if when != day:
            day = when
            book.open_day(day)
        amounts, segment, site, tier = (np.array([line[part] for line in lines], dtype=np.int64) for part in range(4))
        book.post(account, amounts, segment, site, campaign, tier=tier)
        for amount, kind, place, status in lines:
            where = (*SEGMENTS, "")[kind], (*SITES, "")[place], (*TIERS, "")[status]
            key = (day, account, *where, campaign)
            expected[key] = expected.get(key, 0) + amount
        totals[day] = book.today
    table = book.table()
    found = {tuple(row[:6]): row[6] for row in table.itertuples(index=False)}
    assert {key: amount for key, amount in found.items() if amount} == {k: v for k, v in expected.items() if v}
    assert set(found) <= set(expected)
    assert not table.duplicated(KEYS).any()
    for when, by_account in totals.items():
        sums = table[table["day"] == when].groupby("account")["amount"].sum().to_dict()
        assert {account: amount for account, amount in by_account.items() if amount} == {
            account: amount for account, amount in sums.items() if amount
        }


def test_amounts_are_whole_numbers_of_64_bits_also_when_nothing_was_posted() -> None:
    book = ledger()
    assert book.table().dtypes.astype(str).to_dict() == dict(
        zip([*KEYS, "amount"], ["int64", "str", "str", "str", "str", "str", "int64"], strict=True)
    )
    book.open_day(0)
    book.post("wages", units(-5))
    assert book.table()["amount"].dtype == np.int64


def test_large_amounts_lose_nothing() -> None:
    """A float would round above 2**53."""
    book = ledger()
    book.open_day(0)
    book.post("needs", units(2**60, 1), segment=0, site=0)
    assert rows(book) == [(0, "needs", "young", "centre", "", "", 2**60 + 1)]


def test_fractions_of_a_minor_unit_are_refused() -> None:
    with pytest.raises(TypeError, match="whole minor units"):
        ledger().post("wages", np.array([0.5]))


def test_an_unknown_account_is_refused() -> None:
    with pytest.raises(KeyError):
        ledger().post("bribes", units(1))


def test_postings_of_one_cell_become_one_row_and_other_cells_stay_apart() -> None:
    book = ledger()
    book.open_day(3)
    book.post("gifts", units(-100, -50, -7), np.array([0, 0, 1]), np.array([2, 2, 2]), "autumn")
    book.post("gifts", units(-1), 0, 2, "autumn")
    book.post("gifts", units(-2), 0, 2, "spring")
    book.post("gifts", units(-4), 0)
    book.open_day(4)
    book.post("gifts", units(-8), 0, 2, "autumn")
    assert rows(book) == [
        (3, "gifts", "settled", "south", "", "autumn", -7),
        (3, "gifts", "young", "", "", "", -4),
        (3, "gifts", "young", "south", "", "autumn", -151),
        (3, "gifts", "young", "south", "", "spring", -2),
        (4, "gifts", "young", "south", "", "autumn", -8),
    ]


def test_one_segment_or_site_may_stand_for_all_amounts() -> None:
    book = ledger()
    book.open_day(0)
    book.post("wages", units(-1, -2), site=np.array([0, 1]))
    book.post("media", units(-3, -4), segment=np.array([1, NOWHERE]))
    assert rows(book) == [
        (0, "media", "", "", "", "", -4),
        (0, "media", "settled", "", "", "", -3),
        (0, "wages", "", "centre", "", "", -1),
        (0, "wages", "", "north", "", "", -2),
    ]


def test_an_amount_belongs_to_the_tier_the_customer_holds_when_it_is_posted() -> None:
    tier_of = np.array([-1, 0, 1], np.int8)
    book = Ledger(SEGMENTS, SITES, None, TIERS, tier_of)
    book.open_day(0)
    book.post("needs", units(5, 6, 7), 0, 0, rows=np.array([0, 1, 2]))
    tier_of[2] = 0
    book.post("needs", units(8), 0, 0, rows=np.array([2]))
    assert [(row[4], row[6]) for row in rows(book)] == [("gold", 14), ("no_tier", 5), ("plain", 7)]


def test_a_firm_without_tiers_has_none_in_its_books() -> None:
    book = Ledger(SEGMENTS, SITES)
    book.open_day(0)
    book.post("needs", units(5), 0, 0, rows=np.array([1]))
    assert rows(book) == [(0, "needs", "young", "centre", "", "", 5)]


@settings(max_examples=30)
@given(postings)
def test_sums_over_days_and_accounts_are_sums_of_rows(
    several: list[tuple[int, str, str, list[tuple[int, int, int, int]]]],
) -> None:
    """Days 0 and 1 are one group, day 2 another; pandas adds up the table."""
    book = ledger()
    for when, account, campaign, lines in several:
        book.open_day(when)
        amounts, segment, site, tier = (np.array([line[part] for line in lines], dtype=np.int64) for part in range(4))
        book.post(account, amounts, segment, site, campaign, tier=tier)
    sets = (("needs", "wages"), tuple(ACCOUNT_NUMBER))
    found = book.added_up(np.array([0, 0, 1]), 2, sets)
    assert found.shape == (2, 2, 3, 4, 4)
    table = book.table()
    table["group"] = np.where(table["day"] == 2, 1, 0)
    for place, accounts in enumerate(sets):
        chosen = table[table["account"].isin(accounts)]
        expected = np.zeros((2, 3, 4, 4), np.int64)
        for (group, *cell), total in chosen.groupby(["group", "segment", "site", "tier"])["amount"].sum().items():
            at = [("", *names).index(name) for names, name in zip((SEGMENTS, SITES, TIERS), cell, strict=True)]
            expected[(group, *at)] = total
        np.testing.assert_array_equal(found[place], expected)


def test_the_order_of_posting_does_not_change_the_table() -> None:
    first, second = ledger(), ledger()
    lines = [("needs", 5, "x"), ("gifts", -2, "y"), ("needs", 7, "y")]
    for book, order in ((first, lines), (second, lines[::-1])):
        book.open_day(0)
        for account, amount, campaign in order:
            book.post(account, units(amount), 1, 1, campaign)
    pd.testing.assert_frame_equal(first.table(), second.table())


def test_totals_of_the_day_begin_at_zero_each_day() -> None:
    book = ledger()
    book.open_day(0)
    book.post("needs", units(5, 6), 0, 0)
    book.post("wages", units(-3))
    assert (book.today["needs"], book.today["wages"], book.today["gifts"]) == (11, -3, 0)
    book.open_day(1)
    assert set(book.today.values()) == {0}
    assert list(book.today) == [account.name for account in ACCOUNTS]


def test_a_traced_customers_lines_are_kept_and_no_others() -> None:
    book = ledger(traced=7)
    book.open_day(2)
    book.post("needs", units(10, 20, 30), 0, 0, rows=np.array([6, 7, 8]), text="errand paid")
    book.post("gifts", units(-4, -5), 0, 0, rows=np.array([7, 7]), text="a gift")
    book.post("wages", units(-900))
    assert book.lines == [(2, "needs", "errand paid", 20), (2, "gifts", "a gift", -4), (2, "gifts", "a gift", -5)]


def test_nobody_is_traced_unless_asked() -> None:
    book = ledger()
    book.open_day(0)
    book.post("needs", units(10), 0, 0, rows=np.array([0]), text="errand paid")
    assert book.lines == []


def test_what_campaigns_cost_is_a_cost_or_lowers_revenue() -> None:
    kinds = {account.name: account.kind for account in ACCOUNTS}
    assert {kinds[name] for name in CAMPAIGN_ACCOUNTS} == {"cost", "contra-revenue"}
    assert len(kinds) == len(ACCOUNTS)
