"""Plans as overlays: extends, remove, set, add, and what is said when they lead nowhere."""

import pytest

from sim.scenario.overlay import differences
from tests.scenario_texts import SMALL_BANK, line_of, only_problem, problems_in, small_bank


def plan(written: str) -> str:
    return f"plans:\n  none: {{}}\n  other: {written}\n"


def test_a_plan_sets_what_is_there_and_nothing_else() -> None:
    bank = small_bank(plan("{set: {service.stations.counter.staff: 5}}"))
    other, none = bank.document("other"), bank.document("none")
    assert other.service.stations["counter"].staff == 5
    assert none.service.stations["counter"].staff == 2
    assert bank.plans["other"].differences == (("service.stations.counter.staff", 2, 5),)


def test_a_plan_sets_a_key_the_file_leaves_out() -> None:
    bank = small_bank(plan("{set: {service.stations.counter.queue_limit: 9, behaviour.word_of_mouth.listeners: 3}}"))
    other = bank.document("other")
    assert other.service.stations["counter"].queue_limit == 9
    assert other.behaviour.word_of_mouth.listeners == 3


def test_a_plan_adds_what_is_new_and_removes_what_was_there() -> None:
    bank = small_bank(plan("{remove: [service.standards.counter-wait], add: {channels: {radio: {cost_per_day: 100}}}}"))
    assert list(bank.document("other").channels) == ["paper", "radio"]
    assert not bank.document("other").service.standards
    assert bank.plans["other"].differences[0][0] == "service.standards.counter-wait"


def test_a_plan_builds_on_another_in_whatever_order_they_stand() -> None:
    plans = "plans:\n  none: {}\n  c: {extends: b, set: {market.customers: 30}}\n" + (
        "  b: {set: {market.customers: 20, service.stations.counter.staff: 4}}\n"
    )
    bank = small_bank(plans)
    document = bank.document("c")
    assert (document.market.customers, document.service.stations["counter"].staff) == (30, 4)
    assert list(bank.plans) == ["none", "c", "b"]


def test_within_a_plan_remove_comes_before_set_and_set_before_add() -> None:
    bank = small_bank(
        plan(
            "{add: {service: {standards: {short: {station: counter, at_most: 5 min, share: 80%}}}},"
            " remove: [service.standards.counter-wait, channels.paper],"
            " set: {channels: {radio: {}}}}"
        )
    )
    assert list(bank.document("other").service.standards) == ["short"]
    assert list(bank.document("other").channels) == ["radio"]


def test_the_baseline_is_the_first_plan_unless_it_is_named() -> None:
    plans = "plans: {a: {}, b: {set: {market.customers: 3}}}\n"
    assert small_bank(plans).baseline == "a"
    named = small_bank(plans + "baseline: b\n")
    assert named.baseline == "b"
    assert named.plans["a"].differences == (("market.customers", 3, 2000),)


@pytest.mark.parametrize(
    ("written", "path", "found", "suggestion"),
    [
        (
            "{set: {service.stations.countr.staff: 3}}",
            "plans.other.set.service.stations.countr.staff",
            "the path service.stations.countr.staff: there is no 'countr' in service.stations",
            "service.stations.counter.staff",
        ),
        (
            "{set: {service.stations.counter.stuff: 3}}",
            "plans.other.set.service.stations.counter.stuff",
            "the path service.stations.counter.stuff: there is no 'stuff' in service.stations.counter",
            "service.stations.counter.staff",
        ),
        (
            "{set: {servce.patience: 3}}",
            "plans.other.set.servce.patience",
            "the path servce.patience: there is no 'servce' at the top of the document",
            "service.patience",
        ),
        (
            "{remove: [channels.radio]}",
            "plans.other.remove.0",
            "the path channels.radio: there is no 'radio' in channels",
            "",
        ),
        (
            "{add: {channels: {paper: {cost_per_contact: 1}}}}",
            "plans.other.add.channels.paper.cost_per_contact",
            "channels.paper.cost_per_contact already exists",
            "",
        ),
        ("{extends: nine}", "plans.other.extends", "the plan 'nine'", "none"),
        ("{sets: {market.customers: 3}}", "plans.other.sets", "unknown key 'sets'", "set"),
        ("{set: {title: New}}", "plans.other.set.title", "the path 'title'", ""),
        ("{set: {market..customers: 3}}", "plans.other.set.market..customers", "'market..customers'", ""),
        ("{set: [market.customers]}", "plans.other.set", "a list of 1", ""),
        ("{remove: market.tiers}", "plans.other.remove", "'market.tiers'", ""),
        ("{add: {}}", "plans.other.add", "a mapping {}", ""),
        ("3", "plans.other", "3", ""),
    ],
)
def test_an_overlay_that_leads_nowhere_is_refused_at_the_plans_line(
    written: str, path: str, found: str, suggestion: str
) -> None:
    text = SMALL_BANK + plan(written)
    problem = next(each for each in problems_in(text) if each.path == path)
    assert (problem.found, problem.suggestion) == (found, suggestion)
    assert problem.line == line_of(text, "  other:")


def test_a_wrong_value_in_a_plan_points_to_the_plans_line() -> None:
    text = SMALL_BANK + plan("\n    set:\n      service.stations.counter.staff: -1")
    problem = only_problem(text)
    assert problem.path == "service.stations.counter.staff"
    assert problem.line == line_of(text, "      service.stations.counter.staff: -1")


def test_a_contradiction_that_only_a_plan_brings_about_points_to_the_plans_line() -> None:
    text = SMALL_BANK + plan("\n    set:\n      market.customers: 10\n      market.segments.mass.share: 50%")
    problem = only_problem(text)
    assert "add up to 0.7" in problem.found
    assert problem.line == line_of(text, "      market.segments.mass.share: 50%")


def test_a_mistake_in_the_common_part_is_said_once_however_many_plans_there_are() -> None:
    text = (SMALL_BANK + "plans: {a: {}, b: {set: {market.customers: 9}}, c: {set: {seed: 3}}}").replace("80%", "80")
    assert only_problem(text).path == "market.segments.mass.share"


def test_plans_that_extend_each_other_in_a_circle_are_refused_once() -> None:
    text = SMALL_BANK + "plans: {none: {}, a: {extends: c}, b: {extends: a}, c: {extends: b}}"
    assert "a -> c -> b -> a" in only_problem(text).found


def test_a_plan_that_changes_nothing_is_refused() -> None:
    assert "same as the baseline" in only_problem(SMALL_BANK + plan("{title: Another}")).found


def test_a_plan_that_sets_what_is_so_already_is_warned_about() -> None:
    bank = small_bank(plan("{set: {service.stations.counter.staff: 2, market.segments.mass.share: 0.8}}"))
    assert any("staff" in warning and "already is" in warning for warning in bank.warnings)
    assert any("same as the baseline" in warning for warning in bank.warnings)


@pytest.mark.parametrize("plans", ["", "plans: {}\n", "plans: [a, b]\n", "plans: none\n"])
def test_a_scenario_holds_at_least_one_plan(plans: str) -> None:
    assert any(problem.path == "plans" for problem in problems_in(SMALL_BANK + plans))


def test_a_baseline_that_is_no_plan_is_refused() -> None:
    problem = only_problem(SMALL_BANK + plan("{set: {seed: 3}}") + "baseline: nnoe\n")
    assert (problem.path, problem.suggestion) == ("baseline", "none")


def test_differences_name_the_smallest_place_that_differs() -> None:
    old = {"a": {"x": 1, "y": [1]}, "b": 1}
    new = {"a": {"x": 2, "y": [1]}, "c": {"d": 1}}
    assert differences(old, new) == [("a.x", 1, 2), ("b", 1, None), ("c", None, {"d": 1})]
