"""What a firm reads of a campaign and does about it: rules, revisions, hold-outs; and that it reads nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from sim.levers.revising import Observed, decide
from sim.market import Market
from sim.results import RunResult
from sim.scenario.campaign_checks import doubtful_campaigns, impossible_campaigns
from sim.scenario.document import Document
from sim.scenario.waves import Revision
from tests.unit.addressed_town import MAIL, contacted, days, finished, town, wave

CHANNELS = {"mail": MAIL, "call": {**MAIL, "cost_per_contact": 7, "read": 0.9}}
WEEKLY = {
    "one": wave("2009-09-07", "2009-09-09", every="8 days", times=3, channels={
        "mail": {"reach": 1, "frequency": 0.7}, "call": {"reach": 1, "frequency": 0.7}})
}  # fmt: skip


def letters(campaign: dict[str, Any] | None = None, **sections: Any) -> Document:
    return town(CHANNELS, {"letter": {"waves": WEEKLY, "response_within": "5 days", **(campaign or {})}}, **sections)


def contacts_by_day(document: Document) -> list[int]:
    return [len(contacted(market)) for market in days(document)]


def ruled(when: dict[str, Any], **does: Any) -> list[int]:
    every_day = {"one": wave(frequency=5)}
    return contacts_by_day(letters({"waves": every_day}, rules={"rule": {"when": when, **does}}))


def test_money_spent_stops_a_campaign() -> None:
    counts = ruled({"spent_on": ["letter"], "more_than": 200}, stop=["letter"])
    costs = np.cumsum(counts)
    first = int(np.argmax(costs > 200))
    assert counts[first] > 0
    assert not any(counts[first + 1 :])
    assert sum(ruled({"spent_on": ["letter"], "more_than": 10**6}, stop=["letter"])) > 3 * costs[-1]


def test_a_rule_slows_what_it_names() -> None:
    """A share of the frequency: 300 people, p = 1 - exp(-5/28) a day against 1 - exp(-2.5/28)."""
    free = ruled({"spent_on": ["letter"], "more_than": 10**6}, slow={"letter": 0.5})
    slowed = ruled({"spent_on": ["letter"], "more_than": 0}, slow={"letter": 0.5})
    assert slowed[0] == free[0]  # nothing had been spent yet
    expected = 27 * 300 * -np.expm1(-2.5 / 28)
    assert abs(sum(slowed[1:]) - expected) < 4 * np.sqrt(expected)
    assert sum(free[1:]) > 1.6 * sum(slowed[1:])


def test_a_poor_response_pauses_a_campaign_once_it_can_be_read() -> None:
    when = {"response_to": "letter", "below": 1, "at_least": 50}
    counts = ruled(when, pause=["letter"])
    assert all(counts[:5])  # no window of five days is over before the sixth
    assert not any(counts[6:])
    assert all(ruled({**when, "below": 0}, pause=["letter"]))


def test_gifts_that_run_short_pause_a_campaign() -> None:
    gifts = {"pens": {"stock": 40, "cost": 0.5, "pick_up": "counter", "takes": {"constant": "1 min"},
                      "comes_within": "1 day"}}  # fmt: skip
    offers = {"gift": {"during": "2009-09-07 to 2009-10-04", "task_count": {"task": "errand", "face": 2},
                       "gifts": "pens"}}  # fmt: skip
    rule = {"when": {"stock": "pens", "fewer_than": 20}, "pause": ["letter"]}
    document = letters({"waves": {"one": wave(frequency=9)}, "announces": ["gift"]}, offers=offers, gifts=gifts,
                       rules={"short": rule})  # fmt: skip
    left = 40
    paused = 0
    for market in days(document):
        assert (len(contacted(market)) == 0) == (left < 20)
        paused += left < 20
        left = int(market.stocks[0].left.sum())
    assert 0 < paused < 28


@pytest.mark.parametrize(
    "rule",
    [
        {"when": {"station": "counter", "above": "5 min"}, "pause": ["letter"]},
        {"when": {"stock": "pens", "fewer_than": 5, "below": 0.1}, "pause": ["letter"]},
        {"when": {"spent_on": ["letter"], "more_than": 5}},
        {"when": {}, "pause": ["letter"]},
        {"when": {"spent_on": ["letter"], "more_than": 5, "at_least": 9}, "stop": ["letter"]},
    ],
)
def test_a_rule_watches_one_thing_and_does_something(rule: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        letters(rules={"rule": rule})


def observed(**columns: list[float]) -> Observed:
    counts = {
        name: np.array(columns.get(name, [0] * len(columns["contacted"])))
        for name in ("contacted", "came", "held_out", "held_out_came", "opted_out")
    }
    return Observed(**counts, cost=np.array(columns.get("cost", [0.0] * len(columns["contacted"]))))


FOUND = observed(
    contacted=[100, 100, 100, 9],
    came=[10, 20, 12, 0],
    held_out=[50, 50, 50, 50],
    held_out_came=[1, 9, 1, 0],
    opted_out=[1, 2, 3, 0],
    cost=[50.0, 400.0, 36.0, 9.0],
)
ALIVE = np.ones(4, np.bool_)


@pytest.mark.parametrize(
    ("reads", "worst", "best"),
    [("response", 0, 1), ("lift", 1, 2), ("cost per response", 1, 2), ("opt-outs", 2, 0)],
)
def test_the_worst_is_dropped_by_what_is_read(reads: Any, worst: int, best: int) -> None:
    """Response .10 .20 .12; lift .08 .02 .10; cost 5 20 3; opt-outs .01 .02 .03. The fourth has too few contacts."""
    drop = Revision(compares="channels", reads=reads, then="drop the worst")
    assert decide(drop, FOUND, ALIVE).dropped == (worst,)
    move = Revision(compares="channels", reads=reads, then="move to the best", share=0.5)
    assert decide(move, FOUND, ALIVE).moved == (worst, best)
    alive = ALIVE.copy()
    alive[worst] = False
    assert decide(drop, FOUND, alive).dropped != (worst,)


def test_a_limit_drops_all_that_is_beyond_it_and_nothing_else() -> None:
    dear = Revision(compares="channels", reads="cost per response", then="drop those beyond the limit", limit=4)
    assert decide(dear, FOUND, ALIVE).dropped == (0, 1)
    weak = Revision(compares="channels", reads="response", then="drop those beyond the limit", limit=0.12)
    assert decide(weak, FOUND, ALIVE).dropped == (0,)  # what is on the limit stays


def test_equals_and_single_ones_are_spared() -> None:
    drop = Revision(compares="channels", reads="response", then="drop the worst")
    assert decide(drop, observed(contacted=[50, 50], came=[5, 5]), np.ones(2, np.bool_)).dropped == ()
    assert decide(drop, observed(contacted=[50, 9], came=[5, 0]), np.ones(2, np.bool_)).dropped == ()


REVISED = {"revise": {"compares": "channels", "reads": "cost per response", "then": "drop the worst", "at_least": 10}}


def test_the_dearer_channel_is_dropped_after_the_first_wave() -> None:
    by_call = [len(contacted(market, ".call")) for market in days(letters(REVISED))]
    assert sum(by_call[:3]) > 50
    assert not any(by_call[3:])
    unrevised = [len(contacted(market, ".call")) for market in days(letters())]
    assert all(sum(unrevised[start : start + 3]) > 50 for start in (0, 8, 16))


def test_when_no_segment_is_left_the_campaign_ends() -> None:
    every = {"compares": "segments", "reads": "opt-outs", "then": "drop those beyond the limit", "limit": 0}
    channels = {name: {**each, "opt_out": {"chance": 0.3}} for name, each in CHANNELS.items()}
    document = town(
        channels, {"letter": {"waves": WEEKLY, "response_within": "5 days", "revise": {**every, "at_least": 5}}}
    )
    counts = contacts_by_day(document)
    assert any(counts[:3])
    assert not any(counts[3:])


def test_a_revision_reads_nothing_the_firm_cannot_see() -> None:
    """Other feelings, same visits: what people think is shuffled on the morning of each wave, before it is revised."""
    decided = []
    for shuffled in (False, True):
        market = Market(letters(REVISED))
        while market.day < 16:
            market.step()
            if shuffled and market.day == 8:
                customers, order = market.customers, np.arange(300)[::-1]
                for name in ("satisfaction", "loyalty", "trust", "pressure", "heard", "recent_contacts", "spend"):
                    getattr(customers, name)[:] = getattr(customers, name)[order]
                customers.will[:] = customers.will[:, order]
                market.step()
                break
            if market.day == 9:
                break
        decided.append((market.campaigns["letter"].revisions, market.campaigns["letter"].factors))
    assert decided[0] == decided[1]
    assert decided[0][0] == [(8, "dropped", "call")]


HELD = {"audience": {"hold_out": 0.4}}


def result_of(document: Document) -> tuple[Market, RunResult]:
    market = finished(document)
    return market, market.recorder.result()


def test_those_held_out_are_drawn_like_the_others_and_never_contacted() -> None:
    market, result = result_of(letters(HELD))
    contacts = result.contacts
    assert contacts is not None
    out = market.audiences.held_out("campaigns.letter", market.document.campaigns["letter"].audience)
    assert (out[contacts["customer"]] == contacts["held_out"]).all()
    shares = contacts.groupby("held_out").size()
    # As many entries a person in both groups: about 1 - exp(-1.4) of them in each of three waves.
    assert shares[True] / out.sum() == pytest.approx(shares[False] / (~out).sum(), rel=0.1)
    assert "contacts_held_out" in result.daily


def test_responses_are_those_of_the_visits_in_the_window() -> None:
    """Counted anew from the visits, contact by contact; a window ends with the next contact of the person."""
    _, result = result_of(letters({**HELD, "response_needs": ["order"]}))
    contacts, visits, responses = result.contacts, result.visit_days, result.responses
    assert contacts is not None
    assert visits is not None
    assert responses is not None
    orders = visits[visits["need"] == "order"]
    for entry in contacts.to_dict("records"):
        mine = contacts[(contacts["customer"] == entry["customer"]) & (contacts["day"] > entry["day"])]["day"]
        end = min([entry["day"] + 5, *mine])
        came = orders[(orders["customer"] == entry["customer"])]["day"].between(entry["day"], end - 1).any()
        assert came == entry["came"]
    assert responses["came"].sum() == (contacts["came"] & ~contacts["held_out"]).sum() > 10
    assert responses["held_out_came"].sum() == (contacts["came"] & contacts["held_out"]).sum()


def test_with_a_list_of_the_best_the_held_out_are_a_share_of_it() -> None:
    best = {"audience": {"hold_out": 0.4, "top": {"count": 100, "by": "tenure"}, "customers": "customers"}}
    _, result = result_of(letters(best))
    contacts = result.contacts
    assert contacts is not None
    people = contacts.groupby("held_out")["customer"].nunique()
    assert 80 < people.sum() <= 100
    assert 20 < people[True] < 60


@pytest.mark.parametrize(
    ("campaign", "place"),
    [
        ({"revise": {**REVISED["revise"], "reads": "lift"}}, "reads"),
        ({"waves": {"one": wave()}, **REVISED}, "compares"),
        ({"waves": {"one": wave(channels={"poster": {"reach": 1, "frequency": 1}})}, **REVISED}, "revise"),
    ],
)
def test_what_cannot_be_read_is_refused(campaign: dict[str, Any], place: str) -> None:
    document = town({**CHANNELS, "poster": {}}, {"letter": {"waves": WEEKLY, **campaign}})
    assert place in [finding.path[-1] for finding in impossible_campaigns(document)]


def test_a_rule_on_the_response_to_posters_is_refused() -> None:
    rule = {"when": {"response_to": "paper", "below": 0.1}, "stop": ["paper"]}
    poster = {"paper": {"waves": {"one": wave(channels={"poster": {"reach": 1, "frequency": 1}})}}}
    (finding,) = impossible_campaigns(town({"poster": {}}, poster, rules={"deaf": rule}))
    assert finding.path == ("rules", "deaf", "when", "response_to")


def test_waves_too_close_to_be_read_and_posters_beside_a_hold_out_are_warned_of() -> None:
    close = letters({**REVISED, "response_within": "9 days"})
    assert [finding.path[-1] for finding in doubtful_campaigns(close)] == ["response_within"]
    both = {"one": wave(channels={"poster": {"reach": 1, "frequency": 1}, "mail": {"reach": 1, "frequency": 1}})}
    beside = town({"mail": MAIL, "poster": {}}, {"letter": {"waves": both, **HELD}})
    assert [finding.path[-1] for finding in doubtful_campaigns(beside)] == ["hold_out"]
