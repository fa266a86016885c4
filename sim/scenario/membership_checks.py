"""Memberships that cannot be sold, and those that hardly can.

One document goes in; out come findings, which `checks.py` refuses and `cautions.py` warns of.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.document import Document
from sim.scenario.finding import Finding


def impossible_memberships(document: Document) -> Iterator[Finding]:
    """People who become customers by adoption, where only who joins is one; tiers by reviews are another matter."""
    if document.membership is None:
        return
    if document.behaviour.acquisition.form == "bass":
        found = "customers by adoption, and a membership that alone makes customers"
        yield Finding(("behaviour", "acquisition"), found, "no membership, or acquisition: {form: through-choice}")
    for position, name in enumerate(document.membership.offered_by):
        if document.outreach[name].audience.customers == "customers":
            path = ("membership", "offered_by", str(position))
            found = f"{name}, whose contacts are owed to customers alone"
            yield Finding(path, found, "a programme whose audience is everyone, prospects or newcomers")


def doubtful_memberships(document: Document) -> Iterator[Finding]:
    """A term longer than the run, so that nobody's renewal shows; visitors who cannot become customers by visiting."""
    terms = document.membership
    if terms is None:
        return
    run = document.calendar.run
    if terms.every > run.days:
        found = f"terms of {terms.every:g} days in a run of {run.days}"
        yield Finding(("membership", "every"), found, "nobody who joins in the run renews inside it")
    for name, need in document.market.needs.items():
        if not need.customers_only:
            path = ("market", "needs", name)
            found = f"{name} may bring people who are not members, and visiting makes nobody one"
            yield Finding(path, found, "customers_only: true where only members are served")
