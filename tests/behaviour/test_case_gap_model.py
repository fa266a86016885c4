"""The gaps model in one firm: five gaps that add up every day, four levers of the same cost, each for its own gap."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.behaviour.casebook import case, effect, run, value

pytestmark = pytest.mark.slow

UNTIL_JULY = """
      market.customers: 2000
      calendar: {run: 27 Feb 2026 to 30 Jun 2026, campaign: 1 Mar to 30 Jun}
      campaigns.image.waves.year.during: 1 Mar to 30 Jun
      campaigns.sales_talk.waves.year.during: 1 Mar to 30 Jun
"""
UNTIL_MAY = UNTIL_JULY.replace("30 Jun", "17 May")
COLOURED = "behaviour.perception: {form: opposing-expectations, promise: 20%}"
ONE_TALKS_BIG = """
      campaigns.sales_talk.promise: {reliability: 7, empathy: 5.5}
      campaigns.sales_talk.promised_wait: 1 min
"""
LEVERS = ("listening", "standards", "people", "promises")
FEW = "market.customers: 300, market.needs.visit.rate: 0.01 per year"
UNTIL_APRIL = """calendar: {run: 27 Feb 2026 to 30 Apr 2026, campaign: 1 Mar to 30 Apr},
    campaigns.image.waves.year.during: 1 Mar to 30 Apr, campaigns.sales_talk.waves.year.during: 1 Mar to 30 Apr"""


def _short(name: str, extends: str, more: str = "", until: str = UNTIL_JULY) -> str:
    return f"  {name}:\n    extends: {extends}\n    set:\n{until.strip(chr(10))}\n{more.strip(chr(10))}\n"


# A third of the customers from the end of February to June, but everything else as in the file.
GAPS = case(
    "gap-model",
    "".join(_short(f"short_{name}", name) for name in ("as_it_is", *LEVERS))
    + _short("coloured", "as_it_is", f"      {COLOURED}")
    + _short("two_voices", "promises", ONE_TALKS_BIG)
    + _short("unheard", "as_it_is", "      behaviour.promises: none", UNTIL_MAY)
    + _short("coloured_unheard", "as_it_is", f"      behaviour.promises: none\n      {COLOURED}", UNTIL_MAY)
    + _short("honest_unheard", "promises", "      behaviour.promises: none", UNTIL_MAY)
    + "".join(
        f"  few_{name}: {{extends: {name}, set: {{{FEW}, calendar.run: 27 Feb 2026 to 31 Dec 2026}}}}\n"
        f"  april_{name}: {{extends: {name}, set: {{{FEW}, {UNTIL_APRIL}}}}}\n"
        for name in ("as_it_is", *LEVERS)
    ),
)
AS_IT_IS, HONEST = "short_as_it_is", "short_promises"
# Two replications tell these effects: each is dozens of times its own chance in one of them.
PAIR = 2


def _raises(plan: str, against: str, measure: str) -> bool:
    return effect(GAPS, plan, against, measure, replications=PAIR).low > 0.0


def _lowers(plan: str, against: str, measure: str) -> bool:
    return effect(GAPS, plan, against, measure, replications=PAIR).high < 0.0


def _identity(days: pd.DataFrame, bias: bool = True) -> np.ndarray:
    """How far gap 5 is from what the others say it is, by day, a visit: -G5 = G1 + G2 + G3 - b (Parasuraman 1985)."""
    visits = days["judged"].to_numpy()
    parts = days["gap_1_sum"] + days["gap_2_sum"] + days["gap_3_sum"] - bias * days["perception_bias_sum"]
    missed = (days["gap_5_sum"] + parts).to_numpy()
    return np.abs(np.divide(missed, visits, out=np.zeros(len(visits)), where=visits > 0))


@pytest.mark.parametrize("plan", [AS_IT_IS, "short_standards", "coloured", "two_voices", "unheard"])
def test_the_gaps_add_up_every_day(plan: str) -> None:
    days = run(GAPS, plan, 0).daily
    assert len(days) == (80 if plan == "unheard" else 124)
    assert days["judged"].sum() > 3_000
    assert _identity(days).max() < 1e-9
    assert _identity(days, bias=False).max() > 1e-3, "without the bias of perception they do not"


def test_every_gap_is_reported() -> None:
    for gap in range(1, 6):
        assert np.isfinite(value(GAPS, AS_IT_IS, f"gap_{gap}", "campaign", 0))


def test_overpromising_first_raises_expectation() -> None:
    """Against the same media saying what is true: the promise's share of what people expect."""
    assert _raises(AS_IT_IS, HONEST, "promise_share")
    assert _raises(AS_IT_IS, HONEST, "gap_4")


def test_overpromising_then_lowers_satisfaction() -> None:
    for measure in ("satisfaction", "visit_satisfaction", "gap_5", "trust"):
        assert _lowers(AS_IT_IS, HONEST, measure), measure


def test_mixed_messages_widen_gap_4() -> None:
    """The campaign is honest; now the salespeople, as often as before, say something else."""
    assert _raises("two_voices", HONEST, "gap_4")
    assert _lowers("two_voices", HONEST, "visit_satisfaction")


def test_where_promises_colour_perception_the_bias_carries_it() -> None:
    """A switch: people see a fifth of the way to what they were promised, and b = P - Del says so."""
    bias = effect(GAPS, "coloured", AS_IT_IS, "perception_bias", replications=PAIR)
    gap_4 = value(GAPS, AS_IT_IS, "gap_4", "campaign", 0)
    assert bias.low > 0.0
    assert bias.mean == pytest.approx(0.2 * gap_4, rel=0.2)
    assert _raises("coloured", AS_IT_IS, "gap_5")


def test_without_promises_in_peoples_minds_what_is_said_changes_nothing() -> None:
    """The mutation, of the promise, of its colour and of the mixed messages: the same numbers to the last digit."""
    unheard = run(GAPS, "unheard", 0).daily.drop(columns=["campaign_cost", "profit"])
    for plan in ("coloured_unheard", "honest_unheard"):
        pd.testing.assert_frame_equal(
            run(GAPS, plan, 0).daily.drop(columns=["campaign_cost", "profit"]), unheard, check_exact=True
        )
    assert value(GAPS, "unheard", "gap_4", "campaign", 0) == 0.0


@pytest.mark.parametrize(
    ("lever", "gap"), [("listening", "gap_1"), ("standards", "gap_2"), ("people", "gap_3"), ("promises", "gap_4")]
)
def test_each_lever_closes_the_gap_it_is_for(lever: str, gap: str) -> None:
    """It closes it, and further than the three other levers do."""
    for other in ("as_it_is", *LEVERS):
        if other != lever:
            assert _lowers(f"short_{lever}", f"short_{other}", gap), other


def test_training_raises_what_is_delivered() -> None:
    """Gap 3 is standard less delivered, and the standard has not moved."""
    assert effect(GAPS, "short_people", AS_IT_IS, "gap_2", replications=PAIR).mean == pytest.approx(0.0, abs=0.005)
    assert _raises("short_people", AS_IT_IS, "visit_satisfaction")


def _spent(plan: str) -> float:
    ledger = run(GAPS, plan, 0).ledger
    marketing = ledger["account"].isin(["media", "preparation", "changes", "research"])
    return -int(ledger.loc[marketing, "amount"].sum()) / 100


def test_the_four_levers_cost_the_same() -> None:
    """From the ledger, what each spends more than the firm as it is: listening by the month, so over the whole year;
    the others once, at the beginning of March, so by the end of April.
    """
    extra = {
        lever: _spent(f"{until}_{lever}") - _spent(f"{until}_as_it_is")
        for lever, until in zip(LEVERS, ("few", "april", "april", "april"), strict=True)
    }
    assert extra == {plan: pytest.approx(24_000, rel=0.05) for plan in LEVERS}
