"""What to drop first when money is short: each campaign, wave and offer of a plan left out once.

In go a study; out comes for each thing that can be dropped what it saves of the campaign cost and what the deciding
measure loses, on the same luck, cheapest cut first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from experiments.comparing.intervals import Interval, paired_interval
from experiments.comparing.periods import WHOLE
from experiments.engines.runner import Evaluator, Progress
from experiments.study import Point, Study, Wanted, outcomes
from sim.errors import ScenarioError
from sim.scenario.load import Scenario
from sim.scenario.rules import Rule

Settings = dict[str, Any]


@dataclass(frozen=True)
class Cut:
    """Something left out of a plan: ``saved`` of the campaign cost, ``lost`` of the deciding measure (its own unit).

    ``lost`` below zero means that the plan is better without it.
    """

    plan: str
    dropped: str
    saved: Interval
    lost: Interval

    @property
    def lost_for_each_saved(self) -> float:
        """Loss for one unit of money saved; infinite where nothing is saved."""
        return self.lost.mean / self.saved.mean if self.saved.mean > 0.0 else float("inf")


def cuts(
    study: Study, replications: Sequence[int], measure: str, engine: Evaluator, progress: Progress
) -> tuple[Cut, ...]:
    """The cuts of every plan but the baseline, in the order of what they lose for the money saved."""
    spent: Wanted = ("campaign_cost", WHOLE)
    found = []
    for plan in study.plans:
        drops = list(droppable(study.scenario, plan))
        if plan == study.scenario.baseline or not drops:
            continue
        points = [Point(), *(Point(settings) for _, settings in drops)]
        alone = replace(study, plans=(plan,))
        seen = outcomes(alone, points, replications, [measure, spent], engine, None, progress)
        value, cost = seen.of(measure, plan), seen.of(spent, plan)
        sign = 1.0 if seen.measures[measure].better != "lower" else -1.0
        for place, (name, _) in enumerate(drops, start=1):
            lost = paired_interval(sign * value[0], sign * value[place])
            found.append(Cut(plan, name, paired_interval(cost[0], cost[place]), lost))
    return tuple(sorted(found, key=lambda cut: (cut.plan, cut.lost_for_each_saved)))


def droppable(scenario: Scenario, plan: str) -> Iterator[tuple[str, Settings]]:
    """What can be left out of a plan so that it is still one, by its path, with the settings that leave it out.

    An offer left out is no longer announced; a campaign left out takes the brakes on it with it.
    """
    document = scenario.document(plan)
    for path in [
        *(f"campaigns.{name}" for name in document.campaigns),
        *(
            f"campaigns.{name}.waves.{wave}"
            for name, each in document.campaigns.items()
            if len(each.waves) > 1
            for wave in each.waves
        ),
        *(f"offers.{name}" for name in document.offers),
        *(f"outreach.{name}" for name in document.outreach),
        *(f"events.{name}" for name in document.events),
    ]:
        settings: Settings = {path: None, **_without_mention(scenario, plan, path)}
        try:
            scenario.document(plan, settings=settings)
        except ScenarioError:
            continue  # something else in the plan cannot be without it
        yield path, settings


def _without_mention(scenario: Scenario, plan: str, path: str) -> Settings:
    """Lists of names from which what is dropped has to go."""
    section, name = path.split(".")[:2]
    if section == "offers":
        return {
            f"campaigns.{each}.announces": [offer for offer in campaign.announces if offer != name]
            for each, campaign in scenario.document(plan).campaigns.items()
            if name in campaign.announces
        }
    if section == "campaigns" and path.count(".") == 1:
        changes: Settings = {}
        for each, rule in scenario.document(plan).rules.items():
            changes |= _rule_without(f"rules.{each}", rule, name)
        return changes
    return {}


def _rule_without(path: str, rule: Rule, name: str) -> Settings:
    """The rule at the path without a campaign; none where it then watches nothing or does nothing."""
    pause, stop = ([each for each in names if each != name] for names in (rule.pause, rule.stop))
    slow = {each: share for each, share in rule.slow.items() if each != name}
    watched = rule.when.spent_on
    still = None if watched is None else [each for each in watched if each != name]
    if rule.when.response_to == name or still == [] or not (pause or slow or stop):
        return {path: None}
    rest = {"pause": (pause, rule.pause), "slow": (slow, rule.slow), "stop": (stop, rule.stop)}
    changes: Settings = {f"{path}.{key}": now for key, (now, before) in rest.items() if now != before}
    return changes if still == watched else changes | {f"{path}.when.spent_on": still}
