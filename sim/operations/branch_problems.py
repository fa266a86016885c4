"""Service problems of single sites over a run: where they are, when they are found, put right and come back.

One `BranchProblems` lives through a run. Each morning it brings its problems up to date and takes what they do off the
skill of the stations they concern. A document without problems costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.incidents import chance_in_a_day
from sim.money import to_minor
from sim.operations.people import Skills
from sim.scenario.branch_problems import Problem, Rounds

if TYPE_CHECKING:
    from sim.market import Market

NOT_FOUND: Final = -1


class BranchProblems:
    """there: (sites,), by problem; fixed_on: (sites,), by problem, the day on which one found is put right."""

    def __init__(self) -> None:
        self.there: dict[str, NDArray[np.bool_]] = {}
        self.fixed_on: dict[str, NDArray[np.int64]] = {}

    def open_day(self, market: Market) -> None:
        """What was found is put right, what was gone may come back, today's rounds are made; then what is left acts."""
        problems = market.document.service.problems
        if not problems:
            return
        for name, problem in problems.items():
            self._bring_up_to_date(market, name, problem)
        for name, inspection in market.document.service.inspections.items():
            if self._is_made_today(market, inspection):
                self._inspect(market, name, inspection)
        market.today.add("problems", sum(int(np.count_nonzero(self.there[name])) for name in problems))
        market.today.add("sites_looked_at", len(market.site_names))
        skills = market.workforce.skills
        if skills is None:
            skills = market.workforce.skills = Skills.usual(market.plant.facility.pools)
        for name, problem in problems.items():
            _act(market, problem, self.there[name], skills)

    def _bring_up_to_date(self, market: Market, name: str, problem: Problem) -> None:
        sites = len(market.site_names)
        if name not in self.there:
            luck = market.streams.numbers("problem", sites, name)
            self.there[name] = luck < problem.share
            self.fixed_on[name] = np.full(sites, NOT_FOUND)
            return
        there, fixed_on = self.there[name], self.fixed_on[name]
        fixed = there & (fixed_on != NOT_FOUND) & (fixed_on <= market.day)
        returns = np.zeros(sites, np.bool_)
        if problem.returns:
            luck = market.streams.numbers("problem returns", sites, name, market.day)
            returns = ~there & (luck < chance_in_a_day(problem.returns))
        there[fixed], there[returns] = False, True
        fixed_on[fixed | returns] = NOT_FOUND
        market.today.add("problems_fixed", int(np.count_nonzero(fixed)))
        market.today.add("problems_returned", int(np.count_nonzero(returns)))

    @staticmethod
    def _is_made_today(market: Market, inspection: Rounds) -> bool:
        """Whether a whole number of intervals, to the day, has passed since the first round."""
        first, last = (
            (0, market.calendar.days - 1) if inspection.during is None else market.calendar.span(inspection.during)
        )
        since = market.day - first
        if not 0 <= since <= last - first:
            return False
        rounds = int(since / inspection.every)
        return any(since == int(each * inspection.every + 0.5) for each in (rounds, rounds + 1))

    def _inspect(self, market: Market, name: str, inspection: Rounds) -> None:
        sites, currency = len(market.site_names), market.document.currency
        found_at = np.zeros(sites, np.int64)
        for problem in inspection.problems or market.document.service.problems:
            luck = market.streams.numbers("inspection", sites, f"{name}.{problem}", market.day)
            unknown = self.there[problem] & (self.fixed_on[problem] == NOT_FOUND)
            found = unknown & (luck < inspection.finds)
            self.fixed_on[problem][found] = market.day + max(round(inspection.fixed_within), 1)
            found_at += found
        market.today.add("inspections", sites)
        market.today.add("problems_found", int(found_at.sum()))
        cost = to_minor(inspection.cost, currency) + found_at * to_minor(inspection.fixing, currency)
        market.ledger.post("problems", -cost, -1, np.arange(sites))


def _act(market: Market, problem: Problem, there: NDArray[np.bool_], skills: Skills) -> None:
    """Take what the problem does off the pools of the sites that have it."""
    plant, harm = market.plant, problem.harm
    for place, (name, station) in enumerate(market.document.service.stations.items()):
        if station.per == "market" or problem.at not in (None, name):
            continue
        pools = plant.pool_of[place, there]
        for dimension, points in ((0, harm.reliability), (2, harm.assurance), (3, harm.empathy), (4, harm.tangibles)):
            skills.levels[dimension, pools] += points
        skills.right[pools] += harm.right_first_time
