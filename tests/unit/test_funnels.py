"""Funnels move people as their rates, shares and occasions say, and every move is counted and paid for once."""

from __future__ import annotations

from io import StringIO
from math import exp, sqrt
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from rehearse.narration import narrate
from sim.following.story import Befell
from sim.following.trace import trace
from sim.market import Market
from sim.results import RunResult
from sim.scenario.document import Document
from tests.small_documents import small_document

PEOPLE, DAYS = 4000, 28
STATES = ["unaware", "aware", "signed"]


def with_funnel(moves: dict[str, Any], states: list[str] = STATES, funnel: Any = None, **sections: Any) -> Document:
    market = {"customers": PEOPLE, "segments": {"everyone": {"share": 1}}, "traits": {"existing": 0.0, "aware": 0.0}}
    return small_document(
        **{
            "market": market,
            "behaviour": {"leaving": {"form": "none"}},
            "funnels": {"launch": {"states": states, "moves": moves, **(funnel or {})}},
            **sections,
        }
    )


def band(share: float, people: float) -> float:
    """Four standard errors of a share of so many."""
    return 4.0 * sqrt(share * (1 - share) / people)


def run(document: Document) -> RunResult:
    return Market(document).run()


MOVES = {
    "notice": {"from": "unaware", "to": "aware", "rate": "0.1 per day"},
    "sign_at_once": {"from": "unaware", "to": "signed", "rate": "0.02 per day", "price": 9.99, "joins": True},
    "sign": {"from": "aware", "to": "signed", "share": 0.3, "after": {"constant": "3 days"}, "cost": 0.25},
}


@pytest.fixture(scope="module")
def by_time() -> RunResult:
    return run(with_funnel(MOVES))


@pytest.mark.parametrize("day", [0, 6, 20])
def test_people_leave_a_state_by_the_sum_of_its_rates(by_time: RunResult, day: int) -> None:
    """Competing hazards: exp(-(r1 + r2)·t) are still there after t days."""
    share = exp(-0.12 * (day + 1))
    left = by_time.daily["funnel_in_launch_unaware"][day] / PEOPLE
    assert left == pytest.approx(share, abs=band(share, PEOPLE))


def test_of_two_rates_each_has_its_part(by_time: RunResult) -> None:
    """On a day a move by the first is tried first: (1 - e^-r1) against e^-r1·(1 - e^-r2)."""
    first, second = 1 - exp(-0.1), exp(-0.1) * (1 - exp(-0.02))
    made = by_time.funnels.set_index("move")["made"]
    total = made["notice"] + made["sign_at_once"]
    part = first / (first + second)
    assert made["notice"] / total == pytest.approx(part, abs=band(part, total))


def test_a_share_moves_on_after_its_delay_and_the_others_stay(by_time: RunResult) -> None:
    came, signed = by_time.daily["funnel_made_launch_notice"], by_time.daily["funnel_made_launch_sign"]
    assert signed[:3].sum() == 0
    due = came[: DAYS - 3].sum()
    assert signed.sum() / due == pytest.approx(0.3, abs=band(0.3, due))
    for day in range(3, DAYS):
        assert signed[day] <= came[day - 3]


def test_nobody_is_lost_between_states(by_time: RunResult) -> None:
    days = by_time.daily
    inside = sum(days[f"funnel_in_launch_{state}"] for state in STATES)
    assert (inside == PEOPLE).all()
    for state, out, into in (("unaware", ["notice", "sign_at_once"], []), ("aware", ["sign"], ["notice"])):
        change = days[f"funnel_in_launch_{state}"].diff()[1:]
        flow = sum(days[f"funnel_made_launch_{each}"] for each in into) - sum(
            days[f"funnel_made_launch_{each}"] for each in out
        )
        assert (change == flow[1:]).all()


def test_every_signature_is_paid_for_and_every_step_costs_exactly(by_time: RunResult) -> None:
    made, ledger = by_time.funnels.set_index("move")["made"], by_time.ledger.groupby("account")["amount"].sum()
    assert ledger["signings"] == 999 * made["sign_at_once"] > 0
    assert ledger["steps"] == -25 * made["sign"] < 0
    assert by_time.value("revenue") == pytest.approx(9.99 * made["sign_at_once"])


def test_who_joins_on_the_way_is_counted_as_won_by_the_funnel(by_time: RunResult) -> None:
    made = by_time.funnels.set_index("move")["made"]
    assert by_time.value("joined_by_funnel") == by_time.value("acquired") == made["sign_at_once"]
    assert by_time.value("customers_at_end") == made["sign_at_once"]
    assert by_time.value("joined_by_need") == by_time.value("joined_by_invitation") == 0


def test_a_rate_is_the_share_of_those_who_came(by_time: RunResult) -> None:
    row = by_time.funnels.set_index("move").loc["sign"]
    assert by_time.value("funnel_rate_launch_sign") == pytest.approx(row["made"] / row["came"])


def test_a_way_out_at_the_end_leaves_the_way_in_as_it_was(by_time: RunResult) -> None:
    """The same luck: who notices, and when, does not depend on what may happen after signing."""
    changed = run(
        with_funnel({**MOVES, "forget": {"from": "signed", "to": "gone", "rate": "0.5 per day"}}, [*STATES, "gone"])
    )
    for move in ("notice", "sign_at_once", "sign"):
        column = f"funnel_made_launch_{move}"
        assert changed.daily[column].tolist() == by_time.daily[column].tolist(), move
    assert changed.value("funnel_made_launch_forget") > 0


def test_a_move_is_made_in_its_days_by_its_audience() -> None:
    document = with_funnel(
        {
            "notice": {"from": "unaware", "to": "aware", "rate": "0.2 per day", "during": "2009-09-10 to 2009-09-12"},
            "sign": {
                "from": "aware",
                "to": "signed",
                "rate": "1 per day",
                "audience": {"where": {"attributes": {"assets": {"at_least": 50}}}},
            },
        },
        market={
            "customers": PEOPLE,
            "segments": {"everyone": {"share": 1}},
            "attributes": {"assets": {"uniform": {"low": 0, "high": 100}}},
        },
    )
    market = Market(document)
    result = market.run()
    noticed = result.daily["funnel_made_launch_notice"]
    assert noticed[noticed > 0].index.tolist() == [3, 4, 5]
    share = 1 - exp(-0.6)
    assert noticed.sum() / PEOPLE == pytest.approx(share, abs=band(share, PEOPLE))
    state, assets = market.funnels["launch"].state, market.customers.attributes["assets"]
    assert (assets[state == 2] >= 50).all()
    assert 0.4 < np.mean(state[state > 0] == 2) < 0.6


def test_the_shares_of_opening_stand_at_opening() -> None:
    market = Market(
        with_funnel(
            {"sign": {"from": "aware", "to": "signed", "share": 1.0, "after": {"constant": "5 days"}}},
            funnel={"opening": {"aware": 0.2, "signed": 0.1}},
        )
    )
    shares = np.bincount(market.funnels["launch"].state, minlength=3) / PEOPLE
    assert shares == pytest.approx([0.7, 0.2, 0.1], abs=band(0.3, PEOPLE))
    opened = int(np.count_nonzero(market.funnels["launch"].state == 1))
    result = market.run()
    assert result.daily["funnel_made_launch_sign"].to_numpy().nonzero()[0].tolist() == [4]
    assert result.daily["funnel_made_launch_sign"][4] == opened


ADVERTISED = {
    "channels": {"screen": {"cost_per_day": 1}},
    "campaigns": {
        name: {
            "waves": {
                "first": {"during": "2009-09-07 to 2009-09-07", "channels": {"screen": {"reach": 1.0, "frequency": 1}}}
            }
        }
        for name in ("seen", "other")
    },
}


def test_an_exposure_moves_with_its_chance_and_another_campaign_does_not() -> None:
    """One day on the air at a rate of one exposure: (1 - 1/e) see it."""
    see = {"from": "unaware", "to": "aware", "per": "exposure", "of": ["seen"], "chance": 0.5}
    made = run(with_funnel({"see": see}, **ADVERTISED)).daily["funnel_made_launch_see"]
    share = 0.5 * (1 - exp(-1))
    assert made.sum() / PEOPLE == pytest.approx(share, abs=band(share, PEOPLE))
    both = run(with_funnel({"see": {**see, "of": []}}, **ADVERTISED)).daily["funnel_made_launch_see"]
    # Two campaigns seen independently: one minus the chance of neither moving anybody.
    share = 1 - (1 - share) ** 2
    assert both.sum() / PEOPLE == pytest.approx(share, abs=band(share, PEOPLE))


def test_guests_of_an_event_sign_there_and_absent_ones_do_not() -> None:
    event = {
        "on": "2009-09-20",
        "hours": "13:00-16:00",
        "seats": 300,
        "invitations": 1000,
        "accepts": 0.9,
        "audience": {"customers": "everyone", "funnel": {"launch": ["aware"]}},
    }
    market = Market(
        with_funnel(
            {"sign": {"from": "aware", "to": "signed", "per": "guest", "of": ["evening"], "chance": 0.4}},
            funnel={"opening": {"aware": 0.5}},
            events={"evening": event},
        )
    )
    invited = set()
    for _ in range(DAYS):
        market.step()
        for what, _, rows in market.today.befell:
            if what == "invited":
                invited |= set(rows.tolist())
                assert (market.funnels["launch"].state[rows] == 1).all()
    assert len(invited) == 1000
    made = market.funnels["launch"].moves[0].made
    assert made / 300 == pytest.approx(0.4, abs=band(0.4, 300))
    assert set(np.flatnonzero(market.funnels["launch"].state == 2).tolist()) <= invited


def told(talking: bool) -> RunResult:
    talk = {"talk": {"states": ["signed"], "rate": "1 per week", "listeners": 2}} if talking else {}
    return run(
        with_funnel(
            {"hear": {"from": "unaware", "to": "aware", "per": "message", "chance": 0.2}},
            funnel={"opening": {"signed": 0.1}, **talk},
            market={
                "customers": PEOPLE,
                "segments": {"everyone": {"share": 1}},
                "traits": {"satisfaction": {"constant": 90}, "existing": 0.0, "aware": 0.0},
                "talk": {"complete": True},
            },
        )
    )


def test_advocates_tell_and_their_listeners_move_on() -> None:
    result, silent = told(True), told(False)
    tellings = result.value("talk_of_states")
    share = 1 - exp(-1 / 7)
    chances = 0.1 * PEOPLE * DAYS
    assert tellings / chances == pytest.approx(share, abs=band(share, chances) + 0.01)
    # Every telling reaches two of everybody on the next day, and a fifth of those unaware moves on.
    messages = 2 * result.daily["talk_of_states"][:-1].sum()
    share = 1 - exp(-0.2 * messages / PEOPLE)
    moved = result.value("funnel_made_launch_hear") / (0.9 * PEOPLE)
    assert moved == pytest.approx(share, abs=band(share, 0.9 * PEOPLE))
    assert silent.value("talk_of_states") == silent.value("funnel_made_launch_hear") == 0


def test_talk_over_weak_ties_moves_fewer() -> None:
    """The mutation of closeness: weak ties count as a tenth."""

    def hearing(talk: dict[str, Any]) -> float:
        return run(
            with_funnel(
                {"hear": {"from": "unaware", "to": "aware", "per": "message", "chance": 0.2}},
                funnel={"opening": {"signed": 0.1}, "talk": {"states": ["signed"], "rate": "1 per week"}},
                market={
                    "customers": PEOPLE,
                    "segments": {"everyone": {"share": 1}},
                    "talk": talk,
                    "traits": {"satisfaction": {"constant": 90}},
                },
            )
        ).value("funnel_made_launch_hear")

    strong = hearing({"scale_free": {"ties": 3}})
    weak = hearing({"scale_free": {"ties": 3}, "strong": 0.0, "strengths": {"weak": 0.1}})
    assert 0.05 * strong < weak < 0.2 * strong


def test_an_offer_is_open_to_those_in_a_state_only() -> None:
    document = with_funnel(
        {"notice": {"from": "unaware", "to": "aware", "rate": "0.1 per day"}},
        channels={"letter": {"addressed": True, "cost_per_contact": 1}},
        campaigns={
            "nudge": {
                "audience": {"funnel": {"launch": ["aware"]}},
                "waves": {
                    "all": {
                        "during": "2009-09-07 to 2009-09-30",
                        "channels": {"letter": {"reach": 1.0, "frequency": 9}},
                    }
                },
            }
        },
    )
    market = Market(document)
    reached = 0
    for _ in range(10):
        before = market.funnels["launch"].state.copy()
        market.step()
        for _, rows in market.today.exposed:
            assert (before[rows] == 1).all()
            reached += len(rows)
    assert reached > 0


def test_a_day_looks_at_those_who_move_and_not_at_those_who_stand_still() -> None:
    """What a rate makes due is known beforehand: over the run every person is in one day's list at most."""
    slow = {"notice": {"from": "unaware", "to": "aware", "rate": "0.0001 per day"}}
    funnel = Market(with_funnel(slow)).funnels["launch"]
    waiting = np.concatenate([rows for due in funnel.moves[0].due.values() for _, rows in due])
    share = 1 - exp(-0.0001 * DAYS)
    assert len(waiting) == len(set(waiting.tolist()))
    assert len(waiting) / PEOPLE == pytest.approx(share, abs=band(share, PEOPLE))


def test_a_story_tells_of_a_move_in_the_words_of_the_file() -> None:
    document = with_funnel(
        {"sign": {"title": "puts a name to it", "from": "unaware", "to": "signed", "rate": "1 per day"}}
    )
    story, _ = trace(document, 3)
    assert any(event == Befell("moved on", "launch.sign") for day in story.days for event in day.events)
    console = Console(width=120, record=True, file=StringIO())
    console.print(*narrate(story, document, "a story"))
    assert "moves on: puts a name to it" in console.export_text()
