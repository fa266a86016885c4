"""telecom-waves (casebook): contact rules, waves revised by the response, costs estimated before the launch.

The plan reports no result. Tested are its rules to the number, and what it compares: one wave, three, three revised,
with and without the contact cap. Each has a mutation: the named mechanism off, and the effect is gone.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import pytest

from experiments.comparing.lift import campaign_effects
from sim.market import Market
from sim.results import RunResult
from tests.behaviour.casebook import case, document
from tests.once import once

pytestmark = pytest.mark.slow

TELECOM: Final = case(
    "telecom-waves",
    """
  launched_anyway: {extends: dear_gift, set: {campaigns.data.forecast.go: in any case}}
""",
)
CAP, DAYS = 4, 30
REPLICATIONS = 2
BEGUN = {"dear_gift": 60, "launched_anyway": 60, "three_waves_uncapped": 75, "preferred": 75}
"""Days after which plans asked about their beginning only are left: the first wave is over on the 49th."""


@once
def lived(plan: str, replication: int = 0) -> tuple[RunResult, pd.DataFrame, Market]:
    """The run, everyone contacted on each of its days, and the market after it."""
    market = Market(document(TELECOM, plan), replication=replication)
    rows = []
    while market.day < BEGUN.get(plan, market.calendar.days):
        market.step()
        rows += [
            pd.DataFrame({"day": market.day - 1, "identity": identity, "customer": exposed})
            for identity, exposed in market.today.exposed
        ]
    return market.recorder.result(), pd.concat(rows, ignore_index=True), market


def most_in_any_days(plan: str) -> int:
    """The most contacts of one person in any 30 days on end, over all campaigns and channels."""
    _, contacts, market = lived(plan)
    counts = np.zeros((market.calendar.days, len(market.customers)), np.int64)
    np.add.at(counts, (contacts["day"].to_numpy(), contacts["customer"].to_numpy()), 1)
    total = np.cumsum(counts, axis=0)
    total[DAYS:] -= total[:-DAYS].copy()
    return int(total.max())


def test_nobody_is_contacted_more_often_than_the_rule_allows() -> None:
    assert most_in_any_days("three_waves") == CAP
    assert most_in_any_days("adaptive") == CAP


def test_without_the_cap_some_are_contacted_more_often() -> None:
    """The mutation."""
    assert most_in_any_days("three_waves_uncapped") > CAP


def spent(plan: str, account: str = "media") -> float:
    ledger = lived(plan)[0].ledger
    return -float(ledger.loc[(ledger["account"] == account) & (ledger["campaign"] == "data"), "amount"].sum()) / 100


def test_the_channel_that_costs_most_for_a_response_is_dropped_from_the_next_wave() -> None:
    result, contacts, _ = lived("adaptive")
    responses, revisions = result.responses, result.revisions
    assert responses is not None
    assert revisions is not None
    first = responses[(responses["campaign"] == "data") & (responses["wave"] == "spring")].set_index("channel")
    cost = first["cost"] / first["came"]
    (dropped,) = revisions.loc[revisions["day"] == revisions["day"].min(), "which"]
    # All windows of the first wave are over but those of its last days, five weeks later all of them.
    assert dropped == cost.idxmax()
    waves = contacts[contacts["identity"].str.endswith(f".{dropped}")]
    assert set(waves["identity"]) == {f"data.spring.{dropped}"}


def test_three_waves_that_are_not_revised_use_every_channel_to_the_end() -> None:
    """The mutation."""
    _, contacts, _ = lived("three_waves")
    for channel in ("message", "call", "letter", "app"):
        assert f"data.spring 3.{channel}" in set(contacts["identity"])


def incremental(plan: str) -> tuple[float, float]:
    """Visitors really won over the replications, and what media cost for each."""
    won = cost = 0.0
    for replication in range(REPLICATIONS):
        effects = campaign_effects(lived(plan, replication)[0], lived("none", replication)[0])
        data = effects[effects["campaign"] == "data"]
        won += float((data["true_lift"] * data["contacted"]).iloc[0])
        cost += float(data["cost"].iloc[0]) / 100
    return won, cost / won


def test_three_waves_win_more_than_one_and_revised_ones_win_them_cheaper() -> None:
    one, three, revised = (incremental(plan) for plan in ("one_wave", "three_waves", "adaptive"))
    assert three[0] > 2 * one[0]
    assert revised[0] > one[0]
    assert revised[1] < 0.7 * three[1]


def test_the_measured_lift_is_near_the_true_one_in_no_direction() -> None:
    """Its interval holds the truth in most runs, and its error over all of them is chance."""
    effects = [campaign_effects(lived("three_waves", each)[0], lived("none", each)[0]) for each in range(REPLICATIONS)]
    table = pd.concat(effects)
    data = table[table["campaign"] == "data"]
    assert data["holds"].sum() >= REPLICATIONS - 1
    share, held = 0.03, data["held_out"].sum()  # the held out come at about this rate
    assert abs((data["lift"] - data["true_lift"]).mean()) < 4 * np.sqrt(share * (1 - share) / held)
    assert (data["true_lift"] > 0.01).all()


def test_a_forecast_loss_is_never_launched_and_costs_nothing() -> None:
    result, contacts, _ = lived("dear_gift")
    assert not contacts["identity"].str.startswith("data").any()
    assert spent("dear_gift") == spent("dear_gift", "campaigns") == 0
    assert result.daily["profit"].tolist() == lived("none")[0].daily["profit"].tolist()[: BEGUN["dear_gift"]]


def test_launched_all_the_same_it_loses_money() -> None:
    """The mutation: the same plan without the rule."""
    mine, none = (lived(plan)[0].daily["profit"][: BEGUN["launched_anyway"]] for plan in ("launched_anyway", "none"))
    assert mine.sum() < none.sum()


def test_the_lines_of_the_two_groups_add_up_to_what_the_campaign_cost() -> None:
    result, _, _ = lived("three_waves")
    lines = result.cost_lines
    assert lines is not None
    by_group = lines.groupby("group")["actual"].sum()
    assert set(by_group.index) == {"market", "finance"}
    ledger = result.ledger[result.ledger["campaign"] == "data"]
    assert by_group.sum() == -ledger["amount"].sum()
    responders = result.responses
    assert responders is not None
    came = int(responders.loc[responders["campaign"] == "data", "came"].sum())
    assert lines.set_index("line").loc["network", "actual"] == 800 * came
    assert (lines["estimate"].sum(), lines["launched"].all()) == (3_020_000, True)


def test_who_opted_out_is_contacted_no_more_and_repeated_contact_drives_people_out() -> None:
    for plan in ("three_waves", "three_waves_uncapped"):
        _, contacts, market = lived(plan)
        refuses = market.address_book.opted_out["message"]
        last = contacts[contacts["identity"].str.endswith(".message")].groupby("customer")["day"].max()
        assert refuses.sum() > 100
        assert last[np.flatnonzero(refuses)].min() >= 0
    uncapped, capped = (
        lived(plan)[0].daily["opt_outs"][: BEGUN["three_waves_uncapped"]].sum()
        for plan in ("three_waves_uncapped", "three_waves")
    )
    assert uncapped > capped


def test_each_is_contacted_only_through_the_channel_they_prefer() -> None:
    _, contacts, market = lived("preferred")
    data = contacts[contacts["identity"].str.startswith("data.")]
    channels = list(market.document.channels)
    used = data["identity"].str.rsplit(".", n=1).str[1].map(channels.index).to_numpy()
    preferred = market.address_book.preferred
    assert preferred is not None
    assert (preferred[data["customer"]] == used).all()
    _, freely, _ = lived("adaptive")
    assert (freely["day"] < BEGUN["preferred"]).sum() > len(contacts)
