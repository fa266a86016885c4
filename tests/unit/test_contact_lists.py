"""Lists of addresses, people who want no more, channels with little room, the contact cap, and preferred channels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from sim.behaviour.response import opt_out_chance
from sim.customers import CUSTOMER
from sim.scenario.campaign_checks import doubtful_campaigns, impossible_campaigns
from tests.unit.addressed_town import MAIL, PEOPLE, contacted, days, posted, town, wave

BOTH = {"mail": {"reach": 1, "frequency": 9}, "call": {"reach": 1, "frequency": 9}}


def letters(channel: dict[str, Any], frequency: float = 9, **sections: Any) -> Any:
    return town({"mail": {**MAIL, **channel}}, {"letter": {"waves": {"one": wave(frequency=frequency)}}}, **sections)


def test_only_whose_address_is_known_is_written_to() -> None:
    written: set[int] = set()
    for market in days(letters({"addresses": {"customers": 0.5}})):
        written |= set(contacted(market).tolist())
        listed = market.address_book.listed["mail"]
    assert written == set(np.flatnonzero(listed).tolist())
    assert (market.customers.joined[listed] < 0).all()  # customers at opening, and no prospect
    assert 60 < len(written) < 120


def test_an_own_list_grows_by_visits_and_sign_ups() -> None:
    sizes = {}
    for name, addresses in {
        "visits": {"joins_at_visit": 0.5},
        "sign-ups": {"joins": "2 per month"},
        "neither": {"customers": 0.1},
    }.items():
        sizes[name] = [
            market.address_book.addresses(market.document) for market in days(letters({"addresses": addresses}))
        ]
    assert all(sizes[name] == sorted(sizes[name]) and sizes[name][-1] > 50 for name in ("visits", "sign-ups"))
    assert len(set(sizes["neither"])) == 1


def test_a_bought_list_is_paid_once_and_holds_prospects_only() -> None:
    for market in days(letters({"addresses": {"prospects": 0.5, "price": 30}}, frequency=1)):
        if market.day == 1:
            opening = market.customers.status != CUSTOMER
    contacts = market.recorder.result().daily["contacts"].sum()
    assert posted(market, "media") == -3000 - 100 * contacts
    listed = market.address_book.listed["mail"]
    assert 0 < listed.sum() <= opening.sum()
    assert (market.customers.joined[listed] >= 0).all()


def test_what_is_not_read_costs_and_does_nothing() -> None:
    for market in days(letters({"read": 0}, market={"traits": {"existing": 0, "aware": 0}})):
        assert len(contacted(market))
    assert not market.customers.aware.any()
    assert not market.customers.pressure.any()
    assert market.customers.recent_contacts.any()
    assert posted(market, "media") < 0


@pytest.mark.parametrize("of", ["this channel", "every addressed channel"])
def test_who_has_opted_out_is_never_contacted_again(of: str) -> None:
    stops = {"chance": 0.2, "of": of}
    document = town(
        {"mail": {**MAIL, "opt_out": stops, "addresses": {"customers": 1, "prospects": 1, "joins_at_visit": 1}},
         "call": MAIL},
        {"letter": {"waves": {"one": wave(channels=BOTH)}}},
    )  # fmt: skip
    gone: set[int] = set()
    called = 0
    for market in days(document):
        written = set(contacted(market, ".mail").tolist())
        assert not gone & written
        if of != "this channel":
            assert not gone & set(contacted(market, ".call").tolist()) - written
        called += len(gone & set(contacted(market, ".call").tolist()))
        book = market.address_book
        refuses = book.opted_out.get("mail") if of == "this channel" else book.refuses_all
        gone |= set() if refuses is None else set(np.flatnonzero(refuses).tolist())
    assert len(gone) > 200
    assert (called > 100) == (of == "this channel")


def test_the_hazard_of_opting_out_grows_with_contacts_still_felt() -> None:
    """1 - 0.9 = 0.1; twice the hazard 1 - 0.9² = 0.19."""
    assert opt_out_chance(np.array([0.0, 1.0]), chance=0.1, grows=1.0) == pytest.approx([0.1, 0.19])
    assert opt_out_chance(np.array([5.0]), chance=0.1, grows=0.0) == pytest.approx([0.1])


def test_a_channel_makes_no_more_contacts_a_day_than_it_can() -> None:
    full = {"a_day": 7, "beyond": "waits"}
    document = town(
        {"mail": {**MAIL, "capacity": full}},
        {name: {"waves": {"one": wave(last="2009-09-12", frequency=2)}} for name in ("first", "second")},
    )
    counts = [(len(contacted(market)), len(contacted(market, "first"))) for market in days(document)]
    assert [both for both, _ in counts[:6]] == [7] * 6
    assert [first for _, first in counts[:6]] == [7] * 6  # the campaign written first comes first


def test_who_waits_is_first_in_line_the_next_day() -> None:
    document = letters({"capacity": {"a_day": 20, "beyond": "waits"}}, frequency=6)
    line: list[int] = []
    for market in days(document):
        today = contacted(market).tolist()
        if len(line) >= 20:
            assert set(today) == set(line[:20])
        line = market.airings[0].waiting.tolist()
        assert not set(line) & set(today)
    assert market.day == 28


def test_what_finds_no_room_is_dropped_where_it_does_not_wait() -> None:
    document = letters({"capacity": {"a_day": 20, "beyond": "is dropped"}}, frequency=6)
    for market in days(document):
        assert len(contacted(market)) <= 20
        assert not len(market.airings[0].waiting)
    assert market.recorder.result().daily["contacts_dropped"].sum() > 500


@pytest.mark.parametrize("period", [5, 12])
def test_nobody_is_contacted_more_often_than_the_cap_in_any_days_on_end(period: int) -> None:
    document = town(
        {"mail": MAIL, "call": MAIL},
        {"letter": {"waves": {"one": wave(channels=BOTH)}}},
        contact_cap={"at_most": 2, "per": f"{period} days"},
    )
    counts = np.array([np.bincount(contacted(market), minlength=PEOPLE) for market in days(document)])
    sums = np.array([counts[max(day - period + 1, 0) : day + 1].sum(axis=0) for day in range(len(counts))])
    assert sums.max() == 2
    # Held back no longer than need be: with a contact wanted nearly every third day, most are at the cap.
    assert sums[period:].mean() > 1.2


def test_a_campaign_may_keep_to_the_channel_each_prefers() -> None:
    sections: dict[str, Any] = {
        "market": {"prefers": {"mail": 1, "call": 3}, "segments": {"young": {"share": 0.5, "prefers": {"mail": 1}},
                                                                 "old": {"share": 0.5}}}
    }  # fmt: skip
    document = town(
        {"mail": MAIL, "call": MAIL},
        {"letter": {"through": "preferred channel", "waves": {"one": wave(channels=BOTH)}}},
        **sections,
    )
    for market in days(document):
        preferred = market.address_book.preferred
        assert preferred is not None
        for number, name in enumerate(document.channels):
            assert (preferred[contacted(market, f".{name}")] == number).all()
    young = market.customers.segment == 0
    assert (preferred[young] == 0).all()
    # Three of four of the old prefer calls: binomial, n = 150.
    assert abs((preferred[~young] == 1).sum() - 112.5) < 4 * np.sqrt(150 * 0.75 * 0.25)


def test_a_preference_nobody_stated_is_refused() -> None:
    document = town({"mail": MAIL}, {"letter": {"through": "preferred channel", "waves": {"one": wave()}}})
    assert [finding.path[-1] for finding in impossible_campaigns(document)] == ["through"]


def test_a_list_nobody_is_on_is_warned_of() -> None:
    assert [finding.path[-1] for finding in doubtful_campaigns(letters({"addresses": {}}))] == ["addresses"]


@pytest.mark.parametrize("key", [{"addresses": {"customers": 1}}, {"opt_out": {"chance": 0.1}}])
def test_posters_have_no_addresses(key: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        town({"poster": key}, {})
