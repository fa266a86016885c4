"""One customer's story: it agrees with the tables of the run, and following someone changes nothing."""

from __future__ import annotations

from collections import Counter
from itertools import chain

import numpy as np
import pandas as pd
import pytest

from sim.customers import CUSTOMER, LEFT, PROSPECT
from sim.errors import RequestError
from sim.following.story import (
    Became,
    CaseMoved,
    Earned,
    Gift,
    Heard,
    Left,
    Needed,
    Seen,
    SetOut,
    Spent,
    StillInside,
    Story,
    Told,
    Visited,
)  # fmt: skip
from sim.following.trace import Tracer, most_eventful, trace
from sim.market import Market
from sim.operations.visits import CASE, parts
from tests.behaviour.small_worlds import TOWN, columns, document_of, fingerprint

pytestmark = pytest.mark.slow

CAMPAIGN = document_of(TOWN, "campaign")
SOME = range(0, 300, 50)
FEW = document_of(TOWN.replace("customers: 300", "customers: 6"), "campaign")
# Costs and margins that the books hold for everyone together.
SHARED = ("wages", "fixed", "media", "preparation", "relationship", "changes", "research")


@pytest.fixture(scope="module")
def richest() -> tuple[int, int]:
    """The customer with the most visits, and how many."""
    return most_eventful(CAMPAIGN)


@pytest.fixture(scope="module")
def stories(richest: tuple[int, int]) -> dict[int, Story]:
    return {row: trace(CAMPAIGN, row)[0] for row in {*SOME, richest[0]}}


def test_a_run_that_is_followed_is_the_same_run_to_the_byte() -> None:
    plain = Market(CAMPAIGN)
    followed = Market(CAMPAIGN, traced=128)
    tracer = Tracer(followed)
    while followed.day < followed.calendar.days:
        plain.step()
        followed.step()
        tracer.look()
    assert tracer.story().days
    assert fingerprint(followed.recorder.result()) == fingerprint(plain.recorder.result())
    for name, column in columns(plain.customers).items():
        assert column.tobytes() == columns(followed.customers)[name].tobytes(), name


def test_the_visits_told_are_those_of_the_encounter_table(stories: dict[int, Story]) -> None:
    result = Market(CAMPAIGN, keep_encounters=True).run()
    assert result.encounters is not None
    table = result.encounters[~result.encounters["process"].str.startswith("complaint case")]
    for row, story in stories.items():
        own = table[table["customer"] == row]
        told = [event for event in story.events() if isinstance(event, Visited)]
        assert [(v.arrived, v.ended, v.wait, v.outcome, v.site) for v in told] == list(
            own[["arrived", "ended", "wait", "outcome", "site"]].itertuples(index=False, name=None)
        )


@pytest.fixture(scope="module")
def books_of_few() -> pd.DataFrame:
    return Market(FEW).run().ledger


@pytest.fixture(scope="module")
def everyone() -> list[Story]:
    return [trace(FEW, row)[0] for row in range(6)]


def test_the_lines_of_all_customers_add_up_to_the_books_of_what_is_personal(
    everyone: list[Story], books_of_few: pd.DataFrame
) -> None:
    lines: Counter[str] = Counter()
    for story in everyone:
        lines.update(story.by_account())
        assert story.balance() == sum(line.amount for day in story.days for line in day.lines)
    ledger = books_of_few
    booked = ledger[~ledger["account"].isin(SHARED)].groupby("account")["amount"].sum()
    assert {"needs", "serving", "spending"} <= set(booked.index)
    assert dict(lines) == booked.to_dict()


def test_the_margin_of_standing_customers_adds_up_to_the_books_but_for_rounding(
    everyone: list[Story], books_of_few: pd.DataFrame
) -> None:
    margins = sum(story.standing_margin for story in everyone)
    ledger = books_of_few
    booked = ledger[ledger["account"] == "relationship"]
    # Rounded to the cent once a day, segment and site: half a cent a row at most.
    assert abs(100.0 * margins - booked["amount"].sum()) <= 0.5 * len(booked)


def test_a_story_tells_every_kind_of_thing_that_can_happen(stories: dict[int, Story]) -> None:
    kinds = {type(event) for event in chain.from_iterable(story.events() for story in stories.values())}
    assert kinds >= {Seen, Heard, Needed, Spent, Earned, SetOut, Visited, Gift, CaseMoved, Told}


def test_whoever_sets_out_arrives_and_leaves_and_judges(stories: dict[int, Story]) -> None:
    for story in stories.values():
        for day in story.days:
            set_out = [event.arrives for event in day.events if isinstance(event, SetOut)]
            visits = [event for event in day.events if isinstance(event, Visited)]
            assert [visit.arrived for visit in visits] == set_out  # nobody stays over night in this town
            for visit in visits:
                assert visit.wait <= visit.ended - visit.arrived + 1e-9
                assert visit.so_far[1] == day.satisfaction or any(isinstance(event, CaseMoved) for event in day.events)


def test_a_need_goes_to_the_firm_a_rival_or_nowhere(stories: dict[int, Story]) -> None:
    needs = [event for story in stories.values() for event in story.events() if isinstance(event, Needed)]
    assert {(need.to_firm, need.rival) for need in needs} == {(True, None), (False, "others"), (False, None)}
    for story in stories.values():
        for day in story.days:
            to_firm = [event for event in day.events if isinstance(event, Needed) and event.to_firm]
            errands = [event for event in day.events if isinstance(event, SetOut) and not event.for_gift]
            assert [need.need for need in to_firm] == [errand.purpose for errand in errands]


def test_nobody_is_handed_more_gifts_than_they_earned(stories: dict[int, Story]) -> None:
    vain = 0
    for story in stories.values():
        earned = Counter(event.offer for event in story.events() if isinstance(event, Earned))
        handed = Counter(event.offer for event in story.events() if isinstance(event, Gift) and event.offer)
        vain += sum(isinstance(event, Gift) and event.offer is None for event in story.events())
        assert handed <= earned
        assert (story.by_account().get("gifts", 0) < 0) == bool(handed)
    assert vain


def test_talk_that_is_told_is_heard_the_next_day(richest: tuple[int, int], stories: dict[int, Story]) -> None:
    row, _ = richest
    story = stories[row]
    day, told = next((day, event) for day in story.days for event in day.events if isinstance(event, Told))
    listener = trace(CAMPAIGN, told.listeners[0])[0]
    heard = [e for d in listener.days if d.number == day.number + 1 for e in d.events if isinstance(e, Heard)]
    assert (row, told.tone, told.quality) in [(event.teller, event.tone, event.quality) for event in heard]


def test_becoming_and_ceasing_to_be_a_customer_are_told_with_the_day() -> None:
    market = Market(CAMPAIGN)
    opening = market.customers.status.copy()
    market.run()
    closing = market.customers.status
    won = int(np.flatnonzero((opening == PROSPECT) & (closing == CUSTOMER))[0])
    lost = int(np.flatnonzero((opening == CUSTOMER) & (closing == LEFT))[0])
    story, _ = trace(CAMPAIGN, won)
    joined = [day.number for day in story.days if any(isinstance(event, Became) for event in day.events)]
    assert joined == [market.customers.joined[won]]
    assert (story.opening.status, story.closing.status) == ("prospect", "customer")
    story, _ = trace(CAMPAIGN, lost)
    (left,) = [event for event in story.events() if isinstance(event, Left)]
    assert left.cause in {"service_failure", "waiting", "price", "rival", "promise_broken", "involuntary"}
    assert story.closing.status == "left"


def test_a_visit_over_midnight_is_told_on_both_days() -> None:
    night = TOWN.replace('open: "09:00-17:00"', 'open: "16:00-24:00"').replace("customers: 300", "customers: 60")
    long = night.replace("takes: {lognormal: {mean: 12 min, sd: 6 min}}", "takes: {constant: 90 min}")
    document = document_of(long)
    market = Market(document)
    while not len(inside := market.facility_state.visits) or parts(inside.visit).kind[0] == CASE:
        market.step()
    story, _ = trace(document, int(inside.customer[0]))
    evening = next(day for day in story.days if day.number == market.day - 1)
    assert any(isinstance(event, StillInside) for event in evening.events)
    ended = [
        day.number for day in story.days for e in day.events if isinstance(e, Visited) and e.arrived < day.number * 1440
    ]
    assert market.day in ended


def test_the_customer_with_the_richest_story_has_one(richest: tuple[int, int], stories: dict[int, Story]) -> None:
    row, visits = richest
    story = stories[row]
    assert sum(story.outcomes().values()) == visits > 0
    assert len({type(event) for event in story.events()}) >= 8


@pytest.mark.parametrize("row", [-1, 300])
def test_a_customer_who_does_not_exist_has_no_story(row: int) -> None:
    with pytest.raises(RequestError, match=f"customer {row} does not exist; customers are 0 to 299"):
        trace(CAMPAIGN, row)
