"""Plan against actual: what a target allots to each day, what a revision knows, and the arithmetic of the report."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.calendar import Calendar
from sim.market import Market
from sim.measurement.of_document import measures_of
from sim.measurement.targets import Schedule, target_table
from sim.scenario.cautions import cautions
from sim.scenario.checks import check_stages
from sim.scenario.document import Document
from sim.scenario.stages import stages
from sim.scenario.targets import Target
from tests.small_documents import small_document

SEPTEMBER = "2009-09-07 to 2009-10-04"
"""The run of the small documents: four weeks from a Monday."""
DAYS = 28


def target(**terms: Any) -> dict[str, Any]:
    return {"measure": "served", "during": SEPTEMBER, "amount": 280, **terms}


def firm(targets: dict[str, Any], **sections: Any) -> Document:
    return small_document(
        market={
            "customers": 100,
            "segments": {"all": {"share": 1}},
            "traits": {"existing": 1},
            "needs": {"order": {"task": "errand", "rate": "3 per week", "contested": False, "price": 10}},
        },
        targets=targets,
        **sections,
    )


def schedule(spread: bool = True, reached: list[float] | None = None, **terms: Any) -> Schedule:
    """A target as the run saw it, with so much reached each day."""
    document = firm({"t": target(**terms)})
    found = Schedule(document.targets["t"], Calendar.of(document.calendar), spread)
    for day, value in enumerate(reached or [0.0] * DAYS):
        found.open(day)
        found.close(day, value)
    return found


def test_an_amount_is_spread_over_its_working_days() -> None:
    assert schedule().in_force.tolist() == pytest.approx([10.0] * DAYS)
    weekdays = schedule(days=["monday", "tuesday", "wednesday", "thursday", "friday"])
    assert weekdays.in_force[:7].tolist() == pytest.approx([14.0] * 5 + [0, 0])
    assert weekdays.in_force.sum() == pytest.approx(280)


def test_months_have_their_parts_and_what_lies_outside_the_run_is_not_counted() -> None:
    """September has 10 % of the year and October 5 %: 24 of its 30 days, and 4 of 31, lie in the run."""
    year = {"during": "2009-01-01 to 2009-12-31", "amount": 3650}
    parts = {"january": 85, "september": 10, "october": 5}
    found = schedule(**year, months=parts).in_force
    assert found[:24].sum() == pytest.approx(3650 * 0.10 * 24 / 30)
    assert found[24:].sum() == pytest.approx(3650 * 0.05 * 4 / 31)
    assert schedule(**year).in_force.tolist() == pytest.approx([10.0] * DAYS)


def test_a_revision_before_the_start_raises_every_day_alike() -> None:
    revised = schedule(revisions={"up": {"on": "2009-09-01", "amount": 285.6}})
    assert revised.first.tolist() == pytest.approx([10.0] * DAYS)
    assert revised.in_force.tolist() == pytest.approx([10.2] * DAYS)


def test_a_revision_on_the_way_spreads_what_is_missing_over_the_days_left() -> None:
    """After two weeks with 8 a day 112 are reached: 308 - 112 over fourteen days are 14 a day."""
    revised = schedule(reached=[8.0] * DAYS, revisions={"up": {"on": "2009-09-21", "amount": 308}})
    assert revised.in_force[:14].tolist() == pytest.approx([10.0] * 14)
    assert revised.in_force[14:].tolist() == pytest.approx([14.0] * 14)
    behind = schedule(reached=[30.0] * DAYS, revisions={"up": {"on": "2009-09-21", "amount": 300}})
    assert behind.in_force[14:].tolist() == [0.0] * 14  # reached already


@given(
    reached=st.lists(st.floats(0, 50), min_size=DAYS, max_size=DAYS),
    later=st.lists(st.floats(0, 50), min_size=DAYS, max_size=DAYS),
    day=st.integers(1, DAYS - 1),
    amount=st.floats(1, 2000),
)
def test_a_revision_knows_nothing_of_its_own_day_or_later(
    reached: list[float], later: list[float], day: int, amount: float
) -> None:
    on = (pd.Timestamp("2009-09-07") + pd.Timedelta(days=day)).date().isoformat()
    revision = {"revisions": {"r": {"on": on, "amount": amount}}}
    one = schedule(reached=reached, **revision).in_force
    other = schedule(reached=reached[:day] + later[day:], **revision).in_force
    assert one.tolist() == other.tolist()
    assert one[:day].tolist() == pytest.approx([10.0] * day)
    assert one[day:].sum() + min(sum(reached[:day]), amount) == pytest.approx(amount)


def test_a_level_is_the_same_every_day_until_it_is_revised() -> None:
    revised = schedule(spread=False, amount=80, revisions={"r": {"on": "2009-09-21", "amount": 90}})
    assert revised.in_force.tolist() == [80.0] * 14 + [90.0] * 14


def rows(document: Document, columns: dict[str, list[float]]) -> pd.DataFrame:
    found = target_table(
        document,
        Calendar.of(document.calendar),
        {name: np.array(values) for name, values in columns.items()},
        measures_of(document),
    )
    assert found is not None
    return found


def test_the_report_adds_up_by_week_with_the_progress_so_far() -> None:
    table = rows(firm({"t": target(by="week")}), {"served": [9.0] * 14 + [12.0] * 14})
    assert table["plan"].tolist() == pytest.approx([70.0] * 4)
    assert table["actual"].tolist() == [63, 63, 84, 84]
    assert table["difference"].tolist() == pytest.approx([-7, -7, 14, 14])
    assert table["progress"].tolist() == pytest.approx([63 / 70, 126 / 140, 210 / 210, 294 / 280])
    assert table["first"].tolist() == ["2009-09-07", "2009-09-14", "2009-09-21", "2009-09-28"]


def test_a_ratio_is_reported_as_a_ratio_of_sums_and_a_stock_as_a_mean() -> None:
    document = firm({"wait": target(measure="wait_mean", amount=5), "size": target(measure="customers", amount=90)})
    columns = {
        "wait_sum": [10.0] * 24 + [0.0] * 4,
        "joined": [1.0] * 14 + [3.0] * 10 + [0.0] * 4,
        "customers": [80.0] * DAYS,
    }
    table = rows(document, columns).set_index(["target", "period"])
    assert table.loc[("wait", "2009-09"), "actual"] == pytest.approx(240 / 44)
    assert table.loc[("wait", "2009-09"), "plan"] == 5
    assert np.isnan(table.loc[("wait", "2009-10"), "actual"])
    assert table.loc[("wait", "2009-10"), "progress"] == pytest.approx(240 / 44 / 5)
    assert table.loc[("size", "2009-10"), "actual"] == 80
    assert table.loc[("size", "2009-10"), "progress"] == pytest.approx(80 / 90)


def test_a_run_leaves_the_table_of_what_it_counted() -> None:
    result = Market(firm({"orders": target(), "money": target(measure="revenue", amount=3000)})).run()
    assert result.targets is not None
    actual = result.targets.groupby("target")["actual"].sum()
    assert actual["orders"] == result.value("served")
    assert actual["money"] == pytest.approx(result.value("revenue"))


CARD = {
    "every": "week",
    "components": {
        "volume": {"weight": 70, "of": "target reached", "target": "t", "bands": {"100%": 0, "90%": -10, "0%": -70}},
        "work": {"weight": 30, "of": "not observed", "points": 24},
    },
}


def test_a_card_gives_its_points_for_what_was_reached_of_the_period() -> None:
    """A plan of a tenth, of just above and of twice what is reached: full marks, the first band, nothing."""
    reached = Market(firm({})).run().daily["served"]
    for factor, points in ((0.1, 70), (1.05, 60), (2.0, 0)):
        weeks = [float(reached[week * 7 : week * 7 + 7].sum()) for week in range(4)]
        plan = target(amount=4 * factor * weeks[0], by="week")
        result = Market(firm({"t": plan}, scorecards={"staff": CARD})).run()
        assert result.scorecards is not None
        first = result.scorecards[result.scorecards["day"] == 6].set_index("component")["measured_points"]
        assert first["volume"] == points
        assert first["whole card"] == points + 24


def said(document: Document, doubtful: bool = False) -> str:
    findings = cautions(stages(document)) if doubtful else check_stages(stages(document))
    return "\n".join(f"{'.'.join(each.path)}: {each.found} {each.suggestion}" for each in findings)


def test_targets_nobody_could_check_are_refused() -> None:
    assert "targets.t.measure: 'servd' served" in said(firm({"t": target(measure="servd")}))
    assert "wait_p90, which is not added up from days" in said(firm({"t": target(measure="wait_p90")}))
    money = firm({"t": target(measure="revenue")}, scorecards={"staff": CARD})
    assert "scorecards.staff.components.volume.target: a target of revenue" in said(money)
    with pytest.raises(ValueError, match="in the order of their days"):
        firm({"t": target(revisions={"b": {"on": "2009-09-20", "amount": 5}, "a": {"on": "2009-09-10", "amount": 5}})})
    with pytest.raises(ValueError, match="before the target was set"):
        Target.model_validate(
            {**target(set_on="2009-09-10"), "revisions": {"r": {"on": "2009-09-08", "amount": 5}}}, context={}
        )


def test_targets_the_run_says_nothing_of_are_warned_of() -> None:
    assert "no day of it" not in said(firm({"t": target()}), doubtful=True)
    assert "a target for 2009-11-01" in said(firm({"t": target(during="2009-11-01 to 2009-11-30")}), doubtful=True)
    late = target(revisions={"r": {"on": "2009-10-20", "amount": 5}})
    assert "after its last day" in said(firm({"t": late}), doubtful=True)
