"""An offer to pay in advance: customers pay a sum, get a card and a coupon for it, and are bound while it is released.

What is prepaid is owed to the customer: released in equal parts month by month, each part pays bills (purchases of
market.spending) that would else be paid in cash.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from sim.distributions import TimeDistribution
from sim.scenario.quantities import Amount, Count, Days, Identifier, NonNegative, PositiveCount, Share
from sim.scenario.section import Section


class Coupon(Section):
    """A coupon given at signing, used once and whole, or never."""

    face: Amount = Field(gt=0, description="what it says; no change is given")
    cost: Share = Field(description="what a coupon used costs the firm, share of its face value")
    unused: Share = Field(default=0.0, description="share of coupons that are never used (breakage)")
    valid: Days = Field(
        ge=1, le=36_525, description="whole days after signing in which it is used, on any of them alike"
    )


class Contract(Section):
    """What binds those who signed while it runs."""

    lasts: Days = Field(ge=1, le=36_525, description="whole days from signing")
    switching_cost: NonNegative = Field(
        le=100, description="added to a customer's cost of leaving while it runs, utility (see behaviour.leaving)"
    )


class PrepayTerms(Section):
    """What customers of one tier prepay and get."""

    quota: Count = Field(description="how many may sign, over all sites; each site's part is by its members")
    prepaid: Amount = Field(gt=0, description="what a customer pays at signing")
    card: Amount = Field(default=0, validate_default=True, description="credit given on a card, booked against revenue")


class Prepay(Section):
    """Customers who know of it decide once, come to sign, pay, and are given card and coupon."""

    tiers: dict[Identifier, PrepayTerms] = Field(min_length=1, description="terms by tier; no other tier may sign")
    over_quota: Literal["refused", "borne by the site"] = Field(
        description="what becomes of who comes when their site's part of the quota is used: refused, or signed at the "
        "site's own cost until the quota of all sites is used; for a tier it ends when nobody may sign any more"
    )
    released_over: PositiveCount = Field(
        description="months: an equal part is released on the first day of each calendar month after signing"
    )
    accepts: Share = Field(description="chance that someone who knows of it and may have it wants it; decided once")
    at: Identifier = Field(description="the station where one signs")
    takes: TimeDistribution = Field(description="work of signing one customer")
    comes_within: Days = Field(gt=0, description="mean days between deciding and coming to sign")
    coupon: Coupon | None = Field(default=None, description="a coupon given beside the card; booked as retention cost")
    contract: Contract | None = Field(default=None, description="what binds those who signed")
    on_leaving: Literal["forfeited", "refunded"] = Field(
        default="forfeited", description="what becomes of money prepaid and not used when a customer leaves"
    )

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not any(terms.quota for terms in self.tiers.values()):
            raise ValueError("a quota of 0 for every tier; somebody must be able to sign")
        return self
