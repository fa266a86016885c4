"""Follows one customer through a run: looks at the market after each day and keeps what concerned them.

It only looks. What it cannot see any more at the end of a day (satisfaction before a visit) it noted the evening
before, so that a run that is traced and one that is not are the same to the byte.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.complaint import RESPONSES
from sim.behaviour.quality import scale_to_wait
from sim.calendar import DAYS_PER_MONTH
from sim.customers import CUSTOMER, NO_TIER, STATUSES
from sim.day.departures import causes_of
from sim.following.story import (
    Appointed,
    Became,
    Befell,
    CaseMoved,
    Day,
    Earned,
    Event,
    Five,
    Gift,
    Heard,
    Left,
    Line,
    Needed,
    Person,
    Seen,
    SetOut,
    Spent,
    StillInside,
    Story,
    Told,
    Visited,
)
from sim.levers.campaigns import promised_levels
from sim.market import Market
from sim.operations.visits import PICK_UP, by_customers, parts
from sim.results import RunResult
from sim.scenario.document import Document
from sim.service.outcome import Outcome
from sim.today import FIRM, NOT_UPSET

Integers = NDArray[np.int64]


def trace(document: Document, row: int, *, seed: int | None = None, replication: int = 0) -> tuple[Story, RunResult]:
    """The story of the customer in `row`, and the tables of the run, which are those of the same run untraced.

    Raises RequestError for a customer who does not exist.
    """
    market = Market(document, seed=seed, replication=replication, traced=row)
    tracer = Tracer(market)
    while market.day < market.calendar.days:
        market.step()
        tracer.look()
    return tracer.story(), market.recorder.result()


@dataclass(frozen=True)
class _Evening:
    """What the customer had on the evening before: status, satisfaction, gifts earned from each offer."""

    status: int
    satisfaction: float
    earned: tuple[int, ...]


class Tracer:
    """The observer of `market.traced`: make it before the first day, let it `look` after each, ask for the `story`."""

    def __init__(self, market: Market) -> None:
        if market.traced is None or market.day:
            raise ValueError("a story begins with a market that names its traced customer and has not run a day")
        self.market = market
        self.row = market.traced
        self.opening = self._person()
        self._days: list[Day] = []
        self._margin = 0.0
        self._evening = self._note()

    def look(self) -> None:
        """Keep what happened to the customer on the day that has just ended."""
        market, row = self.market, self.row
        day = market.today.day
        events = tuple(self._events())
        lines = tuple(Line(*line[1:]) for line in market.ledger.lines if line[0] == day)
        if events or lines:
            self._days.append(
                Day(
                    number=day,
                    date=market.calendar.date_of(day),
                    period=market.calendar.period(day),
                    events=events,
                    lines=lines,
                    status=self._status(),
                    satisfaction=self._satisfaction(),
                    loyalty=float(market.customers.loyalty[row]),
                    trust=float(market.customers.trust[row]),
                )
            )
        if market.customers.status[row] == CUSTOMER:
            self._margin += float(market.document.money.margin_per_customer) / DAYS_PER_MONTH
        self._evening = self._note()

    def story(self) -> Story:
        """Everything so far."""
        return Story(self.opening, tuple(self._days), self._person(), self._margin)

    def _note(self) -> _Evening:
        customers, row = self.market.customers, self.row
        earned = tuple(int(offer.earned[row]) for offer in self.market.offers)
        return _Evening(int(customers.status[row]), self._satisfaction(), earned)

    def _satisfaction(self) -> float:
        return float(self.market.customers.stated_satisfaction(np.array([self.row]))[0])

    def _person(self) -> Person:
        market, row, customers = self.market, self.row, self.market.customers
        document, tier = market.document, int(customers.tier[row])
        is_customer = customers.status[row] == CUSTOMER
        return Person(
            row=row,
            segment=market.segment_names[customers.segment[row]],
            tier=None if tier == NO_TIER else document.market.tiers[tier],
            site=market.site_names[customers.site[row]],
            status=self._status(),
            aware=bool(customers.aware[row]),
            tenure=float(market.day - customers.joined[row]) if is_customer else 0.0,
            satisfaction=self._satisfaction(),
            loyalty=float(customers.loyalty[row]),
            trust=float(customers.trust[row]),
            activity=float(customers.activity[row]),
            spend=float(customers.spend[row]),
            patience=float(customers.patience[row]),
            price_sensitivity=float(customers.price_sensitivity[row]),
            acquaintances=int(market.network.degrees()[row]),
            will=_five(customers.will[:, row]),
            desired=_five(customers.desired[:, row]),
            adequate=_five(customers.adequate[:, row]),
            importance=_five(customers.importance[:, row]),
        )

    def _status(self) -> str:
        return STATUSES[self.market.customers.status[self.row]]

    def _events(self) -> Iterator[Event]:
        """The day's events in the order of its steps."""
        yield from self._seen()
        yield from self._heard()
        yield from self._needed()
        yield from self._appointed()
        yield from self._visited()
        yield from self._befell()
        yield from self._case()
        yield from self._stayed_or_left()
        yield from self._told()

    def _seen(self) -> Iterator[Seen]:
        market, document = self.market, self.market.document
        for identity, rows in market.today.exposed:
            if not _holds(rows, self.row):
                continue
            airing = next(airing for airing in market.airings if airing.identity == identity)
            campaign = document.campaigns[airing.campaign]
            promises = document.behaviour.promises != "none"
            yield Seen(
                campaign=airing.campaign,
                wave=airing.wave,
                channel=airing.channel_name,
                promised=promised_levels(campaign, document) if promises else (None,) * 5,
                promised_wait=campaign.promised_wait if promises else None,
                announced=tuple(campaign.announces),
            )

    def _heard(self) -> Iterator[Heard]:
        heard = self.market.today.heard
        for message in np.flatnonzero(heard.listener == self.row).tolist():
            yield Heard(int(heard.teller[message]), float(heard.tone[message]), _five(heard.quality[:, message]))

    def _needed(self) -> Iterator[Needed | Spent | Earned | SetOut]:
        market, today, row = self.market, self.market.today, self.row
        rivals = list(market.document.market.rivals)
        for place in np.flatnonzero(today.needs.rows == row).tolist():
            alternative = int(today.needs.alternative[place])
            yield Needed(
                need=list(market.document.market.needs)[today.needs.which[place]],
                to_firm=alternative == FIRM,
                rival=rivals[alternative - 1] if 1 <= alternative <= len(rivals) else None,
                aware=bool(market.customers.aware[row]),
            )
        if today.receipts is not None:
            rows, amounts = today.receipts
            spending = market.document.market.spending
            price = 1.0 if spending is None else float(spending.unit_price)
            yield from (Spent(float(amount) * price) for amount in amounts[rows == row])
        visits = today.visits
        assert visits is not None  # step 4 always leaves its visits
        number = parts(visits.numbers)
        for place in np.flatnonzero((visits.rows == row) & by_customers(visits.numbers)).tolist():
            patience = float(visits.patience[place])
            yield SetOut(
                purpose=self._purpose(int(number.kind[place]), int(number.which[place])),
                for_gift=self._for_gift(int(number.kind[place]), int(number.which[place])),
                station=self._station(int(visits.process[place])),
                arrives=float(visits.at[place]),
                patience=patience if np.isfinite(patience) else None,
            )

    def _appointed(self) -> Iterator[Appointed]:
        for news in self.market.today.diary_news:
            for place in np.flatnonzero(news.rows == self.row).tolist():
                yield Appointed(news.word, float(news.start[place]), float(news.end[place]))

    def _for_gift(self, kind: int, which: int) -> bool:
        """Whether somebody comes for a gift, and not to sign an offer, which is numbered after the stocks."""
        return kind == PICK_UP and which < len(self.market.stocks)

    def _purpose(self, kind: int, which: int) -> str:
        if kind != PICK_UP:
            return list(self.market.document.market.needs)[which]
        stocks = [stock.name for stock in self.market.stocks]
        return [*stocks, *(each.running.name for each in self.market.prepay)][which]

    def _station(self, process: int) -> str:
        return self.market.plant.station_names[self.market.plant.first_station[process]]

    def _visited(self) -> Iterator[Visited | StillInside | Gift | Earned]:
        today, row = self.market.today, self.row
        judged = today.judgement
        assert judged is not None  # step 6 always leaves its judgement
        for place in np.flatnonzero(judged.rows == row).tolist():
            visit = self._visit(place)
            yield visit
            if visit.for_gift and visit.outcome == "served":
                offers = [name for name, _, rows, _ in today.handed if _holds(rows, row)]
                yield Gift(visit.purpose, offers[0] if offers else None)
            elif not visit.for_gift:
                for name, stock, rows, _ in today.handed:
                    if self.market.stocks[stock].gifts.pick_up is None and _holds(rows, row):
                        yield Gift(self.market.stocks[stock].name, name)
        for offer, before in zip(self.market.offers, self._evening.earned, strict=True):
            if offer.stock >= 0 and offer.earned[row] > before:  # other kinds leave no claim to a gift
                yield Earned(offer.name, int(offer.claim_faces[offer.claim_rows == row][-1]))
        inside = self.market.facility_state.visits
        for place in np.flatnonzero((inside.customer == row) & by_customers(inside.visit)).tolist():
            yield StillInside(float(inside.arrived[place]))

    def _visit(self, place: int) -> Visited:
        """The visit judged at `place`, with the encounter it was."""
        market, today, row = self.market, self.market.today, self.row
        encounters, judged = today.encounters, today.judgement
        assert encounters is not None  # checked by the caller
        assert judged is not None  # checked by the caller
        met = int(np.flatnonzero((encounters.customer == row) & by_customers(encounters.visit))[0])
        promised = tuple(None if np.isnan(level) else float(level) for level in judged.promised[:, place])
        scale = market.document.service.wait_scale
        prompt = promised[1]
        return Visited(
            purpose=self._purpose(int(judged.kind[place]), int(judged.which[place])),
            for_gift=self._for_gift(int(judged.kind[place]), int(judged.which[place])),
            station=self._station(int(encounters.process[met])),
            site=market.site_names[encounters.site[met]],
            outcome=Outcome(encounters.outcome[met]).name.lower(),
            arrived=float(encounters.arrived[met]),
            ended=float(encounters.ended[met]),
            ahead=int(encounters.ahead[met]),
            wait=float(encounters.wait[met]),
            service=float(encounters.service[met]),
            failed=bool(judged.failed[place]),
            promised=promised,
            promised_wait=None
            if prompt is None
            else float(scale_to_wait(prompt, desired=scale.desired, adequate=scale.adequate)),
            expected=_five(judged.expected[:, place]),
            adequate=_five(judged.adequate[:, place]),
            delivered=_five(judged.delivered[:, place]),
            perceived=_five(judged.perceived[:, place]),
            satisfaction=float(judged.satisfaction[place]),
            so_far=(self._evening.satisfaction, self._satisfaction()),
            complaint=None if judged.complaint[place] == NOT_UPSET else RESPONSES[judged.complaint[place]],
        )

    def _befell(self) -> Iterator[Befell]:
        """Contacts and incidents, what came of being spoken to, events, moves in funnels, invitations, reviews."""
        for what, of, rows in self.market.today.befell:
            if _holds(rows, self.row):
                yield Befell(what, of)

    def _case(self) -> Iterator[CaseMoved]:
        """The news of the customer's complaint."""
        for news in self.market.today.case_news:
            for place in np.flatnonzero(news.rows == self.row).tolist():
                rules = self.market.case_rules
                assert rules is not None  # without them there are no cases
                yield CaseMoved(news.word, rules.names[news.stage[place]], int(news.days[place]))

    def _stayed_or_left(self) -> Iterator[Became | Left]:
        market, today, row = self.market, self.market.today, self.row
        if market.customers.status[row] == CUSTOMER and self._evening.status != CUSTOMER:
            yield Became()
        for place in np.flatnonzero(today.left == row).tolist():
            yield Left(causes_of(market.document)[today.causes[place]], _holds(today.walked_out, row))

    def _told(self) -> Iterator[Told]:
        talk = self.market.talk
        messages = np.flatnonzero(talk.teller == self.row)
        if len(messages):
            listeners = tuple(dict.fromkeys(talk.listener[messages].tolist()))
            yield Told(listeners, float(talk.tone[messages[0]]), _five(talk.quality[:, messages[0]]))


def most_eventful(document: Document, *, seed: int | None = None, replication: int = 0) -> tuple[int, int]:
    """The customer with the richest story in this run, and how often they visited.

    The most different things happened to them: a lost visit, a complaint, talk told and heard, a gift, coming, leaving;
    among equals whoever visited most.
    """
    market = Market(document, seed=seed, replication=replication)
    visits = np.zeros(len(market.customers), np.int64)
    happened = np.zeros((7, len(market.customers)), np.bool_)
    while market.day < market.calendar.days:
        before = market.customers.status.copy()
        market.step()
        today = market.today
        judged = today.judgement
        assert judged is not None  # step 6 always leaves its judgement
        visits[judged.rows] += 1
        gifts = np.concatenate([np.zeros(0, np.int64), *(rows for _, _, rows, _ in today.handed)])
        came = (market.customers.status == CUSTOMER) & (before != CUSTOMER)
        complained = judged.rows[judged.complaint > RESPONSES.index("silent")]
        for kind, rows in enumerate(
            (judged.rows[judged.lost], complained, market.talk.teller, today.heard.listener, gifts, came, today.left)
        ):
            happened[kind, rows] = True
    row = int(np.argmax(np.count_nonzero(happened, axis=0) * (visits.max() + 1) + visits))
    return row, int(visits[row])


def _holds(rows: Integers, row: int) -> bool:
    return bool(np.any(rows == row))


def _five(levels: NDArray[np.float64]) -> Five:
    reliability, responsiveness, assurance, empathy, tangibles = levels.tolist()
    return reliability, responsiveness, assurance, empathy, tangibles
