"""Festivals: known dates, needs that rise on them, contacts that fall due on them and on birthdays, gifts and caps."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.market import Market
from sim.scenario.cautions import cautions
from sim.scenario.checks import check_stages
from sim.scenario.document import Document
from sim.scenario.festivals import LUNAR, date_of
from sim.scenario.stages import stages
from tests.small_documents import small_document


def test_dates_everybody_remembers() -> None:
    """Mid-Autumn 2009 in the week of National Day, 2020 on it; the Spring Festivals of 2008 and 2020; Lantern 2012."""
    assert date_of("mid-autumn", 2009) == date(2009, 10, 3)
    assert date_of("mid-autumn", 2020) == date(2020, 10, 1) == date_of("national-day", 2020)
    assert [date_of("spring-festival", year) for year in (2008, 2020)] == [date(2008, 2, 7), date(2020, 1, 25)]
    assert date_of("lantern", 2012) == date(2012, 2, 6)
    assert date_of("dragon-boat", 2014) == date(2014, 6, 2)


def test_lunar_dates_lie_where_the_moon_puts_them() -> None:
    """Spring Festival on a new moon, Mid-Autumn at a full one: whole lunations from a known new moon, to a day.

    New moon of 6 January 2000, 18:14 UT; a mean lunation is 29.530589 days; true ones differ by up to 0.6 of a day.
    """
    new_moon = 6.76  # in days of January 2000, UT; Chinese dates are those of UT+8
    for year in LUNAR:
        for holiday, age in (("spring-festival", 0), ("dragon-boat", 4), ("lantern", 14), ("mid-autumn", 14)):
            begins = (date_of(holiday, year) - timedelta(days=age) - date(2000, 1, 1)).days + 1  # type: ignore[arg-type]
            since = (begins + 0.5 - 8 / 24 - new_moon) % 29.530589
            assert min(since, 29.530589 - since) < 1.3, (holiday, year)
        assert date(year, 1, 21) <= date_of("spring-festival", year) <= date(year, 2, 20)


FESTIVALS: dict[str, Any] = {
    "mid_autumn": {"holiday": "mid-autumn", "days_before": 2},
    "payday": {"each_month": 31},
    "autumn": {"during": ["2009-09-10 to 2009-09-11"]},
}


def shop(festivals: dict[str, Any] | None = None, run: str = "2009-09-07 to 2009-10-09", **sections: Any) -> Document:
    """Needs that rise at mid-autumn, on paydays and in a season of two days."""
    factors = {"mid_autumn": 3, "payday": 2, "autumn": 0}
    return small_document(
        calendar={"run": run, "festivals": FESTIVALS if festivals is None else festivals},
        market={
            "customers": 1000,
            "tiers": ["gold", "plain"],
            "segments": {"few": {"share": 0.2, "tier": "gold"}, "many": {"share": 0.8, "tier": "plain"}},
            "traits": {"existing": 1.0, "activity": {"constant": 1}},
            "needs": {
                "errand": {
                    "task": "errand",
                    "rate": "0.1 per day",
                    "contested": False,
                    "festivals": {name: factors[name] for name in (FESTIVALS if festivals is None else festivals)},
                }
            },
        },
        service={
            "stations": {"counter": {"staff": "unlimited", "open": "09:00-17:00"}},
            "tasks": {"errand": {"at": "counter", "takes": {"constant": "1 min"}}},
        },
        behaviour={"leaving": {"form": "none"}},
        **sections,
    )


def lived(document: Document) -> Market:
    market = Market(document)
    market.run()
    return market


def test_needs_rise_by_the_factor_on_the_days_it_is_felt() -> None:
    """Chance 1 - exp(-0.1·factor) each: 3 October and two days before 3, 30 September 2, 10 and 11 September 0."""
    market = lived(shop())
    factor = np.ones(33)
    factor[[24, 25, 26]], factor[23], factor[[3, 4]] = 3, 2, 0
    for day, row in enumerate(market.recorder.rows):
        chance = -np.expm1(-0.1 * factor[day])
        if not chance:
            assert row["needs"] == 0
        else:
            assert stats.binomtest(int(row["needs"]), 1000, chance).pvalue > 1e-4, day


def test_on_other_days_nothing_changes_and_without_festivals_nothing_is_looked_up() -> None:
    """The mutation: without them the same people need something on every other day."""
    with_them, without = lived(shop()), lived(shop(festivals={}))
    moved = {3, 4, 23, 24, 25, 26}
    same = [a["needs"] == b["needs"] for a, b in zip(with_them.recorder.rows, without.recorder.rows, strict=True)]
    assert all(same[day] for day in range(33) if day not in moved)
    assert not any(same[day] for day in moved)
    assert without.festivals.factors(without.document, 26) is None


CALL: dict[str, Any] = {"by": "counter", "takes": {"constant": "1 min"}, "within": "1 day"}


def test_contacts_fall_due_on_the_festival_itself_with_gifts_at_their_cost() -> None:
    gift = {**CALL, "festivals": ["mid_autumn"], "audience": {"tiers": ["gold"]}, "gift": 30.5}
    market = lived(shop(outreach={"moon_cakes": gift}))
    due = [row["due_moon_cakes"] for row in market.recorder.rows]
    assert due[26] == 200 == sum(due)
    ledger = market.ledger.table()
    gifts = ledger[ledger["account"] == "gifts"]
    assert gifts["amount"].sum() == -3050 * 200 == -market.budget_spent
    assert set(gifts["tier"]) == {"gold"}


def test_everybody_is_greeted_on_their_birthday_once_a_year() -> None:
    """The run holds a whole year of 365 days; birthdays are spread evenly, 1,000 people over twelve months."""
    market = lived(
        shop(festivals={}, run="2009-09-07 to 2010-09-06", outreach={"greeting": {**CALL, "birthdays": True}})
    )
    due = np.array([row["due_greeting"] for row in market.recorder.rows])
    assert due.sum() == 1000
    assert due.max() < 15
    assert stats.chisquare(np.add.reduceat(due, np.arange(0, 360, 30))).pvalue > 0.001
    greeted = market.festivals.born_on(date(2010, 2, 28))
    assert len(greeted) == due[(date(2010, 2, 28) - date(2009, 9, 7)).days]


def found(document: Document) -> str:
    standing = stages(document)
    return "\n".join(f"{'.'.join(each.path)}: {each.found}" for each in (*check_stages(standing), *cautions(standing)))


def test_a_gift_above_its_cap_is_refused_and_one_at_it_is_not() -> None:
    caps = {"gold": {"each": 30.5, "a_year": 30.5}}
    gift = {**CALL, "festivals": ["mid_autumn"], "audience": {"tiers": ["gold"]}, "gift": 30.5}
    assert "gift" not in found(shop(outreach={"cakes": gift}, gift_caps=caps))
    said = found(shop(outreach={"cakes": {**gift, "gift": 30.51}}, gift_caps=caps))
    assert "outreach.cakes.gift: a gift of 30.51, and gold may be given 30.5" in said
    assert "gift_caps.gold.a_year: gifts of 1 x 30.51 = 30.51 a year" in said
    later = {"more": {"from": "2009-09-20", "set": {"outreach.cakes.gift": 40}}}
    assert "from 2009-09-20 on, a gift of 40" in found(shop(outreach={"cakes": gift}, gift_caps=caps, changes=later))
    plain = {**gift, "gift": 99, "audience": {"tiers": ["plain"]}}
    assert "gift" not in found(shop(outreach={"cakes": plain}, gift_caps=caps)), "the cap is that of another tier"
    twice = {"cakes": {**gift, "gift": 20}, "more": {**CALL, "birthdays": True, "gift": 20}}
    assert "1 x 20 + 1 x 20 = 40 a year, and gold may be given 30.5" in found(shop(outreach=twice, gift_caps=caps))


def test_festivals_nobody_knows_the_date_of_or_nobody_will_feel_are_spoken_of() -> None:
    early = shop(festivals={"mid_autumn": {"holiday": "mid-autumn"}}, run="2004-09-06 to 2004-10-04")
    assert "calendar.festivals.mid_autumn.holiday: mid-autumn in a run from 2004 to 2004" in found(early)
    spring = shop(festivals={"mid_autumn": {"holiday": "spring-festival"}})
    assert "calendar.festivals.mid_autumn: it does not fall into the run" in found(spring)
    assert "festivals" not in found(shop())


@pytest.mark.parametrize(
    "terms", [{}, {"holiday": "lantern", "each_month": 5}, {"each_month": 32}, {"holiday": "easter"}]
)
def test_a_festival_is_one_thing(terms: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="festivals"):
        shop(festivals={"payday": terms})
