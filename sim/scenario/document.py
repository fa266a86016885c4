"""The document of one plan, resolved: everything a run needs to know, in named sections.

A scenario file holds one such document and the overlays of its plans; `load.py` makes one Document for each plan.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.scenario.behaviour import BehaviourSection
from sim.scenario.budget import Budget
from sim.scenario.channels import Channel
from sim.scenario.events import Event
from sim.scenario.experiment import ExperimentSection
from sim.scenario.festivals import Festival
from sim.scenario.funnels import Funnel
from sim.scenario.levers import Campaign, Change, ContactCap, Gifts, Offer
from sim.scenario.market import MarketSection
from sim.scenario.membership import Membership
from sim.scenario.outreach import GiftCap, Outreach
from sim.scenario.panel import Panel
from sim.scenario.press import Press
from sim.scenario.prices import Tariff
from sim.scenario.quantities import Amount, Count, Days, Identifier, Share, SignedAmount, Span
from sim.scenario.referrals import Referral
from sim.scenario.regions import PriceRule
from sim.scenario.reviews import Reviews
from sim.scenario.rules import Rule
from sim.scenario.scorecards import FailureIndex, Scorecard
from sim.scenario.section import Section
from sim.scenario.service import ServiceSection
from sim.scenario.surveys import LoyaltyCells, Survey
from sim.scenario.targets import Target


class CalendarSection(Section):
    """The days of the run and of the campaign; what lies before and after the campaign is measured apart."""

    run: Span = Field(description="first and last day simulated, with the year: '1 Sep 2009 to 31 Dec 2009'")
    festivals: dict[Identifier, Festival] = Field(
        default_factory=dict, description="named days that move needs and are occasions for contacts"
    )
    campaign: Span | None = Field(default=None, description="the campaign window; plans may use it as 'campaign'")


class PaymentTerms(Section):
    """When money moves: cash follows revenue and cost by so many days."""

    customers: Days = Field(default=0.0, description="whole days until customers pay what they bought")
    suppliers: Days = Field(
        default=0.0, description="whole days until suppliers are paid: serving, supplies, media and events"
    )


class MoneySection(Section):
    """What the firm earns and pays besides needs, wages and levers."""

    margin_per_customer: SignedAmount = Field(
        default=0, validate_default=True, description="contribution of a customer a month (deposits, contracts)"
    )
    fixed_cost: Amount = Field(default=0, validate_default=True, description="fixed cost a month")
    paid_after: PaymentTerms | None = Field(
        default=None, description="when customers pay and suppliers are paid; at once if left out"
    )
    discount_rate: Share = Field(default=0.12, gt=0, description="interest a year, for customer lifetime value")


class Document(Section):
    """One plan of a scenario, resolved."""

    currency: Literal[
        "CNY", "EUR", "USD", "GBP", "JPY", "KRW", "INR", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "TRY", "BRL",
        "MXN", "ZAR", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD", "THB", "VND", "IDR", "MYR", "PHP", "KWD", "AED", "SAR",
    ] = Field(description="ISO 4217 code of all amounts")  # fmt: skip
    seed: Count = Field(default=1, description="seed of the experiment")
    calendar: CalendarSection = Field(description="days")
    market: MarketSection = Field(description="customers and rivals")
    service: ServiceSection = Field(default_factory=ServiceSection, description="capacity and quality")
    money: MoneySection = Field(default_factory=MoneySection, description="margins and fixed cost")
    behaviour: BehaviourSection = Field(default_factory=BehaviourSection, description="mechanisms")
    channels: dict[Identifier, Channel] = Field(default_factory=dict, description="ways to reach people")
    campaigns: dict[Identifier, Campaign] = Field(default_factory=dict, description="campaigns")
    contact_cap: ContactCap | None = Field(default=None, description="contact rule over all campaigns")
    offers: dict[Identifier, Offer] = Field(default_factory=dict, description="offers")
    membership: Membership | None = Field(
        default=None, description="a term that members pay for; customers are members"
    )
    tariffs: dict[Identifier, Tariff] = Field(default_factory=dict, description="prices by the hour of a visit")
    outreach: dict[Identifier, Outreach] = Field(
        default_factory=dict, description="calls and visits the staff owe customers"
    )
    gift_caps: dict[Identifier, GiftCap] = Field(
        default_factory=dict, description="by tier, the most that staff may give a customer"
    )
    events: dict[Identifier, Event] = Field(default_factory=dict, description="events with invitations and seats")
    funnels: dict[Identifier, Funnel] = Field(
        default_factory=dict, description="states people pass through, and what moves them on"
    )
    referrals: dict[Identifier, Referral] = Field(
        default_factory=dict, description="programmes that reward bringing somebody, apart from talk"
    )
    reviews: Reviews | None = Field(default=None, description="public reviews of the firm; none if left out")
    press: dict[Identifier, Press] = Field(
        default_factory=dict, description="what papers and broadcasters say about the firm; heard like talk"
    )
    gifts: dict[Identifier, Gifts] = Field(default_factory=dict, description="stocks of gifts")
    rules: dict[Identifier, Rule] = Field(default_factory=dict, description="what slows, pauses or stops campaigns")
    changes: dict[Identifier, Change] = Field(default_factory=dict, description="dated changes of values")
    surveys: dict[Identifier, Survey] = Field(default_factory=dict, description="questionnaires; they only measure")
    panel: Panel | None = Field(
        default=None, description="keep a row for each person: what they did, met and answered; only measures"
    )
    loyalty_cells: LoyaltyCells | None = Field(
        default=None, description="shares of true, latent, spurious and no loyalty (Dick & Basu 1994), by period"
    )
    indices: dict[Identifier, FailureIndex] = Field(default_factory=dict, description="weighted failure indices")
    scorecards: dict[Identifier, Scorecard] = Field(default_factory=dict, description="scorecards of the firm's staff")
    targets: dict[Identifier, Target] = Field(
        default_factory=dict, description="what is to be reached until when; plan against actual"
    )
    price_rule: PriceRule | None = Field(default=None, description="how often prices may change")
    budget: Budget | None = Field(default=None, description="budget of campaigns and gifts")
    experiment: ExperimentSection = Field(default_factory=ExperimentSection, description="how plans are compared")
