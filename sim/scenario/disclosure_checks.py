"""Limits kept quiet of promises that nobody hears.

One document goes in; out come findings, which `checks.py` refuses and `cautions.py` warns of.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.document import Document
from sim.scenario.finding import Finding


def impossible_disclosures(document: Document) -> Iterator[Finding]:
    """Limits of campaigns that promise nothing."""
    for name, campaign in document.campaigns.items():
        quiet = campaign.disclosure
        if quiet is None or campaign.promised_wait is not None:
            continue
        if all(level is None for level in (*campaign.promise.values(), *quiet.promise.values())):
            found = "a limit of what the campaign promises, and it promises nothing"
            yield Finding(("campaigns", name, "disclosure"), found, "a promise, here or in the disclosure")


def doubtful_disclosures(document: Document) -> Iterator[Finding]:
    """Promises of offers that no campaign announces, and limits that keep nothing from anybody."""
    announced = {offer for campaign in document.campaigns.values() for offer in campaign.announces}
    for name, offer in document.offers.items():
        quiet = offer.disclosure
        if quiet is None or offer.step_up is not None:
            continue
        if name not in announced and any(level is not None for level in quiet.promise.values()):
            found = "a promise, and no campaign announces the offer"
            yield Finding(("offers", name, "disclosure", "promise"), found, "nobody hears it")
