"""Stepped tariffs and scripts that cannot be, or that nobody will ever sign.

One document goes in; out come findings, which `checks.py` refuses and `cautions.py` warns of.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.document import Document
from sim.scenario.finding import Finding


def impossible_bills(document: Document) -> Iterator[Finding]:
    """Tariffs without bills, contacts that sign or follow what is not there."""
    for name, offer in document.offers.items():
        if offer.step_up is not None and document.market.bills is None:
            found = "a step on monthly bills, and nobody is billed by the month"
            yield Finding(("offers", name, "step_up"), found, "market.bills: what customers are billed a month")
    for name, terms in document.outreach.items():
        if terms.signs is not None and document.offers[terms.signs].step_up is None:
            found = f"{terms.signs}, which is not a stepped tariff"
            yield Finding(("outreach", name, "signs"), found, "an offer with step_up")
        if terms.of is not None and document.outreach[terms.of].script is None:
            yield Finding(("outreach", name, "of"), f"{terms.of}, which has no script", "a programme with a script")


def doubtful_bills(document: Document) -> Iterator[Finding]:
    """Tariffs that no contact signs, and agreements that nobody follows up."""
    for name, offer in document.offers.items():
        if offer.step_up is not None and not any(each.signs == name for each in document.outreach.values()):
            found = "no programme of outreach signs it"
            yield Finding(("offers", name, "step_up"), found, "nobody can sign; a programme says signs: the offer")
    for name, terms in document.outreach.items():
        if terms.script is not None and not any(each.of == name for each in document.outreach.values()):
            found = "a script, and no programme visits those who agree"
            yield Finding(("outreach", name, "script"), found, "after: script, of: this programme")
