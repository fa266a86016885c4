"""A contest among branches: quality rises while it lasts and is forgotten afterwards, unless it is followed up.

Stated beforehand: of what the contest brought in its last two months (June, July), a third at most is left four months
after it (December), and three quarters at least where rounds and drill go on.
"""

from __future__ import annotations

import pytest

from tests.behaviour.casebook import case, document, run

pytestmark = pytest.mark.slow

SMALLER = "market.customers: 900, market.sites: 8, calendar.run: 1 Feb to 31 Dec 2012"
STEADY = (
    "service.problems.hall.returns: 0 per year, service.problems.manners.returns: 0 per year, "
    "service.problems.slips.returns: 0 per year, service.inspections.own_checks.finds: 0%"
)
NEVER_FADES = ", ".join(
    f"service.stations.counter.people.training.{each}.fades: 100 years" for each in ("mobilise", "drill")
)
PLANS = case(
    "branch-contest",
    f"""
  small: {{extends: none, set: {{{SMALLER}}}}}
  small_contest: {{extends: contest, set: {{{SMALLER}}}}}
  small_followed_up: {{extends: followed_up, set: {{{SMALLER}}}}}
  steady: {{extends: small, set: {{{STEADY}}}}}
  steady_contest: {{extends: small_contest, set: {{{STEADY}, {NEVER_FADES}}}}}
""",
)
CONTEST, LEFT = ("2012-06", "2012-07"), ("2012-12",)


def gained(plan: str, against: str, months: tuple[str, ...]) -> float:
    """Delivered quality in these months, of one plan less that of another, points of the 1-7 scale."""
    levels = []
    for name in (plan, against):
        daily = run(PLANS, name, 0).daily
        chosen = daily[daily["date"].str[:7].isin(months)]
        levels.append(float(chosen["delivered_sum"].sum() / chosen["judged"].sum()))
    return levels[0] - levels[1]


def test_quality_rises_while_the_contest_lasts() -> None:
    assert 0.0 < gained("small_contest", "small", ("2012-03",)) < gained("small_contest", "small", CONTEST)
    assert gained("small_contest", "small", CONTEST) > 0.15


def test_four_months_after_the_contest_a_third_at_most_is_left() -> None:
    assert gained("small_contest", "small", LEFT) < gained("small_contest", "small", CONTEST) / 3


def test_with_nothing_forgotten_and_nothing_coming_back_it_is_not_lost() -> None:
    """The mutation: skills that stay and problems that do not return; the check above fails."""
    left = gained("steady_contest", "steady", LEFT)
    assert left > 0.9 * gained("steady_contest", "steady", CONTEST)


def test_following_up_keeps_three_quarters() -> None:
    followed, contest = (gained(plan, "small", LEFT) for plan in ("small_followed_up", "small_contest"))
    assert followed > 0.75 * gained("small_contest", "small", CONTEST)
    assert followed > contest + 0.1


def test_problems_are_found_put_right_and_come_back() -> None:
    found, fixed, returned = (
        run(PLANS, "small_contest", 0).value(measure, "whole")
        for measure in ("problems_found", "problems_fixed", "problems_returned")
    )
    assert found >= fixed > 0
    assert returned > 0
    assert run(PLANS, "steady_contest", 0).value("problems_returned", "whole") == 0


def test_teaching_takes_the_people_it_teaches() -> None:
    """The phases cost: more waiting in the hours of the drill, and money for rounds, repairs and courses."""
    assert run(PLANS, "small_contest", 0).value("wait_mean") > run(PLANS, "small", 0).value("wait_mean")
    ledger = run(PLANS, "small_contest", 0).ledger
    assert ledger[ledger["account"] == "problems"]["amount"].sum() < 0
    assert ledger[ledger["account"] == "people"]["amount"].sum() < 0


def test_the_phases_are_those_of_the_file() -> None:
    training = document(PLANS, "contest").service.stations["counter"].people
    assert training is not None
    mobilise, drill = (training.training[name].during for name in ("mobilise", "drill"))
    assert mobilise is not None
    assert drill is not None
    assert mobilise.end < drill.start
