"""Prepay offers that cannot be, and those that are hardly meant.

One document goes in; out come findings, which `checks.py` refuses and `cautions.py` warns of.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.document import Document
from sim.scenario.finding import Finding


def impossible_prepay(document: Document) -> Iterator[Finding]:
    """Money paid in advance for bills that nobody has, and limits that mean nothing."""
    for name, offer in document.offers.items():
        if offer.prepay is None:
            continue
        place = ("offers", name, "prepay")
        if document.market.spending is None:
            allowed = "market.spending: the bills that what is prepaid pays"
            yield Finding(place, "money paid in advance, and nobody has bills", allowed)
        if "limit" in offer.model_fields_set:
            found = "a limit beside an offer that each customer takes once"
            yield Finding(("offers", name, "limit"), found, "no limit; prepay.tiers.*.quota says how many may sign")


def doubtful_prepay(document: Document) -> Iterator[Finding]:
    """Prepayments that outlive the run, contracts nobody feels, quotas larger than the market."""
    market, run = document.market, document.calendar.run
    sizes = market.segment_sizes()
    for name, offer in document.offers.items():
        terms = offer.prepay
        if terms is None:
            continue
        place = ("offers", name, "prepay")
        months = 12 * run.end.year + run.end.month - 12 * offer.during.start.year - offer.during.start.month
        if months < terms.released_over:
            found = f"{terms.released_over} months, and the run ends {months} months after the offer begins"
            yield Finding((*place, "released_over"), found, "nobody's last part is released inside the run")
        if terms.contract is not None and document.behaviour.leaving.form != "hazard":
            found = f"a contract, and behaviour.leaving is {document.behaviour.leaving.form}"
            yield Finding((*place, "contract"), found, "a cost of switching keeps nobody from leaving by chance alone")
        for tier, each in terms.tiers.items():
            members = sum(sizes[segment] for segment, kind in market.segments.items() if kind.tier == tier)
            if market.tier_review is None and each.quota > members:
                found = f"{each.quota:,} may sign, and {members:,} people have the tier"
                yield Finding((*place, "tiers", tier, "quota"), found, "the quota never holds anybody back")
        if terms.coupon is not None and terms.coupon.unused == 1:
            yield Finding((*place, "coupon", "unused"), "coupons nobody ever uses", "they cost nothing and do nothing")
