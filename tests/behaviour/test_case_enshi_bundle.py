"""Add one and get ten: who signs when the limits are told, or hidden, and what existing use is no longer billed."""

from __future__ import annotations

import pytest

from tests.behaviour.casebook import REPLICATIONS, case, document, effect, lowers, raises, run, value

pytestmark = pytest.mark.slow

NO_LIMIT = "offers.add_one.disclosure.affects: 0%, offers.add_one.disclosure.promise: {}"
ENSHI = case(
    "enshi-bundle",
    f"""
  told_no_limit: {{extends: disclosed, set: {{{NO_LIMIT}}}}}
  hidden_no_limit: {{extends: hidden, set: {{{NO_LIMIT}}}}}
""",
    run="24 Feb 2008 to 31 May 2008",
).replace("customers: {value: 2400,", "customers: {value: 1400,")


def total(plan: str, column: str, number: int) -> float:
    """A column over the whole run."""
    return value(ENSHI, plan, column, "whole", number)


def test_hidden_limits_win_more_signatures() -> None:
    assert raises(ENSHI, "hidden", "disclosed", "signed", "whole")
    assert raises(ENSHI, "hidden", "disclosed", "script_visit", "campaign")


def test_then_they_cost_satisfaction_trust_and_widen_the_gap_between_promise_and_delivery() -> None:
    assert lowers(ENSHI, "hidden", "disclosed", "satisfaction", "whole")
    assert lowers(ENSHI, "hidden", "disclosed", "trust", "whole")
    assert raises(ENSHI, "hidden", "disclosed", "complaints", "whole")
    assert raises(ENSHI, "hidden", "none", "gap_4", "whole")
    assert lowers(ENSHI, "hidden", "disclosed", "carried_value", "whole")


def test_where_no_home_is_concerned_there_is_nothing_to_tell() -> None:
    """The mutation: the same calls, visits and signatures, to the last one."""
    told, hidden = run(ENSHI, "told_no_limit", 0), run(ENSHI, "hidden_no_limit", 0)
    for column in ("signed", "complaints", "limits_found_out", "customers", "satisfaction"):
        assert told.daily[column].tolist() == hidden.daily[column].tolist(), column
    assert told.daily["signed"].sum() > 0


def test_existing_use_is_diluted_by_exactly_what_the_books_say() -> None:
    """Paired: what is billed at list is the same with and without the offer while nobody leaves for it; what is
    paid differs by income beyond list less dilution, and nothing else."""
    none, told = run(ENSHI, "none", 0), run(ENSHI, "told_no_limit", 0)
    ledgers = [each.ledger.groupby("account")["amount"].sum() for each in (none, told)]
    if none.daily["customers"].tolist() == told.daily["customers"].tolist():
        assert ledgers[0]["bills"] == ledgers[1]["bills"]
    assert round(100 * total("told_no_limit", "dilution", 0)) == -ledgers[1]["dilution"] > 0
    assert round(100 * total("told_no_limit", "tariff_income", 0)) == ledgers[1]["tariffs"] > 0
    assert "dilution" not in ledgers[0]


def test_the_rules_of_the_plan_hold() -> None:
    """At most a thousand homes, all customers for more than a year, from two yuan."""
    offer = document(ENSHI, "hidden").offers["add_one"]
    assert offer.step_up is not None
    assert (min(offer.step_up.steps), offer.step_up.covers, offer.step_up.looks_back) == (2, 10, 6)
    for number in range(REPLICATIONS):
        assert total("hidden", "signed", number) <= 1000
    assert offer.audience.where is not None
    assert offer.audience.where.tenure is not None
    assert offer.audience.where.tenure.low == pytest.approx(365.25)


def test_calls_busy_not_interested_think_and_visit_are_all_the_calls_there_are() -> None:
    daily = run(ENSHI, "hidden", 0).daily
    ends = sum(daily[f"script_{end}"].sum() for end in ("busy", "not_interested", "think", "visit"))
    assert ends == daily["made_calls"].sum() > 800
    assert effect(ENSHI, "hidden", "disclosed", "script_busy").mean == 0.0, "who is busy is told nothing either way"
