"""The market of a scenario: who the customers are, what they need, who else serves them, who talks to whom."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Self

import numpy as np
from pydantic import Field, model_validator

from sim.distributions import Distribution, NumberDistribution
from sim.scenario.bills import Bills
from sim.scenario.bundles import Good
from sim.scenario.competition import Departure, Line, Moves, Rival
from sim.scenario.fees import Fee
from sim.scenario.further import LatentNeed
from sim.scenario.quantities import (
    Amount,
    Days,
    HoursOfDay,
    Identifier,
    NonNegative,
    PositiveCount,
    PositiveNumber,
    Rate,
    Share,
    SignedAmount,
    Text,
)
from sim.scenario.regions import Region
from sim.scenario.risk_signs import RiskSign
from sim.scenario.section import Levels, Section, Weekday, Weights
from sim.scenario.talk import SmallWorld, Talk
from sim.scenario.tier_review import TierReview


class Expectations(Section):
    """What customers expect at opening, 1-7 per dimension; one personal shift moves all three alike."""

    desired: Levels = Field(description="what the service should be (upper edge of the zone of tolerance)")
    adequate: Levels = Field(description="what is still acceptable (lower edge of the zone of tolerance)")
    will: Levels | None = Field(
        default=None,
        description="what customers think they will get; left out, what the service gives on a quiet day",
    )
    spread: NonNegative = Field(default=0.4, description="standard deviation between customers, scale points")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        for name, low, high in zip(Levels.model_fields, self.adequate.values(), self.desired.values(), strict=True):
            if low > high:
                raise ValueError(f"adequate {name} ({low:g}) is above desired ({high:g}); it must not be")
        return self


class Traits(Section):
    """How customers differ at opening. Left out in a segment, `market.customers` says; left out there, the program."""

    expectations: Expectations | None = Field(default=None, description="will, desired and adequate expectation")
    importance: Weights | None = Field(default=None, description="importance of the dimensions")
    importance_spread: NonNegative | None = Field(
        default=None, le=10, description="log standard deviation of each weight between customers"
    )
    existing: Share | None = Field(default=None, description="share who are customers of the firm at opening")
    aware: Share | None = Field(default=None, description="share of the others who know of the firm at opening")
    satisfaction: NumberDistribution | None = Field(default=None, description="satisfaction at opening, 0-100")
    loyalty: NumberDistribution | None = Field(default=None, description="loyalty at opening, 0-1")
    trust: NumberDistribution | None = Field(default=None, description="trust in the firm's promises at opening, 0-1")
    tenure: Distribution[Days] | None = Field(default=None, description="how long customers have been customers")
    activity: NumberDistribution | None = Field(default=None, description="multiplies a person's rate of needs; mean 1")
    spend: NumberDistribution | None = Field(default=None, description="multiplies a person's amounts; mean 1")
    price_sensitivity: NumberDistribution | None = Field(default=None, description="multiplies price effects; mean 1")
    patience: NumberDistribution | None = Field(default=None, description="multiplies a person's patience; mean 1")
    influence: NumberDistribution | None = Field(
        default=None,
        description="multiplies the effect of what a person tells others and of their invitations; 1 if left out",
    )
    switching_cost: NumberDistribution | None = Field(default=None, description="cost of leaving the firm, in utility")


class Segment(Section):
    """A kind of customer."""

    title: Text | None = Field(default=None, description="name to print, by language")
    share: Share = Field(description="share of all customers; the shares add up to 1")
    tier: Identifier | None = Field(default=None, description="status the firm gives them, one of market.tiers")
    needs: dict[Identifier, NonNegative] = Field(
        default_factory=dict, description="multiplies the rate of a need for this segment; 1 where left out"
    )
    prefers: dict[Identifier, PositiveNumber] = Field(
        default_factory=dict,
        description="channels they want to be contacted through, by weight; as the market's if empty",
    )
    moves: Moves = Field(
        default="each need",
        description="what they take to one supplier at once: 'each need', 'one line' or 'all lines'",
    )
    traits: Traits = Field(default_factory=Traits, description="where this segment differs from the others")
    attributes: dict[Identifier, NumberDistribution] = Field(
        default_factory=dict, description="attributes of the market whose distribution differs in this segment"
    )


class Need(Section):
    """An occasion on which a person wants a service: how often, at whose counter, what it is worth."""

    title: Text | None = Field(default=None, description="name to print, by language")
    task: Identifier = Field(description="the task of service.tasks it brings to the firm")
    rate: Rate = Field(description="how often a person has it, such as '1.5 per month'")
    due_after: Days | None = Field(
        default=None,
        gt=0,
        description="what wears out: nobody has it again before this time since it was last met, and then at its rate",
    )
    amount: NumberDistribution | None = Field(
        default=None,
        description="the amount it is about, in the currency: it decides which steps with 'above' it goes through",
    )
    contested: bool = Field(default=True, description="whether rivals or staying at home can win it")
    line: Identifier | None = Field(default=None, description="the product line it belongs to, one of market.lines")
    customers_only: bool = Field(default=False, description="whether only existing customers have it")
    makes_customers: bool = Field(
        default=True, description="whether being served for it makes someone a customer; not a game or a look round"
    )
    price: SignedAmount = Field(default=0, validate_default=True, description="what a served customer pays")
    prices: dict[Identifier, Amount] = Field(
        default_factory=dict,
        description="price list: what customers of a segment or a tier pay instead of the price; of several that one "
        "belongs to, the first written",
    )
    fees: dict[Identifier, Fee] = Field(
        default_factory=dict, description="what a served customer pays beside the price, such as for delivery"
    )
    usual_price: Amount | None = Field(
        default=None,
        description="the price people are used to, fees included, which rivals' prices are relative to; price and fees "
        "where left out, so give it where a plan sets another price or fee",
    )
    cost: SignedAmount = Field(default=0, validate_default=True, description="variable cost of serving it")
    goods: list[Identifier] | None = Field(
        default=None, min_length=1, description="goods of which visitors take those worth their prices to them"
    )
    weekdays: dict[Weekday, NonNegative] = Field(
        default_factory=dict, description="relative frequency by weekday; 1 where left out"
    )
    festivals: dict[Identifier, NonNegative] = Field(
        default_factory=dict, description="multiplies the rate on the days of a festival; 1 where left out"
    )
    hours: dict[HoursOfDay, NonNegative] = Field(
        default_factory=dict,
        description="relative frequency by time of day ('09:00-11:00': 2); even over opening hours where left out",
    )
    responds_to_advertising: NonNegative = Field(
        default=0.0, description="relative rise of the rate at full advertising response; 0.5 is half as many again"
    )

    @property
    def charged(self) -> Decimal:
        """The price and all fees together, before any discount or waiver."""
        return sum((fee.amount for fee in self.fees.values()), self.price)


class Spending(Section):
    """Purchases customers pay with the firm's product elsewhere (card receipts): no visit, but a margin."""

    rate: Rate = Field(description="receipts a customer, such as '3 per month'")
    amount: NumberDistribution = Field(
        description="amount of one receipt, in the currency; or, with unit_price, a quantity"
    )
    unit_price: Amount = Field(
        default=1,
        validate_default=True,
        gt=0,
        description="money for one unit of the amount, where amounts are quantities such as square metres",
    )
    margin: Share = Field(description="share of the money paid that the firm earns")


class MarketSection(Section):
    """Everyone in the market: customers of the firm, of its rivals, and of nobody yet."""

    customers: PositiveCount = Field(description="how many people the market holds, prospects included", le=20_000_000)
    sites: PositiveCount | Annotated[dict[Identifier, PositiveNumber], Field(min_length=1)] = Field(
        default=1, description="number of sites, or each site with its relative share of customers"
    )
    regions: dict[Identifier, Region] = Field(
        default_factory=dict,
        description="sites, by name, that differ from the others: opening, reach, prices, rivals, staff",
    )
    tiers: list[Identifier] = Field(default_factory=list, description="statuses the firm gives, the highest first")
    tier_review: TierReview | None = Field(
        default=None, description="when and how tiers change; nobody changes tier if left out"
    )
    segments: dict[Identifier, Segment] = Field(description="kinds of customers, with shares that add up to 1")
    prefers: dict[Identifier, PositiveNumber] = Field(
        default_factory=dict,
        description="channels people want to be contacted through, by weight; one each, which campaigns may keep to",
    )
    traits: Traits = Field(default_factory=Traits, description="how customers of all segments differ")
    attributes: dict[Identifier, NumberDistribution] = Field(
        default_factory=dict,
        description="numbers the firm keeps of each person, drawn at opening, that audiences look at",
    )
    needs: dict[Identifier, Need] = Field(default_factory=dict, description="why people come")
    busyness: NumberDistribution | None = Field(
        default=None,
        description="busy and quiet days: multiplies everybody's rates of needs on each day alike; mean 1; every day "
        "the same if left out",
    )
    latent_needs: dict[Identifier, LatentNeed] = Field(
        default_factory=dict, description="what visitors need besides, mostly without saying so"
    )
    goods: dict[Identifier, Good] = Field(
        default_factory=dict, description="what can be bought, apart or in a bundle, by those who come for it"
    )
    bills: Bills | None = Field(default=None, description="monthly bills of the firm's customers, at list tariff")
    spending: Spending | None = Field(default=None, description="purchases with the firm's product elsewhere")
    lines: dict[Identifier, Line] = Field(
        default_factory=dict, description="product lines: needs bought together, and of which the firm has a share"
    )
    rivals: dict[Identifier, Rival] = Field(default_factory=dict, description="who else serves the contested needs")
    departures: dict[Identifier, Departure] = Field(
        default_factory=dict, description="causes of leaving with a hazard of their own"
    )
    risk_signs: dict[Identifier, RiskSign] = Field(
        default_factory=dict, description="what customers who may leave begin to do, as far as the firm can see it"
    )
    talk: Talk = Field(
        default_factory=lambda: Talk(small_world=SmallWorld()), description="the network of word of mouth"
    )

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        total = sum(segment.share for segment in self.segments.values())
        if abs(total - 1) > 1e-9:
            raise ValueError(f"the shares of the segments add up to {total:.4g}; they must add up to 1")
        if self.busyness is not None:
            if abs(self.busyness.expected() - 1) > 1e-3:
                raise ValueError(
                    f"the mean of busyness is {self.busyness.expected():.4g}; it must be 1, the rates say how often"
                )
            if self.busyness.quantile(np.array([1e-9]))[0] < 0:
                raise ValueError("busyness would be below 0 on some days; take a gamma or a lognormal")
        further = sum(need.share for need in self.latent_needs.values())
        if further > 1 + 1e-9:
            raise ValueError(f"the shares of the latent needs add up to {further:.4g}; a visitor has one at most")
        return self

    @property
    def site_names(self) -> tuple[str, ...]:
        """The sites in order; numbered where the document only says how many."""
        if isinstance(self.sites, dict):
            return tuple(self.sites)
        return tuple(f"site-{number + 1}" for number in range(self.sites))

    def segment_sizes(self) -> dict[str, int]:
        """Customers of each segment: largest remainders, so that they add up to `customers`."""
        exact = {name: segment.share * self.customers for name, segment in self.segments.items()}
        sizes = {name: int(size) for name, size in exact.items()}
        left = self.customers - sum(sizes.values())
        for name in sorted(exact, key=lambda name: sizes[name] - exact[name])[:left]:
            sizes[name] += 1
        return sizes
