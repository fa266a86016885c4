"""Waves that repeat, what a campaign costs by line, and launches that a forecast loss stops."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from sim.scenario.campaign_checks import doubtful_campaigns, impossible_campaigns
from sim.scenario.document import Document
from tests.unit.addressed_town import MAIL, contacted, days, finished, posted, town, wave

SHORT = {"first": "2009-09-07", "last": "2009-09-09"}


def autumn(waves: dict[str, Any], channels: dict[str, Any] | None = None, **more: Any) -> Document:
    return town(channels or {"mail": MAIL}, {"autumn": {"waves": waves, **more}})


def airing_days(document: Document) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for market in days(document):
        for identity, _ in market.today.exposed:
            found.setdefault(identity, []).append(market.day - 1)
    return found


def test_a_wave_repeats_at_its_pace() -> None:
    found = airing_days(autumn({"one": wave(**SHORT, every="9 days", times=3)}))
    assert found == {
        "autumn.one.mail": [0, 1, 2],
        "autumn.one 2.mail": [9, 10, 11],
        "autumn.one 3.mail": [18, 19, 20],
    }


def test_the_first_wave_is_the_same_whether_or_not_it_repeats() -> None:
    once, often = (
        [contacted(market, "autumn.one.").tolist() for market in days(autumn({"one": wave(**SHORT, **more)}))][:3]
        for more in ({}, {"every": "9 days", "times": 3})
    )
    assert once == often
    assert sum(map(len, once)) > 100


@pytest.mark.parametrize("more", [{"times": 3}, {"every": "9 days"}, {"every": "2 days", "times": 3}])
def test_a_pace_that_cannot_be_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        autumn({"one": wave(**SHORT, **more)})


def test_a_wave_that_would_begin_after_the_run_is_refused() -> None:
    (finding,) = impossible_campaigns(autumn({"one": wave(**SHORT, every="9 days", times=5)}))
    assert finding.path == ("campaigns", "autumn", "waves", "one", "times")


LINES: dict[str, Any] = {
    "media": {"group": "market", "kind": "direct", "estimate": 500, "of": "media"},
    "cards": {"group": "market", "kind": "cards", "estimate": 40, "each_contact": 0.25},
    "network": {"group": "finance", "kind": "network direct", "estimate": 90, "each_response": 2},
    "planning": {"group": "finance", "kind": "management", "estimate": 70},
    "rent": {"group": "finance", "kind": "operating", "estimate": 10, "paid": 12},
}


def test_every_cost_line_is_paid_as_it_says() -> None:
    document = autumn({"one": wave(frequency=1)}, costs=LINES, fixed_cost=30)
    market = finished(document)
    result = market.recorder.result()
    assert result.responses is not None
    assert result.cost_lines is not None
    contacts, responses = int(result.daily["contacts"].sum()), int(result.responses["came"].sum())
    assert contacts > 100
    assert responses > 20
    paid = dict(zip(result.cost_lines["line"], result.cost_lines["actual"], strict=True))
    assert paid["media"] == -posted(market, "media") == 100 * contacts
    assert paid["cards"] == pytest.approx(25 * contacts, abs=28)  # rounded once a day
    assert paid["network"] == 200 * responses
    assert (paid["planning"], paid["rent"]) == (7000, 1200)
    assert posted(market, "campaigns") == -(paid["cards"] + paid["network"] + 7000 + 1200)
    spent = 3000 + sum(paid.values())
    assert market.budget_spent == spent == round(100 * result.daily["campaign_cost"].sum())


def launched(revenue: float, go: str) -> bool:
    document = autumn({"one": wave(frequency=1)}, costs=LINES, fixed_cost=30, forecast={"revenue": revenue, "go": go})
    market = finished(document)
    if not market.campaigns["autumn"].launched:
        assert market.budget_spent == 0
        assert "exposures" not in market.recorder.result().daily
    return market.campaigns["autumn"].launched


def test_a_forecast_loss_is_not_launched() -> None:
    only = "only if the forecast is a gain"
    assert not launched(709, only)
    assert launched(710, only)
    assert launched(0, "in any case")


def test_a_launch_that_will_not_be_is_said_beforehand() -> None:
    document = autumn({"one": wave()}, costs=LINES, forecast={"revenue": 700, "go": "only if the forecast is a gain"})
    assert any("not launched" in finding.allowed for finding in doubtful_campaigns(document))


@pytest.mark.parametrize(
    "line",
    [
        {"group": "finance", "kind": "cards", "estimate": 1},
        {"group": "market", "kind": "direct", "estimate": 1, "of": "media", "paid": 2},
    ],
)
def test_a_line_of_the_wrong_group_or_paid_twice_is_refused(line: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        autumn({"one": wave()}, costs={"line": line})


def test_the_same_money_in_two_lines_is_refused() -> None:
    twice = {"one": LINES["media"], "other": LINES["media"]}
    assert len(list(impossible_campaigns(autumn({"one": wave()}, costs=twice)))) == 2
