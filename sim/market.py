"""The market: one run of one plan, day by day. Everything happens in the steps of `DAY`, in their order.

A resolved document, a seed and a replication go in; `run()` gives the tables of the run.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import mesa
import numpy as np
from mesa.agent import AgentSet
from numpy.typing import NDArray

from sim.calendar import Calendar
from sim.competition.rivals import Rivals
from sim.competition.wallet import Wallet
from sim.customers import WITHOUT_TIER, Customer, Customers, draw_customers, opening_means
from sim.day.choose import choose
from sim.day.hear import hear
from sim.day.judge import judge
from sim.day.open_day import open_day
from sim.day.pursue import Pursuit
from sim.day.reach import reach
from sim.day.record import record
from sim.day.recover import recover
from sim.day.serve import serve
from sim.day.settle import settle
from sim.day.stay_or_leave import stay_or_leave
from sim.day.tell import tell
from sim.errors import RequestError
from sim.ledger import Ledger
from sim.levers.address_book import AddressBook
from sim.levers.audience import Audiences
from sim.levers.billing import Billing
from sim.levers.budgets import Purse
from sim.levers.campaigns import airings
from sim.levers.changes import timeline
from sim.levers.events import Guests
from sim.levers.funnels import funnels_of
from sim.levers.limits import limits_of
from sim.levers.membership import Memberships
from sim.levers.offers import RunningOffer, Stock
from sim.levers.outreach import Programme
from sim.levers.outreach_ways import RunningWays
from sim.levers.points import points_in
from sim.levers.prepay import prepay_in
from sim.levers.referrals import RunningReferral
from sim.levers.reviews import ReviewStock
from sim.levers.running_campaigns import RunningCampaign
from sim.levers.sales import Pantry
from sim.levers.scripts import ScriptState
from sim.levers.tariffs import Tariffs
from sim.levers.tiers import TierReviews
from sim.measurement.layer import Measurement
from sim.measurement.surveys import ScaleUse
from sim.needs.consumables import Consumables
from sim.needs.demand import Demand
from sim.needs.festivals import Festivals
from sim.needs.further import Further, further_needs
from sim.operations.appointments import Diary, Windows
from sim.operations.branch_problems import BranchProblems
from sim.operations.cases import CaseRules, Cases
from sim.operations.delivery import Delivery
from sim.operations.incidents import Hazards
from sim.operations.management import Management
from sim.operations.people import Workforce
from sim.operations.regions import Regions
from sim.operations.waiting import WaitingRooms
from sim.recorder import Recorder
from sim.results import RunResult
from sim.scenario.document import Document
from sim.scenario.load import Scenario
from sim.service.plant import Plant
from sim.service.records import FacilityState
from sim.stock.goods import Assortment
from sim.stock.shelves import Shelves
from sim.stock.supply import Suppliers
from sim.streams import Streams
from sim.ties import network_of
from sim.today import Talk, Today

MOST_AGENTS: Final = 200_000


@dataclass(frozen=True)
class DayStep:
    """One step of the day: its name, what it does in a sentence, and the function that does it."""

    name: str
    does: str
    act: Callable[[Market], None]


DAY: Final = (
    DayStep(
        "open",
        "dated changes act; tiers are reviewed; rules look at yesterday; gifts and contacts anew",
        open_day,
    ),
    DayStep("reach", "media act: exposure, promise, offers, contact rules, cost; calls and visits fall due", reach),
    DayStep("hear", "yesterday's talk moves awareness, expectation and what is thought of the firm", hear),
    DayStep("choose", "needs arise; the firm, a rival or nothing; who comes when; purchases made elsewhere", choose),
    DayStep("serve", "stations serve until midnight: visits, gifts, cases, contacts; waits come back", serve),
    DayStep(
        "judge",
        "perceived quality, disconfirmation, satisfaction, expectation, trust, loyalty; incidents strike",
        judge,
    ),
    DayStep("recover", "silence, voice or exit; complaints become cases; cases are answered or go up", recover),
    DayStep("stay or leave", "people become customers or stop being it, with the cause; tiers change", stay_or_leave),
    DayStep("tell", "who talks about today tells others, who hear it tomorrow", tell),
    DayStep("settle", "prices, wages, gifts and every other amount go to the ledger", settle),
    DayStep("record", "one row of measures, the gaps, what each customer did", record),
)


class Market(mesa.Model):
    """One market with one plan. `market.step()` is a day; `market.run()` is all of them.

    Parameters: the resolved `document`; `seed` of the experiment (the document's own when None); `replication`;
    `keep_encounters` to have every visit in the result; `traced`, the row of a customer whose story is kept.
    """

    def __init__(
        self,
        document: Document,
        *,
        seed: int | None = None,
        replication: int = 0,
        keep_encounters: bool = False,
        traced: int | None = None,
    ) -> None:
        super().__init__(rng=0)  # Mesa's generators are never used: all randomness comes from `streams`
        if traced is not None and not 0 <= traced < document.market.customers:
            raise RequestError(f"customer {traced} does not exist; customers are 0 to {document.market.customers - 1}")
        self.calendar = Calendar.of(document.calendar)
        self.stages = timeline(document, self.calendar)
        self.document = document = self.stages[0]  # with the changes that begin on the first day
        self.streams = Streams(document.seed if seed is None else seed, replication)
        self.day = 0
        self.order: tuple[DayStep, ...] = DAY  # the steps of each day; a stopwatch may stand around them
        self.segment_names = tuple(document.market.segments)
        self.site_names = document.market.site_names
        self.customers: Customers = draw_customers(document, self.streams)
        self.opening_means = opening_means(document)
        self.audiences = Audiences(tuple(self.stages.values()), self.customers, self.streams)
        self.network = network_of(document, self.customers.population, self.streams)
        self.plant = Plant(document)
        self.demand = Demand(document, self.plant, document)
        self.rivals = Rivals(self)
        self.wallet = Wallet.of(document)
        self.consumables = Consumables.of(self)
        self.delivery = Delivery(document, self.plant)
        self.regions = Regions.of(document, document, self.calendar, self.customers)
        self.waiting_rooms = WaitingRooms(document, self.plant)
        self.hazards = Hazards(document)
        self.further_needs = further_needs(document, self.plant)
        self.further = Further.none()
        self.shelves = Shelves.of(document)
        self.windows = Windows.of(document, self.plant)
        self.facility_state = FacilityState.empty(self.plant.facility)
        self.workforce = Workforce()
        self.branch_problems = BranchProblems()
        self.management = Management.of(document, self.customers)
        tiers = (WITHOUT_TIER, *document.market.tiers) if document.market.tiers else ()
        self.ledger = Ledger(self.segment_names, self.site_names, traced, tiers, self.customers.tier)
        self.airings = airings(document, self.calendar)
        self.campaigns = {
            name: RunningCampaign(
                name, document, [each for each in self.airings if each.campaign == name], self.customers.segment
            )
            for name in document.campaigns
        }
        self.address_book = AddressBook(document, self.customers, self.streams)
        stocks = list(document.gifts)
        self.stocks = [Stock(name, document) for name in stocks]
        self.offers = [
            RunningOffer(name, offer, document, self.calendar, -1 if offer.gifts is None else stocks.index(offer.gifts))
            for name, offer in document.offers.items()
        ]
        self.reviews = None if document.reviews is None else ReviewStock(document.reviews.opening)
        self.referrals = {
            name: RunningReferral(name, terms, self.calendar, len(self.customers))
            for name, terms in document.referrals.items()
        }
        self.audiences.offers = {running.name: running for running in self.offers}
        self.memberships = Memberships.of(document, self.customers, self.streams)
        self.tariffs = Tariffs.of(document, self.calendar, self.customers, self.streams)
        self.pantry = Pantry.of(document)
        self.billing = Billing.of(document, self.customers, self.streams)
        self.assortment = Assortment.of(document, self.customers, self.streams)
        self.programmes = {
            name: Programme(name, terms, self.calendar, self.customers, self.streams)
            for name, terms in document.outreach.items()
        }
        self.ways = {name: RunningWays(self, name, terms) for name, terms in document.outreach.items() if terms.ways}
        self.scale_use = ScaleUse(self)
        self.funnels = funnels_of(document.funnels, self.calendar, self.customers.population, self.streams)
        self.audiences.funnels = self.funnels
        for funnel in self.funnels.values():
            everyone = np.arange(len(self.customers))
            funnel.open(everyone[self.audiences.members(funnel.owner, funnel.funnel.audience, everyone)])
        self.festivals = Festivals(document, self.calendar, self.customers, self.streams)
        self.scripts = {
            name: ScriptState(len(self.customers))
            for name, terms in document.outreach.items()
            if terms.script is not None
        }
        self.limits = limits_of(document, self.customers.population, self.streams)
        self.audiences.limits = {running.owner: self.limits.get(running.name) for running in self.offers}
        self.tier_reviews = TierReviews.of(document, self.customers, self.streams)
        self.points = points_in(self)
        self.pursuit = Pursuit.of(self)
        self.prepay = prepay_in(self)
        self.suppliers = Suppliers(document)
        self.guests: dict[str, Guests] = {}
        self.talk = Talk.none()
        self.diary = Diary.none()
        self.cases = Cases.none()
        self.case_rules = None if document.service.recovery is None else CaseRules(document)
        self.budget_spent = 0
        self.falls_due: dict[int, list[tuple[str, int]]] = {}
        self.purse = Purse(document, self.calendar)
        self.traced = traced
        self.recorder = Recorder(self, keep_encounters)
        self.measurement = Measurement.of(self)
        self.today = Today(0, self.calendar.weekday(0))
        self.yesterday: Today | None = None
        self._handles: dict[int, Customer] = {}
        self._everyone: AgentSet | None = None

    @property
    def agents(self) -> AgentSet:
        """Everyone as Mesa agents, made on first use; `market.agents.select(...).do(...)` reads and writes the columns.

        Raises RequestError above 200,000 customers: ask `agents_of(rows)` for some of them.
        """
        if self._everyone is None:
            if len(self.customers) > MOST_AGENTS:
                raise RequestError(
                    f"{len(self.customers):,} customers are too many to make an agent of each; "
                    "use market.agents_of(rows) with the rows you want"
                )
            self._everyone = self.agents_of(np.arange(len(self.customers)))
        return self._everyone

    @agents.setter
    def agents(self, agents: object) -> None:
        raise AttributeError("agents are handles on market.customers; change the columns, or the agents themselves")

    @property
    def agent_types(self) -> list[type]:
        """The one kind of agent there is."""
        return [Customer]

    @property
    def agents_by_type(self) -> dict[type[mesa.Agent], AgentSet]:
        """Everyone, as Mesa's data collector asks for them."""
        return {Customer: self.agents}

    def agents_of(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> AgentSet:
        """The customers in `rows` (numbers, or a mask over everyone) as Mesa agents; one agent a row, made once.

        Raises RequestError for a row nobody has.
        """
        size = len(self.customers)
        wanted: NDArray[np.generic] = np.asarray(rows)
        if wanted.dtype == np.bool_ and len(wanted) == size:
            wanted = np.flatnonzero(wanted)
        numbers: list[int] = wanted.tolist()
        if numbers and not (wanted.dtype.kind in "iu" and min(numbers) >= 0 and max(numbers) < size):
            raise RequestError(f"rows are whole numbers from 0 to {size - 1}, or a mask over all {size} customers")
        if not numbers:
            return self.agents_of(np.zeros(1, np.int64)).select(at_most=0)
        handles = self._handles
        for row in numbers:
            if row not in handles:
                handles[row] = Customer(self, row)
        return AgentSet([handles[row] for row in numbers])

    def step(self) -> None:
        """One day: its steps in order."""
        if self.day >= self.calendar.days:
            raise RequestError(f"the run ends after day {self.calendar.days - 1}")
        self.today = Today(self.day, self.calendar.weekday(self.day))
        for step in self.order:
            step.act(self)
        self.yesterday = self.today
        self.day += 1
        self.running = self.day < self.calendar.days

    def run(self) -> RunResult:
        """All remaining days, and the tables of the whole run."""
        with _without_collections():
            while self.day < self.calendar.days:
                self.step()
        return self.recorder.result()


@contextmanager
def _without_collections() -> Iterator[None]:
    """No garbage collections meanwhile: a day leaves no cycles behind, so they would only search the whole program."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def run(
    scenario: Scenario, plan: str, replication: int = 0, seed: int | None = None, keep_encounters: bool = False
) -> RunResult:
    """One run of one plan of a loaded scenario, every visit with it if asked. RequestError for an unknown plan."""
    document = scenario.document(plan)
    return run_once(document, seed=seed, replication=replication, keep_encounters=keep_encounters)


def run_once(
    document: Document, *, seed: int | None = None, replication: int = 0, keep_encounters: bool = False
) -> RunResult:
    """One run of a resolved document, after which nothing of the market is left in memory.

    Mesa ties every model to itself (`step` is bound to it), so a market would wait for a full garbage collection.
    """
    market = Market(document, seed=seed, replication=replication, keep_encounters=keep_encounters)
    result = market.run()
    vars(market).clear()
    return result
