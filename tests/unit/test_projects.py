"""Sudden projects take people away for a while: who is left at each minute, and that work in hand is finished."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.behaviour.incidents import chance_in_a_day
from sim.calendar import MINUTES_PER_DAY
from sim.market import Market
from sim.operations.projects import Duty, Projects, lines_with_projects, number_of_events
from sim.scenario.cautions import cautions
from sim.scenario.checks import check_stages
from sim.scenario.stages import stages
from sim.service.outcome import Outcome
from tests.facility_cases import by_visit, one_station, outcomes, roster, serve, visits
from tests.small_documents import small_document

DAYS = 28


def market_with(replication: int = 0, **project: Any) -> Market:
    """A counter of four, open from nine to five, called to a project a day for an hour if nothing else is said."""
    section = {"comes": "1 per day", "staff": 2, "lasts": {"constant": "60 min"}, **project}
    station = {"staff": 4, "open": "09:00-17:00", "wage": 10, "people": {"projects": {"fire": section}}}
    return Market(
        small_document(
            service={
                "stations": {"counter": station},
                "tasks": {"errand": {"at": "counter", "takes": {"exponential": {"mean": "5 min"}}}},
            }
        ),
        replication=replication,
    )


def test_people_go_and_come_back_by_the_clock() -> None:
    projects = Projects.of(1)
    projects.spans[0] = [(600.0, 700.0, 2), (660.0, 720.0, 3)]
    lines, hours = lines_with_projects(projects, 0, [(540.0, Duty(4, 0.0)), (1020.0, Duty(0, 0.0))], 0.0)
    assert lines == [(540.0, 4), (600.0, 2), (660.0, 0), (700.0, 1), (720.0, 4), (1020.0, 0)]
    assert hours == pytest.approx((60 * 2 + 40 * 4 + 20 * 3) / 60)


def test_of_those_who_stay_the_share_on_a_break_is_away() -> None:
    projects = Projects.of(1)
    projects.spans[0] = [(0.0, 1440.0, 2)]
    lines, _ = lines_with_projects(projects, 0, [(540.0, Duty(6, 0.5))], 0.0)
    assert lines == [(0.0, 0), (540.0, 2)]


def test_a_project_that_lasts_over_night_still_has_its_people_the_next_morning() -> None:
    projects = Projects.of(1)
    projects.spans[0] = [(1000.0, 1440.0 + 600.0, 1)]
    day = [(540.0, Duty(2, 0.0)), (1020.0, Duty(0, 0.0))]
    lines_with_projects(projects, 0, day, 0.0)
    projects.forget(1440.0)
    lines, hours = lines_with_projects(projects, 0, [(1440 + minute, duty) for minute, duty in day], 1440.0)
    assert lines == [(1440 + 540.0, 1), (1440 + 600.0, 2), (1440 + 1020.0, 0)]
    assert hours == pytest.approx(1.0)


def test_numbers_of_projects_are_poisson() -> None:
    """P(N = 0) = e^-m, and the mean is m: four standard errors of 200,000."""
    luck = np.random.default_rng(4).random(200_000)
    numbers = number_of_events(1.7, luck)
    assert numbers.mean() == pytest.approx(1.7, abs=4 * np.sqrt(1.7 / len(luck)))
    assert np.mean(numbers == 0) == pytest.approx(1 - chance_in_a_day(1.7), abs=4 * 0.5 / np.sqrt(len(luck)))


def test_the_roster_of_a_run_lacks_exactly_the_hours_taken() -> None:
    """Staffed time less what projects take; the hours of a project are those of the people it found there."""
    market = market_with(comes="1 per week", lasts={"exponential": {"mean": "20 h"}})
    staffed = taken = 0.0
    for _ in range(DAYS):
        market.step()
        assert market.today.encounters is not None
        staffed += float(market.today.encounters.monitors.staffed_time.sum()) / 60
        taken += market.today.numbers["project_hours"]
    assert taken > 0
    # Who is called away finishes the visit in hand, and is counted until then.
    assert DAYS * 8 * 4 - taken <= staffed <= DAYS * 8 * 4 - taken + 5


def test_projects_come_as_often_as_the_file_says() -> None:
    """Mean 28 in 28 days at 1 a day; four standard deviations of a Poisson number over five runs."""
    came = 0.0
    for replication in range(5):
        market = market_with(replication)
        for _ in range(DAYS):
            market.step()
            came += market.today.numbers["projects"]
    assert came == pytest.approx(5 * DAYS, abs=4 * np.sqrt(5 * DAYS))


def test_what_a_project_costs_stands_in_the_books() -> None:
    market, same = market_with(cost=70), market_with()
    for _ in range(7):
        market.step()
        same.step()
        came = market.today.numbers["projects"]
        difference = sum(same.ledger.today.values()) - sum(market.ledger.today.values())
        assert difference == pytest.approx(7000 * came)


def test_who_is_called_away_finishes_the_visit_in_hand() -> None:
    """Capacity that falls in the middle of a service: it ends when it would have, and the next visit waits."""
    arrivals = visits([0.0, 0.0, 1.0], [10.0, 20.0, 5.0])
    lines = roster(staff=[(2.0, 0, 0), (30.0, 0, 1)])  # everyone is called away at minute 2, one is back at 30
    _, met = serve(one_station(), arrivals, servers=2, lines=lines)
    assert outcomes(met) == [Outcome.SERVED] * 3
    assert by_visit(met, "ended") == [10.0, 20.0, 35.0]
    assert met.monitors.busy_time[0] == pytest.approx(35.0)
    assert met.monitors.staffed_time[0] == pytest.approx(2 * 2 + 8 * 2 + 10 + (1e6 - 30), rel=1e-12)


def test_a_project_that_comes_at_night_begins_in_the_morning() -> None:
    market = market_with(comes="3 per day", lasts={"constant": "1 min"})
    for _ in range(5):
        market.step()
        crew = market.workforce.crews["counter"]
        for begin, end, _ in crew.projects.spans[0]:
            assert 540 <= begin % MINUTES_PER_DAY < 1020
            assert end == begin + 1


def test_projects_that_come_all_the_time_are_refused_and_those_that_leave_nobody_are_warned_of() -> None:
    (found,) = check_stages(stages(market_with(comes="2 per hour").document))
    assert found.path[-2:] == ("fire", "comes")
    assert "48 projects a day" in found.found
    for section, key, words in (
        ({"staff": 9}, "staff", "at most 4 are on duty"),
        ({"lasts": {"constant": "9 days"}}, "comes", "18 people are away on average"),
    ):
        warned = {each.path[-1]: each.found for each in cautions(stages(market_with(**section).document))}
        assert words in warned[key]
    assert not [each for each in cautions(stages(market_with().document)) if "projects" in each.path]
