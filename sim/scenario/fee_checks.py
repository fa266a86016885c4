"""Fees and waivers that cannot be, and those that are hardly meant.

One document goes in; out come findings, which `checks.py` refuses and `cautions.py` warns of.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sim.scenario.document import Document
from sim.scenario.finding import Finding


def impossible_waivers(document: Document) -> Iterator[Finding]:
    """A term from the first purchase of newcomers, where people become customers without buying anything."""
    if document.behaviour.acquisition.form != "bass":
        return
    for name, offer in document.offers.items():
        if offer.waiver is not None and offer.audience.customers in ("newcomers", "prospects"):
            found = f"an offer to {offer.audience.customers}, and people become customers by adoption before they buy"
            allowed = "an audience of customers or everyone, or behaviour.acquisition: {form: through-choice}"
            yield Finding(("offers", name, "audience", "customers"), found, allowed)


def doubtful_fees(document: Document) -> Iterator[Finding]:
    """Fees of nothing, waivers that waive nothing, and those whose end the run does not show."""
    for need, section in document.market.needs.items():
        for name, fee in section.fees.items():
            if not fee.amount:
                yield Finding(("market", "needs", need, "fees", name, "amount"), "a fee of 0", "nothing is charged")
    for name, offer in document.offers.items():
        waiver, place = offer.waiver, ("offers", name, "waiver")
        if waiver is None:
            continue
        if not waiver.off:
            yield Finding((*place, "off"), "no share of the fee is waived", "nobody pays less")
        if waiver.days is None or offer.during.start + timedelta(days=waiver.days) <= document.calendar.run.end:
            continue
        found = f"{waiver.days} days for each customer, from {offer.during.start} at the earliest"
        yield Finding((*place, "lasts"), found, "nobody's ends inside the run, so that its end does not show")
