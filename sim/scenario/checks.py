"""Plans that cannot be: what only shows when several places of a document are read together.

The stages of one plan go in; out come findings, each with the path it stands at, what was found and what is allowed.
The pipeline adds file and line. What can be but is hardly meant is in `cautions.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import combinations

from sim.calendar import MINUTES_PER_DAY
from sim.operations.visits import MOST_PURPOSES
from sim.scenario.appointment_checks import impossible_appointments
from sim.scenario.audience_checks import impossible_audiences
from sim.scenario.bill_checks import impossible_bills
from sim.scenario.branch_problems_checks import impossible_problems
from sim.scenario.budget_checks import impossible_budgets
from sim.scenario.bundle_checks import impossible_goods
from sim.scenario.campaign_checks import impossible_campaigns
from sim.scenario.competition_checks import impossible_competition
from sim.scenario.deadlines import impossible_deadlines
from sim.scenario.disclosure_checks import impossible_disclosures
from sim.scenario.document import Document
from sim.scenario.evenings import evenings
from sim.scenario.event_checks import impossible_events
from sim.scenario.experiment_checks import impossible_experiments
from sim.scenario.fee_checks import impossible_waivers
from sim.scenario.festival_checks import impossible_festivals, impossible_gifts
from sim.scenario.finding import Finding
from sim.scenario.funnel_checks import impossible_funnels
from sim.scenario.further_checks import impossible_approaches
from sim.scenario.group_checks import impossible_groups
from sim.scenario.levers import Offer
from sim.scenario.market import Need
from sim.scenario.membership_checks import impossible_memberships
from sim.scenario.outreach_checks import impossible_invitations
from sim.scenario.people_checks import impossible_people
from sim.scenario.prepay_checks import impossible_prepay
from sim.scenario.price_checks import impossible_prices
from sim.scenario.processes import check_processes
from sim.scenario.promotion_checks import impossible_lotteries, impossible_sales
from sim.scenario.quantities import ClockSpan
from sim.scenario.region_checks import impossible_regions, prices_that_move
from sim.scenario.reward_checks import impossible_rewards
from sim.scenario.section import WEEKDAYS
from sim.scenario.service import Station
from sim.scenario.shelf_checks import impossible_shelves
from sim.scenario.shifts import shift
from sim.scenario.stages import Stage
from sim.scenario.supply_checks import impossible_amounts
from sim.scenario.talk_checks import impossible_talk
from sim.scenario.target_checks import impossible_targets
from sim.scenario.tier_checks import impossible_reviews
from sim.scenario.tree import TreePath

MOST_SITES = 10_000
MOST_POOLS = 100_000
MOST_SEGMENTS = 1_000
MOST_TIERS = 127  # a tier is kept in one byte


def check_stages(stages: tuple[Stage, ...]) -> list[Finding]:
    """Every reason why the plan with these stages cannot be."""
    document = stages[0].document
    staffing = Staffing(stages)
    findings = [
        *_sizes(document),
        *impossible_talk(document),
        *_places(document, staffing),
        *_offers(document, staffing),
        *impossible_waivers(document),
        *impossible_memberships(document),
        *impossible_rewards(document),
        *impossible_prepay(document),
        *impossible_campaigns(document),
        *impossible_budgets(document),
        *impossible_competition(document),
        *impossible_regions(document),
        *prices_that_move(stages),
        *impossible_lotteries(document),
        *impossible_goods(document),
        *impossible_bills(document),
        *impossible_disclosures(document),
        *impossible_festivals(document),
        *_outreach(document, staffing),
        *impossible_invitations(document),
        *impossible_shelves(document),
        *impossible_events(document),
        *impossible_funnels(document),
        *impossible_experiments(document),
        *impossible_targets(document),
        *impossible_reviews(document),
        *_approvals(document, staffing),
        *_evenings(document),
        *_problems_asked_of(document),
        *_panel(document),
    ]
    for number, stage in enumerate(stages):
        for finding in _each_stage(stage.document):
            from_then = f"from {stage.first} on, {finding.found}" if number else finding.found
            findings.append(replace(finding, found=from_then))
    # What is wrong with one place for several reasons, or in several stages, is said once.
    return list({finding.path: finding for finding in reversed(findings)}.values())[::-1]


def _each_stage(document: Document) -> Iterator[Finding]:
    """What can be wrong again and again, whenever dated changes make another document."""
    yield from _hours(document)
    yield from impossible_audiences(document)
    yield from impossible_people(document)
    yield from impossible_appointments(document)
    yield from impossible_groups(document)
    yield from check_processes(document)
    yield from impossible_deadlines(document)
    yield from impossible_amounts(document)
    yield from impossible_prices(document)
    yield from impossible_sales(document)
    yield from impossible_gifts(document)
    yield from impossible_approaches(document)
    yield from impossible_problems(document)
    yield from _priorities(document)
    yield from _steering(document)
    yield from _guarantees(document)


class Staffing:
    """On which weekdays stations have staff, over the stages of a plan."""

    def __init__(self, stages: tuple[Stage, ...]) -> None:
        self.stages = stages
        self._on = cache(self._on_duty)

    def _on_duty(self, stage: int, station: str, weekday: int) -> bool:
        service = self.stages[stage].document.service
        return shift(service.stations[station], weekday, service.capacity == "unlimited") is not None

    def ever(self, station: str, first: date | None = None, last: date | None = None) -> bool:
        """Whether the station has staff on any day of the run, or of those from `first` to `last`, both included."""
        days = first or self.stages[0].first, last or self.stages[-1].last
        return any(
            self._on(number, station, weekday)
            for number, stage in enumerate(self.stages)
            for weekday in stage.weekdays(*days)
        )

    def arises(self, name: str) -> bool:
        """Whether there is a day on which a need is wanted and every first station with a share in it has staff."""
        for number, stage in enumerate(self.stages):
            need = stage.document.market.needs[name]
            shares = stage.document.service.shares(need.task)
            for weekday in stage.weekdays(stage.first, stage.last):
                wanted = need.weekdays.get(WEEKDAYS[weekday], 1.0) > 0
                if wanted and all(self._on(number, at, weekday) for at, share in shares.items() if share > 0):
                    return True
        return False

    def used(self, task: str) -> list[str]:
        """The stations of a task, without those that get no share of its visits in any stage."""
        services = [stage.document.service for stage in self.stages]
        return [
            at
            for at in dict.fromkeys(services[0].route(task))
            if any(
                service.tasks[task].steps
                or any(service.shares(task, group)[at] > 0 for group in (None, *service.tasks[task].at_for))
                for service in services
            )
        ]


def _sizes(document: Document) -> Iterator[Finding]:
    recovery = document.service.recovery
    market, sites = document.market, len(document.market.site_names) if _few_sites(document) else MOST_SITES + 1
    for path, number, most in (
        (("market", "needs"), len(market.needs), MOST_PURPOSES - 1),
        (("gifts",), len(document.gifts), MOST_PURPOSES - 1),
        (("offers",), len(document.gifts) + _signings(document), MOST_PURPOSES - 1),
        (("outreach",), len(document.outreach), MOST_PURPOSES - 1),
        (("service", "recovery"), 0 if recovery is None else len(recovery.stages), MOST_PURPOSES - 1),
        (("market", "segments"), len(market.segments), MOST_SEGMENTS),
        (("market", "tiers"), len(market.tiers), MOST_TIERS),
    ):
        if number > most:
            yield Finding(path, f"{number:,} of them", f"at most {most:,}")
    if len(set(market.tiers)) < len(market.tiers):
        yield Finding(("market", "tiers"), "a tier that is named twice", "each tier once")
    if sites > MOST_SITES:
        yield Finding(("market", "sites"), "more sites than a run can hold", f"at most {MOST_SITES:,}")
        return
    pools = sum(sites if station.per == "site" else 1 for station in document.service.stations.values())
    if pools > MOST_POOLS:
        found = f"{pools:,} queues: {len(document.service.stations)} stations at {sites:,} sites"
        yield Finding(("market", "sites"), found, f"at most {MOST_POOLS:,} queues")


def _signings(document: Document) -> int:
    """How many offers one comes to sign for: they share their numbers with the stocks of gifts."""
    return sum(offer.prepay is not None for offer in document.offers.values())


def _few_sites(document: Document) -> bool:
    sites = document.market.sites
    return isinstance(sites, dict) or sites <= MOST_SITES


def _evenings(document: Document) -> Iterator[Finding]:
    """Surveys and scorecards that would never be held or closed."""
    run = document.calendar.run
    for place, sections in (("surveys", document.surveys), ("scorecards", document.scorecards)):
        for name, each in sections.items():
            if each.every is not None and not evenings(run.start, run.end, None, each.every):
                yield Finding((place, name, "every"), f"no {each.every} ends inside the run", "a shorter period")


def _problems_asked_of(document: Document) -> Iterator[Finding]:
    """Surveys of people with a problem where nobody could buy elsewhere, or nobody is ever dissatisfied."""
    for name, survey in document.surveys.items():
        if survey.need is not None and not document.market.needs[survey.need].contested:
            found = f"{survey.need} is not contested: whoever knows the firm buys again, whatever happened"
            yield Finding(("surveys", name, "need"), found, "a need that is contested")
        if survey.instrument == "problems" and document.behaviour.complaining == "none":
            found = "problems, and behaviour.complaining is none, so nobody weighs whether to complain"
            yield Finding(("surveys", name, "instrument"), found, "complaining switched on")


def _panel(document: Document) -> Iterator[Finding]:
    """A panel of a period that has no days."""
    run, window = document.calendar.run, document.calendar.campaign
    if document.panel is None:
        return
    period = document.panel.period
    empty = {
        "before": window is None or window.start <= run.start,
        "aftermath": window is None or window.end >= run.end,
    }
    if empty.get(period, False):
        why = "there is no campaign window" if window is None else "the campaign leaves no days of the run for it"
        yield Finding(("panel", "period"), f"{period}, and {why}", "whole, or a period with days")


def _places(document: Document, staffing: Staffing) -> Iterator[Finding]:
    """Needs that nobody could ever serve."""
    told: set[str] = set()
    for name, need in document.market.needs.items():
        stations = staffing.used(need.task)
        closed = [station for station in stations if not staffing.ever(station)]
        for station in closed:
            if need.task not in told:
                path = ("service", "stations", station, "staff")
                found = f"{station} never has staff in the whole run, and {need.task} is done there"
                yield Finding(path, found, "staff on some day, or no visits sent there")
        told.add(need.task)
        if not closed and not staffing.arises(name):
            found = f"no day of the run is one on which it is wanted and {' and '.join(stations)} open"
            yield Finding(("market", "needs", name), found, "a weekday on which it can be served")


def _approvals(document: Document, staffing: Staffing) -> Iterator[Finding]:
    """Changes of tier that nobody could ever approve."""
    review = document.market.tier_review
    for at in () if review is None or review.through is None else document.service.route(review.through):
        if not staffing.ever(at):
            found = f"{at} never has staff in the whole run, and {review.through if review else ''} is done there"
            yield Finding(("market", "tier_review", "through"), found, "staff on some day")
            return


def _outreach(document: Document, staffing: Staffing) -> Iterator[Finding]:
    """Contacts nobody could ever make, or that would shut visitors out."""
    for name, terms in document.outreach.items():
        path = ("outreach", name, "by")
        if not staffing.ever(terms.by):
            yield Finding(path, f"{terms.by} never has staff in the whole run", "staff on some day")
        before = list(document.outreach)[: list(document.outreach).index(name)]
        other = terms.takes_over_from
        if other is not None and (other not in before or document.outreach[other].caseload is None):
            allowed = "a programme that stands before it in the file and has a caseload"
            yield Finding(("outreach", name, "takes_over_from"), f"it takes over from {other}", allowed)
        if document.service.stations[terms.by].ageing is not None:
            found = f"{terms.by} lets waiting make up for rank, and contacts wait from opening"
            yield Finding(path, found, "a station without ageing, so that visitors come first")
        if document.service.stations[terms.by].queue_limit is not None:
            found = f"{terms.by} has a queue_limit, and contacts not yet made would fill its places"
            yield Finding(path, found, "a station without queue_limit")


def _hours(document: Document) -> Iterator[Finding]:
    """Hours that mean nothing: outside opening hours, or said twice."""
    for name, station in document.service.stations.items():
        place = ("service", "stations", name, "staff_at")
        yield from _staff_hours(place, station, list(station.staff_at))
        for each, group in station.groups.items():
            yield from _staff_hours((*place[:-1], "groups", each, "staff_at"), station, list(group.staff_at))
    for name, need in document.market.needs.items():
        place = ("market", "needs", name, "hours")
        yield from _overlaps(place, list(need.hours))
        if need.hours:
            yield from _never_open(document, need, place)
    for name, tariff in document.tariffs.items():
        yield from _overlaps(("tariffs", name, "hours"), list(tariff.hours))
        yield from _overlaps(("tariffs", name, "costs"), list(tariff.costs))


def _staff_hours(place: TreePath, station: Station, texts: list[str]) -> Iterator[Finding]:
    yield from _overlaps(place, texts)
    for text in texts:
        if not any(_inside(text, hours) for hours in _openings(station)):
            hours = " or ".join(dict.fromkeys(_clock(each) for each in _openings(station)))
            yield Finding((*place, text), f"'{text}' is not inside opening hours", f"hours inside {hours}")


def _never_open(document: Document, need: Need, place: TreePath) -> Iterator[Finding]:
    task = document.service.tasks[need.task]
    for at in document.service.route(need.task)[: 1 if task.steps else None]:
        openings = _openings(document.service.stations[at])
        weighted = [text for text, weight in need.hours.items() if weight > 0]
        if not any(_meets(text, hours) for text in weighted for hours in openings):
            hours = " or ".join(dict.fromkeys(_clock(each) for each in openings))
            yield Finding(place, f"none of these hours lies in the opening hours of {at}", f"hours that meet {hours}")


def _openings(station: Station) -> list[ClockSpan]:
    days = WEEKDAYS if station.days is None else tuple(station.days)
    return [station.open_on.get(day, station.open) for day in days] or [station.open]


def _turns(text: str) -> list[tuple[float, float]]:
    """The hours in minutes, as they come round on the day before, the day itself and the day after."""
    span = ClockSpan.model_validate(text)
    return [(span.start + turn, span.end + turn) for turn in (-MINUTES_PER_DAY, 0, MINUTES_PER_DAY)]


def _inside(text: str, hours: ClockSpan) -> bool:
    return any(hours.start <= start and end <= hours.end for start, end in _turns(text))


def _meets(text: str, hours: ClockSpan) -> bool:
    return any(start < hours.end and hours.start < end for start, end in _turns(text))


def _overlaps(place: TreePath, texts: list[str]) -> Iterator[Finding]:
    for one, other in combinations(texts[:48], 2):
        span = ClockSpan.model_validate(one)
        if _meets(other, span):
            yield Finding((*place, other), f"'{other}' overlaps '{one}'", "hours that do not overlap")
            return


def _clock(hours: ClockSpan) -> str:
    end = hours.end if hours.end <= MINUTES_PER_DAY else hours.end - MINUTES_PER_DAY
    return "-".join(f"{int(minute) // 60:02d}:{int(minute) % 60:02d}" for minute in (hours.start, end))


def _priorities(document: Document) -> Iterator[Finding]:
    """A visit has one priority: the stations it goes through must agree who is first."""
    stations = document.service.stations
    for name, station in stations.items():
        if len(set(station.first)) < len(station.first):
            yield Finding(("service", "stations", name, "first"), "a tier that is named twice", "each tier once")
        yield from _order_of_tiers(name, station)
    for name, task in document.service.tasks.items():
        ordered = [at for at in dict.fromkeys(document.service.route(name)) if task.steps and stations[at].first]
        for at in ordered[1:]:
            if stations[at].first != stations[ordered[0]].first:
                lists = " and ".join(f"{each} serves {', '.join(stations[each].first)}" for each in (ordered[0], at))
                found = f"on the way through {name}, {lists} first"
                yield Finding(("service", "stations", at, "first"), found, "one order of tiers on the way of one task")


def _order_of_tiers(name: str, station: Station) -> Iterator[Finding]:
    """Interrupting, servers kept free and ageing are about the order in `first`, and not about two orders at once."""
    place = ("service", "stations", name)
    kept, ageing = station.keep_free, station.ageing is not None
    for key, used in (("interrupts", station.interrupts), ("keep_free", kept is not None), ("ageing", ageing)):
        if used and not station.first:
            yield Finding((*place, key), f"{key} where nobody is first", "first: the tiers served first, in order")
            return
        if used and ageing and key != "ageing":
            found = f"{key} together with ageing: the one goes by tier alone, the other by tier and waiting"
            yield Finding((*place, key), found, "one of them")
    if kept is not None and kept.tier not in station.first:
        found = f"'{kept.tier}', which is not served first at {name}"
        yield Finding((*place, "keep_free", "tier"), found, f"one of first: {', '.join(station.first)}")


def _steering(document: Document) -> Iterator[Finding]:
    for name, steering in document.service.steering.items():
        for position, task in enumerate(steering.tasks):
            if document.service.tasks[task].steps:
                path = ("service", "steering", name, "tasks", str(position))
                yield Finding(path, f"{task}, a task of several steps", "tasks of one step")


def _guarantees(document: Document) -> Iterator[Finding]:
    recovery = document.service.recovery
    for name, guarantee in ({} if recovery is None else recovery.guarantees).items():
        if not guarantee.pays:
            path = ("service", "recovery", "guarantees", name, "pays")
            yield Finding(path, "a guarantee that pays nothing", "an amount above 0")


def _offers(document: Document, staffing: Staffing) -> Iterator[Finding]:
    for name, offer in document.offers.items():
        place = ("offers", name)
        if offer.spend_steps is not None and document.market.spending is None:
            found = "a reward for spending, and nobody spends"
            yield Finding((*place, "spend_steps"), found, "market.spending: how often customers spend, and how much")
        for path, face in faces(name, offer):
            if not face:
                yield Finding(path, "a gift worth 0", "a face value above 0")
        if offer.prepay is not None and not staffing.ever(offer.prepay.at, offer.during.start, offer.during.end):
            found = f"{offer.prepay.at} never has staff while the offer {name} runs"
            yield Finding((*place, "prepay", "at"), found, "a station with staff on some day of the offer")
        if offer.gifts is not None:
            yield from _stock(document, name, offer, staffing)


def _stock(document: Document, name: str, offer: Offer, staffing: Staffing) -> Iterator[Finding]:
    assert offer.gifts is not None  # asked of offers with gifts only
    place, gifts = ("gifts", offer.gifts), document.gifts[offer.gifts]
    if not gifts.stock:
        yield Finding((*place, "stock"), f"no gifts at all, and the offer {name} pays with them", "1 or more")
    if gifts.per_day is not None and not gifts.per_day.limit:
        yield Finding((*place, "per_day", "limit"), f"none a day, and the offer {name} pays with them", "1 or more")
    if gifts.pick_up is not None and not staffing.ever(gifts.pick_up, offer.during.start, offer.during.end):
        found = f"{gifts.pick_up} never has staff while the offer {name} runs"
        yield Finding((*place, "pick_up"), found, "a station with staff on some day of the offer")


def faces(name: str, offer: Offer) -> list[tuple[TreePath, float]]:
    """The face values an offer pays, each with its path."""
    place = ("offers", name)
    if offer.task_count is not None:
        return [((*place, "task_count", "face"), float(offer.task_count.face))]
    if offer.points is not None:
        return [((*place, "points", "face"), float(offer.points.face))]
    steps = {} if offer.spend_steps is None else offer.spend_steps.at_or_above
    return [((*place, "spend_steps", "at_or_above", str(threshold)), float(face)) for threshold, face in steps.items()]
