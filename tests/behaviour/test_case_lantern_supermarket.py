"""A lantern festival at a supermarket: the flash sale fills the tills when they are fullest, or when they idle."""

from __future__ import annotations

import pytest
from scipy import stats

from sim.market import Market
from sim.results import RunResult
from tests.behaviour.casebook import REPLICATIONS, case, document, effect, lowers, raises, run, scenario, value

pytestmark = pytest.mark.slow

NO_QUEUES = "service.capacity: unlimited"
NO_STORES = "offers.flash.discount.buys_earlier: 0, offers.flash.discount.buys_ahead: 0"
UNMOVED = f"{NO_STORES}, offers.flash.discount.moving: 1000000"
LANTERN = case(
    "lantern-supermarket",
    f"""
  none_no_queues: {{set: {{{NO_QUEUES}}}}}
  peak_no_queues: {{extends: flash_at_peak, set: {{{NO_QUEUES}}}}}
  peak_without_stores: {{extends: flash_at_peak_more_tills, set: {{{NO_STORES}}}}}
  peak_unmoved: {{extends: flash_at_peak_more_tills, set: {{{UNMOVED}}}}}
""",
    run="30 Jan 2012 to 16 Feb 2012",
)
PEAK, QUIET = "flash_at_peak", "flash_off_peak"


def in_hours(plan: str, first: int, last: int) -> int:
    """Visits that came in these hours in the days of the campaign, of one run."""
    found = Market(document(LANTERN, plan), keep_encounters=True).run().encounters
    assert found is not None  # asked for above
    minute = found["arrived"] - 1440 * found["day"]
    return int((found["day"].between(2, 7) & minute.between(60 * first, 60 * last, inclusive="left")).sum())


def test_a_flash_sale_at_peak_lowers_satisfaction() -> None:
    assert lowers(LANTERN, PEAK, "none", "satisfaction")
    assert raises(LANTERN, PEAK, "none", "wait_mean")
    assert raises(LANTERN, PEAK, "none", "lost_share")


def test_with_a_till_for_everybody_it_lowers_nothing() -> None:
    """The mutation: the same sale without queues."""
    assert effect(LANTERN, "peak_no_queues", "none_no_queues", "satisfaction").high > 0.0
    assert value(LANTERN, "peak_no_queues", "wait_mean", "campaign", 0) == 0.0


def test_in_the_quiet_hours_people_wait_less_and_are_more_satisfied_than_at_peak() -> None:
    assert raises(LANTERN, QUIET, PEAK, "satisfaction")
    assert lowers(LANTERN, QUIET, PEAK, "wait_p90")
    assert lowers(LANTERN, QUIET, PEAK, "lost_visits")
    assert raises(LANTERN, QUIET, PEAK, "profit_with_carried_value")


def test_the_sale_moves_people_into_its_hours() -> None:
    usual, peak, unmoved = (in_hours(plan, 17, 19) for plan in ("games", "flash_at_peak_more_tills", "peak_unmoved"))
    assert peak > 2 * usual
    assert unmoved < 1.3 * usual, "the mutation: a lower price alone brings few more"
    assert run(LANTERN, "peak_unmoved", 0).daily["visits_moved"].sum() < 10


def test_what_was_brought_forward_is_missing_afterwards() -> None:
    """The post-promotion dip: fewer needs show in the weeks after; without stores at home as many."""
    dip, none = (
        [run(LANTERN, plan, number).daily for number in range(REPLICATIONS)]
        for plan in ("flash_at_peak_more_tills", "peak_without_stores")
    )
    for stored, plain in zip(dip, none, strict=True):
        after = stored["period"] == "aftermath"
        assert stored["met_at_home"][after].sum() > 0
        assert stored["needs"][after].sum() < 0.97 * plain["needs"][after].sum()
        assert "met_at_home" not in plain


def prizes(result: RunResult, offer: str) -> int:
    """Prizes of an offer handed over in a run."""
    table = result.offers.set_index("offer")
    return int(table["handed"][offer])


def test_the_die_is_fair_and_no_prize_is_given_twice() -> None:
    """Sixes are binomial over all replications; handed over and short are all the throws there were."""
    throws = sixes = 0
    for number in range(REPLICATIONS):
        market = Market(document(LANTERN, "games"), replication=number)
        result = market.run()
        die = next(each for each in market.offers if each.name == "die")
        stock = [prize.stock for prize in document(LANTERN, "games").offers["die"].lottery.prizes.values()]  # type: ignore[union-attr]
        assert (die.prizes_given <= stock).all()
        assert die.prizes_given.sum() + die.refused == die.earned.sum()
        if not die.refused:
            throws, sixes = throws + int(die.earned.sum()), sixes + int(die.prizes_given[1])
        assert prizes(result, "die") == die.prizes_given.sum()
    assert throws > 2000
    assert stats.binomtest(sixes, throws, 1 / 6).pvalue > 0.001


def test_flash_hours_and_price_are_those_of_the_plan() -> None:
    """Two hours a day at least, below the price of the competitor next door."""
    for plan in (PEAK, QUIET):
        sale = document(LANTERN, plan).offers["flash"].discount
        assert sale is not None
        assert sum(span.minutes for span in sale.spans) >= 120
        assert all(1.0 - sale.off < rival.price for rival in document(LANTERN, plan).market.rivals.values())
    assert document(LANTERN, PEAK).calendar.campaign is not None
    assert scenario(LANTERN).document(PEAK).calendar.campaign.days == 6  # type: ignore[union-attr]
