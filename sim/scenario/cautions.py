"""Plans that can be but are hardly meant: what a careful reader of the file would ask about before running it.

The stages of one plan go in; out come findings, which are printed as warnings and stop nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from sim.scenario.appointment_checks import doubtful_appointments
from sim.scenario.audience_checks import doubtful_audiences
from sim.scenario.bill_checks import doubtful_bills
from sim.scenario.branch_problems_checks import doubtful_problems
from sim.scenario.budget_checks import doubtful_budgets
from sim.scenario.bundle_checks import doubtful_goods
from sim.scenario.campaign_checks import doubtful_campaigns
from sim.scenario.checks import Staffing, faces
from sim.scenario.competition_checks import doubtful_competition
from sim.scenario.deadlines import of_cases, of_tasks
from sim.scenario.disclosure_checks import doubtful_disclosures
from sim.scenario.document import Document
from sim.scenario.evenings import evenings
from sim.scenario.event_checks import doubtful_events
from sim.scenario.experiment_checks import doubtful_experiments
from sim.scenario.fee_checks import doubtful_fees
from sim.scenario.festival_checks import doubtful_festivals
from sim.scenario.finding import Finding
from sim.scenario.funnel_checks import doubtful_funnels
from sim.scenario.further_checks import doubtful_approaches
from sim.scenario.group_checks import doubtful_groups
from sim.scenario.levers import Offer
from sim.scenario.membership_checks import doubtful_memberships
from sim.scenario.outreach_checks import contacts_a_week, doubtful_contacts
from sim.scenario.people_checks import doubtful_people
from sim.scenario.prepay_checks import doubtful_prepay
from sim.scenario.price_checks import doubtful_prices
from sim.scenario.promotion_checks import doubtful_promotions
from sim.scenario.reward_checks import doubtful_rewards
from sim.scenario.section import WEEKDAYS
from sim.scenario.service import Station
from sim.scenario.shelf_checks import doubtful_shelves
from sim.scenario.shifts import shift
from sim.scenario.stages import Stage
from sim.scenario.supply_checks import doubtful_supplies
from sim.scenario.talk_checks import doubtful_talk
from sim.scenario.target_checks import doubtful_targets
from sim.scenario.tier_checks import doubtful_reviews
from sim.scenario.tree import TreePath

COARSE_DIFFUSION = 0.05
"""Adoption a day (p + q) above which whole days blur the curve: a yearly step misses it by a fifth, a tenth of a year
by 2.6 % (p = .03, q = .38 a year, so p + q = .041 a step)."""


def cautions(stages: tuple[Stage, ...]) -> list[Finding]:
    """Everything about the plan with these stages that deserves a word."""
    document, staffing = stages[0].document, Staffing(stages)
    return [
        *_rates(document),
        *_diffusion(document),
        *doubtful_talk(document),
        *_unstaffed(document, staffing),
        *_waiting(document),
        *_kept_free(document),
        *_loads(document),
        *_overworked(document, stages),
        *doubtful_audiences(document),
        *doubtful_contacts(document),
        *doubtful_events(document),
        *doubtful_funnels(document),
        *doubtful_experiments(document),
        *doubtful_targets(document),
        *doubtful_people(document),
        *doubtful_approaches(document),
        *doubtful_problems(document),
        *doubtful_appointments(document),
        *doubtful_groups(document),
        *of_cases(document),
        *of_tasks(document),
        *doubtful_supplies(document),
        *doubtful_shelves(document),
        *_promises(document),
        *_free_campaigns(document),
        *doubtful_campaigns(document),
        *_discounts(document),
        *doubtful_fees(document),
        *doubtful_prices(document),
        *doubtful_memberships(document),
        *doubtful_reviews(document),
        *doubtful_rewards(document),
        *doubtful_prepay(document),
        *doubtful_competition(document),
        *doubtful_promotions(document),
        *doubtful_goods(document),
        *doubtful_bills(document),
        *doubtful_disclosures(document),
        *doubtful_festivals(document),
        *_stocks(document),
        *_out_of_reach(document),
        *_measurement(document),
        *_budget(document),
        *doubtful_budgets(document),
    ]


def _rates(document: Document) -> Iterator[Finding]:
    """At most one need a person and day, and one receipt: beyond that a rate stops meaning what it says."""
    market = document.market
    worst, where = 0.0, ""
    for name, segment in market.segments.items():
        own = segment.traits.activity or market.traits.activity
        activity = 1.0 if own is None else own.expected()
        for day in WEEKDAYS:
            total = 0.0
            for need_name, need in market.needs.items():
                weights = sum(need.weekdays.get(each, 1.0) for each in WEEKDAYS)
                share = 7.0 * need.weekdays.get(day, 1.0) / weights if weights else 0.0
                total += need.rate * share * segment.needs.get(need_name, 1.0)
            if total * activity > max(worst, 1.0):
                worst, where = total * activity, f"on a {day.capitalize()} in segment {name}"
    if worst:
        found = f"the rates add up to {worst:.3g} needs a person {where}"
        yield Finding(("market", "needs"), found, "nobody comes more than once a day, so fewer visits will be made")
    if market.spending is not None and market.spending.rate > 1:
        found = f"{market.spending.rate:.3g} receipts a customer and day"
        yield Finding(("market", "spending", "rate"), found, "at most one receipt a day is simulated, so fewer are")


def _diffusion(document: Document) -> Iterator[Finding]:
    form = document.behaviour.acquisition
    if form.form == "bass" and (form.innovation + form.imitation) / form.period > COARSE_DIFFUSION:
        found = f"innovation and imitation of {(form.innovation + form.imitation) / form.period:.3g} a day"
        allowed = f"above {COARSE_DIFFUSION} a step of one day under-states how fast it spreads"
        yield Finding(("behaviour", "acquisition"), found, allowed)


def _unstaffed(document: Document, staffing: Staffing) -> Iterator[Finding]:
    """Things that look at a station, or give it work, where nobody ever is."""
    places: list[tuple[TreePath, str, str]] = []
    for name, standard in document.service.standards.items():
        at_standard = ("service", "standards", name, "station")
        places.append((at_standard, standard.station, "the standard is never kept or broken"))
    for name, rule in document.rules.items():
        if rule.when.station is not None:
            places.append((("rules", name, "when", "station"), rule.when.station, "the rule never acts"))
    if document.service.recovery is not None:
        for name, level in document.service.recovery.stages.items():
            at_level = ("service", "recovery", *name.split(".", 1), "at")
            places.append((at_level, level.at, "cases wait there for ever"))
    for path, station, so in places:
        if not staffing.ever(station):
            yield Finding(path, f"{station} never has staff in the whole run", so)


def _overworked(document: Document, stages: tuple[Stage, ...]) -> Iterator[Finding]:
    """More contacts due than the staff have hours, even if no visitor came."""
    market, sizes = document.market, document.market.segment_sizes()
    due: dict[str, float] = {}
    looked_after: dict[str, float] = {}
    for name, terms in document.outreach.items():
        if terms.audience.funnel:
            continue  # how many will stand in a state nobody knows beforehand
        station = document.service.stations[terms.by]
        people: float = sum(
            size
            for (segment_name, segment), size in zip(market.segments.items(), sizes.values(), strict=True)
            if terms.audience.segments is None or segment_name in terms.audience.segments
            if terms.audience.tiers is None or segment.tier in terms.audience.tiers
        )
        if terms.audience.top is not None:
            people = min(people, terms.audience.top.count)
        if terms.takes_over_from is not None:
            people = max(people - looked_after.get(terms.takes_over_from, 0.0), 0.0)
        if terms.caseload is not None and station.staff != "unlimited":
            people = min(people, station.headcount * _pools(document, station) * terms.caseload)
        looked_after[name] = people
        a_week = contacts_a_week(document, terms, people)
        due[terms.by] = due.get(terms.by, 0.0) + a_week * terms.takes.expected() / 60.0
    for name, hours in due.items():
        staffed = max(_staffed_hours(stage.document, name) for stage in stages)
        if hours > staffed:
            found = f"up to {hours:,.0f} hours of contacts a week fall due, and {name} is staffed {staffed:,.0f} hours"
            yield Finding(("outreach",), found, "contacts will be missed even if nobody else comes")


def _staffed_hours(document: Document, name: str) -> float:
    """Staff hours of a station in a week, over all its pools."""
    station = document.service.stations[name]
    present = [shift(station, day, document.service.capacity == "unlimited") for day in range(7)]
    return _pools(document, station) * sum(each.staffed_hours for each in present if each is not None)


def _pools(document: Document, station: Station) -> int:
    return len(document.market.site_names) if station.per == "site" else 1


def _waiting(document: Document) -> Iterator[Finding]:
    """What is done for those who wait, where nobody would notice."""
    for name, station in document.service.stations.items():
        at, waiting = ("service", "stations", name, "waiting"), station.waiting
        if document.behaviour.felt_waits == "none" and (waiting.occupied or waiting.explained):
            found = "waits are made to feel shorter"
            yield Finding(at, found, "behaviour.felt_waits is none, so every wait feels as long as it is")
        if waiting.announced and document.service.patience is None:
            yield Finding((*at, "announced"), "waits are announced", "everybody waits for ever, so nobody turns round")


def _loads(document: Document) -> Iterator[Finding]:
    """Incidents that follow a load nobody can know."""
    for name, incident in document.service.incidents.items():
        if incident.load is not None and document.service.stations[incident.load.at].staff == "unlimited":
            found = f"the load of {incident.load.at}, whose staff is unlimited"
            yield Finding(("service", "incidents", name, "load", "at"), found, "the hazard is as stated on every day")


def _kept_free(document: Document) -> Iterator[Finding]:
    """As many servers kept free as there are: all but one are idle until the tier comes."""
    for name, station in document.service.stations.items():
        if station.keep_free is None or station.staff == "unlimited":
            continue
        week = [shift(station, day, unlimited=False) for day in range(7)]
        pieces = [piece for present in week if present is not None for piece in present.pieces]
        start, _, fewest = min(pieces, key=lambda piece: piece[2], default=(0.0, 0.0, 0))
        if pieces and station.keep_free.servers >= fewest:
            kept, clock = station.keep_free.servers, f"{int(start) // 60 % 24:02d}:{int(start) % 60:02d}"
            found = f"{kept} kept free for {station.keep_free.tier}, and {fewest} on duty from {clock} on some days"
            path = ("service", "stations", name, "keep_free", "servers")
            yield Finding(path, found, "the others have one server between them then")


def _promises(document: Document) -> Iterator[Finding]:
    """Two voices that promise different waits: mixed messages widen gap 4 (Parasuraman, Zeithaml & Berry 1985)."""
    said: list[tuple[TreePath, str, float]] = [
        (("service", "standards", name, "at_most"), f"the published standard {name}", standard.at_most)
        for name, standard in document.service.standards.items()
        if standard.published
    ]
    said += [
        (("campaigns", name, "promised_wait"), f"the campaign {name}", campaign.promised_wait)
        for name, campaign in document.campaigns.items()
        if campaign.promised_wait is not None
    ]
    for path, voice, wait in said[1:]:
        _, first_voice, first_wait = said[0]
        if wait != first_wait:
            found = f"{voice} promises {wait:g} min, {first_voice} {first_wait:g} min"
            yield Finding(path, found, "mixed messages; customers hear both")


def _free_campaigns(document: Document) -> Iterator[Finding]:
    for name, campaign in document.campaigns.items():
        used = [document.channels[channel] for wave in campaign.waves.values() for channel in wave.channels]
        if not used:
            yield Finding(("campaigns", name), "no wave uses a channel", "nobody will hear of it")
        elif not campaign.fixed_cost and not any(each.cost_per_contact or each.cost_per_day for each in used):
            yield Finding(("campaigns", name), "a campaign that costs nothing", "is a cost missing?")


def _discounts(document: Document) -> Iterator[Finding]:
    for name, offer in document.offers.items():
        for position, need in enumerate(() if offer.discount is None else offer.discount.needs):
            if document.market.needs[need].price <= 0:
                path = ("offers", name, "discount", "needs", str(position))
                yield Finding(path, f"a discount on {need}, whose price is {document.market.needs[need].price}",
                              "nothing is taken off")  # fmt: skip


def _stocks(document: Document) -> Iterator[Finding]:
    for name, gifts in document.gifts.items():
        place = ("gifts", name)
        ranked = (
            rank.gifts for offer in document.offers.values() if offer.by_rank for rank in offer.by_rank.ranks.values()
        )
        if not any(offer.gifts == name for offer in document.offers.values()) and not any(
            name in each for each in ranked
        ):
            yield Finding(place, "no offer pays with these gifts", "they are never handed out")
        if gifts.per_day is not None and gifts.per_day.limit > gifts.stock:
            found = f"{gifts.per_day.limit:,} gifts a day of a stock of {gifts.stock:,}"
            yield Finding((*place, "per_day", "limit"), found, "the limit never holds anything back")


def _out_of_reach(document: Document) -> Iterator[Finding]:
    """Offers nobody can come to know of, or gifts nobody can earn."""
    market = document.market
    served = {segment for segment, each in market.segments.items() if each.share}
    for name, offer in document.offers.items():
        place = ("offers", name)
        announced = [
            wave.during.start
            for campaign in document.campaigns.values()
            if name in campaign.announces
            for wave in campaign.waves.values()
            if wave.channels
        ]
        spoken = [each for each in document.outreach.values() if each.script is not None and each.script.offer == name]
        announced += [document.calendar.run.start if each.during is None else each.during.start for each in spoken]
        if offer.by_rank is None and not any(start <= offer.during.end for start in announced):
            found = "no campaign announces it" if not announced else "it is announced only after its last day"
            yield Finding(place, found, "nobody knows of it; a campaign lists it under 'announces'")
        segments, tiers = offer.audience.segments, offer.audience.tiers
        hold = [each for each in sorted(served) if segments is None or each in segments]
        # A review gives tiers to customers; newcomers have the one of their segment.
        review = None if offer.audience.customers == "newcomers" else market.tier_review
        given = set() if review is None else review.given
        reached = tiers is None or not given.isdisjoint(tiers)
        if not [each for each in hold if reached or market.segments[each].tier in (tiers or ())]:
            yield Finding((*place, "audience"), "nobody belongs to it", "the offer is open to nobody")
        if offer.task_count is not None:
            yield from _unearned(document, name, offer)


def _unearned(document: Document, name: str, offer: Offer) -> Iterator[Finding]:
    count = offer.task_count
    assert count is not None  # asked of offers that count tasks only
    place = ("offers", name, "task_count")
    if count.at is not None and count.at not in document.service.route(count.task):
        found = f"{count.task} is never done at {count.at}"
        yield Finding((*place, "at"), found, "nobody can earn the gift")
    if all(need.task != count.task or not need.rate for need in document.market.needs.values()):
        yield Finding((*place, "task"), f"nobody ever needs {count.task}", "nobody can earn the gift")
    if count.needs > offer.during.days:
        found = f"{count.needs:,} times in {offer.during.days} days"
        yield Finding((*place, "needs"), found, "nobody comes more than once a day, so nobody can earn the gift")


def _measurement(document: Document) -> Iterator[Finding]:
    """Surveys that nobody will answer, checks that look at nothing, indices that weigh nothing."""
    size = document.market.customers
    for name, survey in document.surveys.items():
        place = ("surveys", name)
        if survey.response is not None and not survey.response.rate:
            yield Finding((*place, "response", "rate"), "nobody answers", "the survey will say nothing")
        if survey.sample is not None and survey.sample > size:
            found = f"{survey.sample:,} are to be asked and the market holds {size:,} people"
            yield Finding((*place, "sample"), found, "everyone is asked")
    for name, index in document.indices.items():
        if not any(each.weight for each in index.failures.values()):
            yield Finding(("indices", name), "every weight is 0", "the index is always 0")
        for kind, each in index.failures.items():
            if document.service.recovery is None and each.counts in ("cases unresolved", "cases waiting overnight"):
                path = ("indices", name, "failures", kind, "counts")
                yield Finding(path, f"{each.counts}, and no service.recovery", "there are no cases to count")
    for name, card in document.scorecards.items():
        run = document.calendar.run
        closed = len(evenings(run.start, run.end, None, card.every))
        if card.awards is not None and card.awards.over > closed:
            found = f"marks of {card.awards.over} periods together, and {closed} end inside the run"
            yield Finding(("scorecards", name, "awards", "over"), found, "no award is ever paid")
        for part, component in card.components.items():
            if component.of == "complaints resolved" and document.service.recovery is None:
                path = ("scorecards", name, "components", part, "of")
                yield Finding(path, "nobody works complaints: no service.recovery", "nothing is taken off")


def _budget(document: Document) -> Iterator[Finding]:
    """What campaigns and gifts may cost, from the file alone, against the money set aside for them."""
    preparation = sum((campaign.fixed_cost for campaign in document.campaigns.values()), Decimal())
    media = sum(
        (
            document.channels[channel].cost_per_day * wave.during.days * wave.times
            for campaign in document.campaigns.values()
            for wave in campaign.waves.values()
            for channel in wave.channels
        ),
        Decimal(),
    )
    gifts = sum((_dearest(document, name) for name in document.gifts), Decimal())
    contacts = any(
        document.channels[channel].cost_per_contact
        for campaign in document.campaigns.values()
        for wave in campaign.waves.values()
        for channel in wave.channels
    )
    total = preparation + media + gifts
    if document.budget is None:
        place = "campaigns" if preparation or media or contacts else "gifts"
        if total or contacts:
            found = f"{'campaigns and gifts' if place == 'campaigns' and gifts else place} spend money without a budget"
            yield Finding((place,), found, "budget: {amount: ..., borne_by: ...} says how much, and who bears the rest")
    elif document.budget.amount < total:
        parts = (("preparation", preparation), ("media by the day", media), ("gifts at most", gifts))
        found = f"{document.budget.amount:,.0f} is set aside; it may take {total:,.0f}"
        details = ", ".join(f"{word} {amount:,.0f}" for word, amount in parts if amount)
        yield Finding(("budget", "amount"), found, f"{details}; the rest is borne by {document.budget.borne_by}")


def _dearest(document: Document, name: str) -> Decimal:
    """What a stock costs when every gift that can be handed out is the dearest."""
    gifts = document.gifts[name]
    offers = [(key, offer) for key, offer in document.offers.items() if offer.gifts == name]
    highest = max((face for key, offer in offers for _, face in faces(key, offer)), default=0.0)
    number = gifts.stock
    if gifts.per_day is not None:
        days = {offer.during.start + timedelta(day) for _, offer in offers for day in range(offer.during.days)}
        number = min(number, gifts.per_day.limit * len(days))
    if gifts.line is not None and document.budget is not None:
        line = document.budget.lines[gifts.line]
        return line.value if line.paid is not None else line.value * number / line.quantity
    return Decimal(str(highest)) * number * Decimal(str(gifts.cost))
