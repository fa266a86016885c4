"""Two worlds that differ in one thing differ only where that thing can reach, and the same world is the same bytes.

Every world here is run twice side by side; customers are compared by every bit of every column, evening by evening.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from sim.market import Market
from sim.results import RunResult
from sim.scenario.document import Document
from sim.service.records import Encounters
from tests.behaviour.small_worlds import SILENT_TOWN, TOWN, columns, differing, document_of, fingerprint

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
DAY = 8  # 9 June: the run begins on 1 June
UNLIMITED = "service:\n  capacity: unlimited\n"

Event = Callable[[Market, int], None]


def unhappier(market: Market, row: int) -> None:
    market.customers.satisfaction[row] -= 40.0


def expects_more(market: Market, row: int) -> None:
    market.customers.will[:, row] = 7.0


def sees_one_advertisement_more(market: Market, row: int) -> None:
    market.customers.pressure[row] += 1.0


def needs_nothing_any_more(market: Market, row: int) -> None:
    market.customers.activity[row] = 0.0


def comes_far_more_often(market: Market, row: int) -> None:
    market.customers.activity[row] *= 5.0


def leaves(market: Market, row: int) -> None:
    market.customers.status[row] = 2


EVENTS: list[Event] = [unhappier, expects_more, sees_one_advertisement_more, needs_nothing_any_more, leaves]


def with_a_hundred_more(text: str) -> str:
    """The same town with a hundred people more in the mass segment: 340 and 60 where there were 240 and 60."""
    return (
        text.replace("customers: 300", "customers: 400")
        .replace("share: 80%}", "share: 85%}")
        .replace("share: 20%, tier", "share: 15%, tier")
    )


def most_active(document: Document, site: int | None = None) -> int:
    """The customer who comes most often, so that what is changed about them is felt."""
    customers = Market(document).customers
    here = np.ones(len(customers), np.bool_) if site is None else customers.site == site
    return int(np.argmax(np.where(here & customers.aware, customers.activity, -1.0)))


def side_by_side(document: Document, event: Event, row: int) -> Iterator[tuple[Market, Market, list[int]]]:
    """Both worlds each evening from the day of the event on, and the rows that differ; before it nothing may."""
    one, other = Market(document, traced=row), Market(document, traced=row)
    while one.day < one.calendar.days:
        if one.day == DAY:
            assert differing(one, other) == []
            event(other, row)
            assert differing(one, other) == [row]
        one.step()
        other.step()
        if one.day > DAY:
            yield one, other, differing(one, other)


def visits_at(market: Market, site: int) -> dict[int, float]:
    """Who ended a visit at a site today, and when they had arrived."""
    encounters = ended_today(market)
    here = encounters.site == site
    return dict(zip(encounters.customer[here].tolist(), encounters.arrived[here].tolist(), strict=True))


def ended_today(market: Market) -> Encounters:
    assert market.today.encounters is not None
    return market.today.encounters


def test_the_same_world_is_the_same_bytes() -> None:
    document = document_of(TOWN, "campaign")
    one, other = (fingerprint(Market(document, keep_encounters=True).run()) for _ in range(2))
    assert one == other
    plain = fingerprint(Market(document).run())
    assert fingerprint(Market(document, replication=1).run()) != plain
    assert fingerprint(Market(document, seed=12).run()) != plain


def test_more_people_in_one_segment_leave_another_as_it_was_at_opening() -> None:
    small, larger = Market(document_of(TOWN)), Market(document_of(with_a_hundred_more(TOWN)))
    assert (small.document.market.segment_sizes(), larger.document.market.segment_sizes()) == (
        {"mass": 240, "vip": 60},
        {"mass": 340, "vip": 60},
    )
    grown = columns(larger.customers)
    for name, column in columns(small.customers).items():
        assert column[..., :240].tobytes() == grown[name][..., :240].tobytes(), name
        assert column[..., 240:].tobytes() == grown[name][..., 340:].tobytes(), name


def test_a_larger_segment_changes_nobody_elsewhere_while_nothing_is_shared() -> None:
    text = SILENT_TOWN.replace("service:\n", UNLIMITED)
    small, larger = Market(document_of(text)), Market(document_of(with_a_hundred_more(text)))
    for _ in range(small.calendar.days):
        small.step()
        larger.step()
    grown = columns(larger.customers)
    for name, column in columns(small.customers).items():
        assert column[..., 240:].tobytes() == grown[name][..., 340:].tobytes(), name


@pytest.mark.parametrize("event", EVENTS)
def test_where_nothing_is_shared_only_the_customer_it_happened_to_differs(event: Event) -> None:
    document = document_of(SILENT_TOWN.replace("service:\n", UNLIMITED))
    row = most_active(document)
    worlds = None
    for one, other, different in side_by_side(document, event, row):
        assert different in ([row], [])
        worlds = one, other
    assert worlds is not None
    books = [int(market.ledger.table()["amount"].sum()) for market in worlds]
    own = [sum(line[3] for line in market.ledger.lines) for market in worlds]
    relationship = [market.ledger.table().query("account == 'relationship'")["amount"].sum() for market in worlds]
    assert books[1] - books[0] == own[1] - own[0] + relationship[1] - relationship[0]


@pytest.mark.parametrize("event", [needs_nothing_any_more, comes_far_more_often])
def test_a_queue_carries_a_difference_only_to_later_visitors_of_the_same_site(event: Event) -> None:
    document = document_of(SILENT_TOWN)
    row = most_active(document, site=0)
    reached: list[int] = [row]
    for one, other, different in side_by_side(document, event, row):
        here = visits_at(one, 0), visits_at(other, 0)
        assert (one.customers.site[different] == 0).all()
        for newly in sorted(set(different) - set(reached)):
            arrivals = [visits[newly] for visits in here if newly in visits]
            assert arrivals, "it reached someone who was not there"
            # Somebody reached before was there in one world and not, or otherwise, in the other: and before them.
            carriers = [visits[each] for visits in here for each in reached if each in visits]
            assert carriers
            assert min(carriers) < max(arrivals)
        reached = sorted(set(reached) | set(different))
    assert len(reached) > 1, "the queue carried nothing: the test says nothing"


def test_word_of_mouth_carries_a_difference_only_to_those_who_were_told() -> None:
    document = document_of(TOWN.replace("service:\n", UNLIMITED))
    row = most_active(document)
    before = [row]
    for one, other, different in side_by_side(document, expects_more, row):
        heard = [(market.today.heard.teller, market.today.heard.listener) for market in (one, other)]
        for newly in sorted(set(different) - set(before)):
            tellers = np.concatenate([teller[listener == newly] for teller, listener in heard])
            assert np.isin(tellers, before).any(), "it reached someone whom nobody told"
        before = sorted(set(before) | set(different))
    assert len(before) > 1, "nobody talked: the test says nothing"


def changed_from(setting: str) -> str:
    """The quiet town with a value that changes on the day."""
    return f"  later: {{add: {{changes: {{it: {{from: 9 Jun 2026, set: {{{setting}}}}}}}}}}}\n"


LEVERS = {
    "more staff": changed_from("service.stations.counter.staff: 3"),
    "shorter hours": changed_from("service.stations.counter.open: 10:00-14:00"),
    "quicker service": changed_from("service.tasks.errand.takes: {constant: 6 min}"),
    "better service": changed_from("service.quality.levels.empathy: 6.8"),
    "a higher price": changed_from("market.needs.errand.price: 9"),
    "more needs": changed_from("market.needs.errand.rate: 20 per month"),
    "a stronger rival": changed_from("market.rivals.others.attractiveness: 2"),
    "no more talk": changed_from("behaviour.word_of_mouth: none"),
    "a campaign": """\
  later:
    add:
      campaigns:
        it:
          waves: {one: {during: 9 Jun to 15 Jun, channels: {press: {reach: 80%, frequency: 9}}}}
          promised_wait: 2 min
""",
    "a campaign with gifts and a discount": """\
  later:
    add:
      campaigns:
        it:
          waves: {one: {during: 9 Jun to 15 Jun, channels: {press: {reach: 80%, frequency: 9}}}}
          announces: [gift, cheaper]
      offers:
        gift: {during: 9 Jun to 20 Jun, task_count: {task: errand, needs: 1, face: 20}, gifts: teapots}
        cheaper: {during: 9 Jun to 20 Jun, discount: {needs: [errand], off: 10%}}
      gifts:
        teapots: {stock: 40, cost: 80%, pick_up: counter, takes: {constant: 3 min}, comes_within: 2 days}
""",
}


@pytest.fixture(scope="module")
def quiet() -> tuple[list[dict[str, bytes]], RunResult]:
    """The quiet town: every column on each evening before the day, and the tables of the run."""
    market, evenings = Market(document_of(TOWN), keep_encounters=True), []
    for _ in range(DAY):
        market.step()
        evenings.append(bits(market))
    return evenings, market.run()


def bits(market: Market) -> dict[str, bytes]:
    """Every bit of every column of the customers."""
    return {name: column.tobytes() for name, column in columns(market.customers).items()}


@pytest.mark.parametrize("lever", LEVERS.values(), ids=LEVERS.keys())
def test_what_is_dated_a_day_changes_nothing_before_that_day(
    lever: str, quiet: tuple[list[dict[str, bytes]], RunResult]
) -> None:
    later = Market(document_of(TOWN + lever, "later"), keep_encounters=True)
    for evening in quiet[0]:
        later.step()
        assert bits(later).items() >= evening.items()
    one, other = quiet[1], later.run()
    before, same = one.daily[one.daily["day"] < DAY], other.daily[other.daily["day"] < DAY]
    assert same[before.columns].equals(before)
    assert not same.drop(columns=before.columns).to_numpy().any()  # measures of what there is not yet are 0
    assert other.ledger[other.ledger["day"] < DAY].equals(one.ledger[one.ledger["day"] < DAY])
    assert one.encounters is not None
    assert other.encounters is not None
    ended = [table[table["ended"] < DAY * 1440.0] for table in (one.encounters, other.encounters)]
    assert ended[1].equals(ended[0])
    assert not other.daily[one.daily.columns].equals(one.daily), "the lever did nothing: the test says nothing"


def test_neither_the_hash_seed_nor_the_number_of_blas_threads_changes_a_result() -> None:
    code = (
        "from sim.market import Market\n"
        "from tests.behaviour.small_worlds import TOWN, document_of, fingerprint\n"
        "print(fingerprint(Market(document_of(TOWN, 'campaign'), keep_encounters=True).run()))"
    )

    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    hash_seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    threads = "2" if os.environ.get("OPENBLAS_NUM_THREADS", os.environ.get("OMP_NUM_THREADS")) == "1" else "1"
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, **dict.fromkeys(names, threads)}
    elsewhere = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    here = fingerprint(Market(document_of(TOWN, "campaign"), keep_encounters=True).run())
    assert elsewhere.stdout == f"{here}\n"
