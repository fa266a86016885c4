"""One style of service or one for each temperament: a match is felt, and cutting one queue into four costs waits."""

from __future__ import annotations

import pytest

from sim.scenario.load import read_scenario
from tests.behaviour.casebook import case, effect, lowers, raises

pytestmark = pytest.mark.slow

_NO_SKILL = "{assurance: 0, empathy: 0}"
_KINDS = ("lively", "forceful", "peaceful", "analytical")
_ALIKE = ", ".join(f"service.stations.shop.groups.for_{kind}.skill: {_NO_SKILL}" for kind in _KINDS)
SHOP = case(
    "persona-service",
    f"""
  one_style_felt_alike: {{set: {{service.stations.shop.groups.one_style.skill_for: {{}}}}}}
  helped_felt_alike:
    extends: matched_with_help
    set: {{service.stations.shop.groups.one_style.skill_for: {{}}, {_ALIKE}}}
  one_style_unhurried: {{set: {{service.capacity: unlimited}}}}
  matched_unhurried: {{extends: matched, set: {{service.capacity: unlimited}}}}
""",
).replace("2 Mar 2026 to 30 Aug 2026", "2 Mar 2026 to 5 Apr 2026")


def test_the_steps_of_a_sale_take_their_shares_of_its_effort() -> None:
    """Trust 40 %, needs 30 %, explanation 20 %, closing 10 %."""
    steps = read_scenario(SHOP.encode(), "case.yaml").document("one_style").service.tasks["sale"].steps
    minutes = [step.takes.expected() for step in steps.values()]
    assert [minute / sum(minutes) for minute in minutes] == pytest.approx([0.4, 0.3, 0.2, 0.1])


def test_matched_styles_with_some_who_help_everybody_please_more_than_one_style() -> None:
    assert raises(SHOP, "matched_with_help", "one_style", "visit_satisfaction")
    assert raises(SHOP, "matched_with_help", "one_style", "delivered")


def test_nobody_is_pleased_by_a_match_where_every_style_is_felt_alike() -> None:
    """The mutation: the same groups without the differences between styles."""
    assert not raises(SHOP, "helped_felt_alike", "one_style_felt_alike", "visit_satisfaction")
    assert not raises(SHOP, "helped_felt_alike", "one_style_felt_alike", "delivered")


def test_four_queues_instead_of_one_make_people_wait_and_leave() -> None:
    assert effect(SHOP, "matched", "one_style", "wait_mean").low > 1.0
    assert raises(SHOP, "matched", "one_style", "lost_visits")
    assert lowers(SHOP, "matched", "one_style", "revenue")


def test_where_nobody_waits_matched_styles_win_by_themselves() -> None:
    """The mutation: without queues four queues cost nothing, and the match is all that is left."""
    assert not raises(SHOP, "matched_unhurried", "one_style_unhurried", "wait_mean")
    assert not lowers(SHOP, "matched_unhurried", "one_style_unhurried", "revenue")
    assert raises(SHOP, "matched_unhurried", "one_style_unhurried", "visit_satisfaction")
