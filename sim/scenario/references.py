"""Names that must be declared elsewhere in the document, and dates that must lie inside the run.

In goes the tree of one resolved plan; out come the problems: a task nobody offers, a station that does not exist, a
wave after the last day. The tables say which place of the document speaks of what.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sim.errors import Problem
from sim.scenario.moments import parse_span
from sim.scenario.refusal import nearest, shown
from sim.scenario.tree import Tree, TreePath, dotted

AUDIENCES = ("market.tier_review", "campaigns.*", "offers.*", "tariffs.*", "outreach.*", "events.*", "surveys.*",
             "funnels.*", "funnels.*.moves.*", "referrals.*")  # fmt: skip
"""Whatever has an audience."""
# Place -> where its names are declared. `*` is any name, `[]` the items of a list, `{}` the keys of a mapping.
REFERENCES = {
    **{f"{place}.audience.segments.[]": "market.segments" for place in AUDIENCES},
    **{f"{place}.audience.tiers.[]": "market.tiers" for place in AUDIENCES},
    **{f"{place}.audience.where.attributes.{{}}": "market.attributes" for place in AUDIENCES},
    **{f"{place}.audience.where.any_of.*.attributes.{{}}": "market.attributes" for place in AUDIENCES},
    **{f"{place}.audience.where.shows.[]": "market.risk_signs" for place in AUDIENCES},
    **{f"{place}.audience.where.any_of.*.shows.[]": "market.risk_signs" for place in AUDIENCES},
    "market.risk_signs.*.begins_for.{}": "market.segments or market.tiers",
    **{f"{place}.audience.not_in.[]": "offers or campaigns" for place in AUDIENCES},
    **{f"{place}.audience.funnel.{{}}": "funnels" for place in AUDIENCES},
    "funnels.*.moves.*.of.[]": "campaigns or outreach or referrals or events or market.needs",
    "market.segments.*.attributes.{}": "market.attributes",
    "market.segments.*.tier": "market.tiers",
    "market.segments.*.needs.{}": "market.needs",
    "market.segments.*.prefers.{}": "channels",
    "market.prefers.{}": "channels",
    "market.tier_review.spend.at_least.{}": "market.tiers",
    "market.tier_review.fulfilment.at_least.{}": "market.tiers",
    "market.tier_review.visits.at_least.{}": "market.tiers",
    "market.tier_review.purchase.at_least.{}": "market.tiers",
    "market.tier_review.tenure.at_least.{}": "market.tiers",
    "market.tier_review.by_office.{}": "market.tiers",
    "market.tier_review.by_office.*.[]": "market.segments",
    "market.tier_review.below": "market.tiers",
    "market.tier_review.at_once.[]": "market.tiers",
    "market.tier_review.through": "service.tasks",
    "market.needs.*.task": "service.tasks",
    "market.needs.*.prices.{}": "market.segments or market.tiers",
    "market.needs.*.line": "market.lines",
    "market.rivals.*.attractiveness_for.{}": "market.segments or market.tiers",
    "market.rivals.*.prices.{}": "market.needs or market.lines",
    "market.rivals.*.serves.[]": "market.needs or market.lines",
    "market.departures.*.rate_for.{}": "market.segments or market.tiers",
    "market.departures.*.rival": "market.rivals",
    "market.departures.*.line": "market.lines",
    "market.regions.*.rivals.{}": "market.rivals",
    "market.regions.*.staff.{}": "service.stations",
    "market.latent_needs.*.task": "service.tasks",
    "market.latent_needs.*.visits_for.[]": "service.tasks",
    "market.talk.links.*.of": "market.segments",
    "market.talk.links.*.to": "market.segments",
    "outreach.*.ways.*.segments.{}": "market.segments",
    "service.approaching.by": "service.stations",
    "service.tasks.*.at": "service.stations",
    "service.tasks.*.at.{}": "service.stations",
    "service.tasks.*.at_for.{}": "market.segments or market.tiers",
    "service.tasks.*.at_for.*": "service.stations",
    "service.tasks.*.at_for.*.{}": "service.stations",
    "service.tasks.*.takes_at.{}": "service.stations",
    "service.tasks.*.steps.*.at": "service.stations or service.meetings",
    "service.stations.*.first.[]": "market.tiers",
    "service.stations.*.keep_free.tier": "market.tiers",
    "service.stations.*.groups.*.does.[]": "service.tasks",
    "service.stations.*.groups.*.serves.[]": "market.segments or market.tiers",
    "service.stations.*.groups.*.skill_for.{}": "market.segments or market.tiers",
    "service.standards.*.station": "service.stations",
    "service.problems.*.at": "service.stations",
    "service.inspections.*.problems.[]": "service.problems",
    "service.incidents.*.tasks.[]": "service.tasks",
    "service.incidents.*.load.at": "service.stations",
    "service.incidents.*.segments.{}": "market.segments",
    "service.recovery.channels.*.at": "service.stations",
    "service.recovery.escalation.*.at": "service.stations",
    "service.recovery.guarantees.*.standard": "service.standards",
    "service.steering.*.tasks.[]": "service.tasks",
    "service.steering.*.to": "service.stations",
    "service.shelves.*.needs.[]": "market.needs",
    "service.shelves.*.out_of_stock.substitutes.{}": "market.needs",
    "service.supply.tasks.[]": "service.tasks",
    "campaigns.*.waves.*.channels.{}": "channels",
    "campaigns.*.announces.[]": "offers or tariffs",
    "campaigns.*.response_needs.[]": "market.needs",
    "offers.*.task_count.task": "service.tasks",
    "offers.*.task_count.at": "service.stations",
    "market.needs.*.goods.[]": "market.goods",
    "market.goods.*.segments.{}": "market.segments",
    "market.goods.*.correlated_with.{}": "market.goods",
    "offers.*.bundle.goods.[]": "market.goods",
    "offers.*.bundle.lines.{}": "market.goods",
    "offers.*.discount.needs.[]": "market.needs",
    "reviews.posting.needs.[]": "market.needs",
    "offers.*.prepay.tiers.{}": "market.tiers",
    "offers.*.prepay.at": "service.stations",
    "offers.*.lottery.needs.[]": "market.needs",
    "offers.*.waiver.fee": "market.needs.*.fees",
    "offers.*.gifts": "gifts",
    "tariffs.*.needs.[]": "market.needs",
    "membership.offered_by.[]": "outreach",
    "offers.*.by_rank.task": "service.tasks",
    "offers.*.by_rank.ranks.*.gifts.{}": "gifts",
    "outreach.*.tasks.[]": "service.tasks",
    "outreach.*.by": "service.stations",
    "outreach.*.invites.need": "market.needs",
    "outreach.*.not_contacted_by.[]": "outreach",
    "outreach.*.if_short.of": "outreach",
    "outreach.*.festivals.[]": "calendar.festivals",
    "market.needs.*.festivals.{}": "calendar.festivals",
    "gift_caps.{}": "market.tiers",
    "outreach.*.of": "outreach",
    "outreach.*.script.offer": "offers",
    "outreach.*.signs": "offers",
    "outreach.*.takes_over_from": "outreach",
    "events.*.by": "service.stations",
    "events.*.afterwards.need": "market.needs",
    "surveys.*.need": "market.needs",
    "indices.*.failures.*.needs.[]": "market.needs",
    "scorecards.*.components.*.standard": "service.standards",
    "scorecards.*.components.*.target": "targets",
    "gifts.*.pick_up": "service.stations",
    "gifts.*.line": "budget.lines",
    "experiment.of_task": "service.tasks",
    "rules.*.when.station": "service.stations",
    "rules.*.when.stock": "gifts",
    "rules.*.when.spent_on.[]": "campaigns",
    "rules.*.when.response_to": "campaigns",
    "rules.*.pause.[]": "campaigns",
    "rules.*.slow.{}": "campaigns",
    "rules.*.stop.[]": "campaigns",
}
LONGEST_RUN = 36_525  # a hundred years: beyond, a slip in a date would fill the memory
INSIDE_RUN = (
    "calendar.campaign",
    "market.tier_review.on.[]",
    "market.rivals.*.enters",
    "market.rivals.*.exits",
    "campaigns.*.waves.*.during",
    "offers.*.during",
    "tariffs.*.during",
    "offers.*.cumulative.rewards.*.any_of.*.during",
    "outreach.*.during",
    "outreach.*.if_short.by",
    "service.stations.*.people.training.*.during",
    "surveys.*.on.[]",
    "events.*.on",
    "funnels.*.moves.*.during",
    "referrals.*.during",
    "press.*.during",
    "budget.lines.*.paid",
    "budget.submitted",
    "experiment.shocks.*.during",
    "service.inspections.*.during",
    "changes.*.during",
    "changes.*.from",
)


def reference_problems(tree: Tree, file: str) -> list[Problem]:
    """Every name that is used and not declared."""
    problems = []
    for place, target in REFERENCES.items():
        declared = _declared(tree, target)
        if declared is None:
            continue
        known = ", ".join(declared[:24]) + (", ..." if len(declared) > 24 else "")
        allowed = f"one of {target}: {known}" if declared else f"a name of {target}, which holds none"
        for path, name in _found(tree.data, tuple(place.split(".")), ()):
            if isinstance(name, str) and name not in declared:
                found, better = f"there is no {shown(name)} in {target}", nearest(name, declared) or ""
                problems.append(Problem(file, tree.line(path), dotted(path), found, allowed, better))
    return problems


def date_problems(tree: Tree, file: str, context: dict[str, Any]) -> list[Problem]:
    """A run that is too long, and every span that is readable and does not lie inside the run."""
    run: tuple[date, date] | None = context.get("run")
    if run is None:
        return []
    problems = []
    if (run[1] - run[0]).days >= LONGEST_RUN:
        found = f"a run of {(run[1] - run[0]).days + 1:,} days"
        line = tree.line(("calendar", "run"))
        problems.append(Problem(file, line, "calendar.run", found, f"at most {LONGEST_RUN:,} days"))
    for place in INSIDE_RUN:
        for path, written in _found(tree.data, tuple(place.split(".")), ()):
            if isinstance(written, str) and written in context["periods"]:
                continue  # the period itself is looked at under calendar
            try:
                start, end = parse_span(written, context)
            except ValueError:  # the model reports what is wrong with it
                continue
            if start < run[0] or end > run[1]:
                found = f"{shown(written)}, which is not inside the run"
                allowed = f"days from {run[0]} to {run[1]}"
                problems.append(Problem(file, tree.line(path), dotted(path), found, allowed))
    return problems


def _declared(tree: Tree, target: str) -> tuple[str, ...] | None:
    """The names declared at the target, or at one of several; None where no collection stands: the models report it."""
    found: list[str] = []
    for place in target.split(" or "):
        path = tuple(place.split("."))
        if "*" in path:  # names of the same kind in several collections, each said once
            found += dict.fromkeys(str(name) for _, name in _found(tree.data, (*path, "{}"), ()))
            continue
        names = tree.value(path) if tree.has(path) else ()
        if not isinstance(names, dict | list | tuple):
            return None
        found += [str(name) for name in names]
    return tuple(found)


def _found(data: Any, place: tuple[str, ...], path: TreePath) -> Iterator[tuple[TreePath, Any]]:
    """What stands at the place: path and value; for `{}` each key, under its own path."""
    if not place:
        if data is not None:
            yield path, data
    elif place[0] == "[]":
        for position, item in enumerate(data if isinstance(data, list) else ()):
            yield from _found(item, place[1:], (*path, str(position)))
    elif isinstance(data, dict):
        if place[0] == "{}":
            yield from (((*path, key), key) for key in data)
        elif place[0] == "*":
            for key, value in data.items():
                yield from _found(value, place[1:], (*path, key))
        elif place[0] in data:
            yield from _found(data[place[0]], place[1:], (*path, place[0]))
