"""Limits that what is promised has and does not say: whom each concerns, who was told, who finds out when, who has.

A limit belongs to an offer, to the membership or to what a campaign promises; `Limits` keeps those of one run. Whoever
was told of a limit that concerns them wants the thing no more; the others begin to use it, and find out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sim.customers import CUSTOMER
from sim.operations.visits import NEED
from sim.scenario.disclosure import Disclosure

if TYPE_CHECKING:
    from sim.market import Market
    from sim.scenario.document import Document
    from sim.streams import Population, Streams

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
NEVER: Final = -1
MEMBERSHIP: Final = "membership"


class Limit:
    """One limit, as columns over the customers.

    concerned: whom it concerns; told: who was told of it; heard: who heard the promise and was not told; finds_out:
    the day on which somebody will, `NEVER` for none; knows: who found out
    """

    def __init__(self, concerned: Flags, luck: NDArray[np.float64] | None) -> None:
        size = len(concerned)
        self.concerned = concerned
        self._luck = luck
        self.told, self.heard, self.knows = (np.zeros(size, np.bool_) for _ in range(3))
        self.finds_out = np.full(size, NEVER, np.int32)

    @property
    def signed(self) -> bool:
        """Whether it is told, or not, in calls with a script, and found out from signing on."""
        return self._luck is None

    @property
    def warned(self) -> Flags:
        """Whom it concerns and who was told: they want it no more, (n,)."""
        return self.concerned & self.told

    def tell(self, share: float) -> None:
        """So large a share of people are told of it, each by their own luck; nobody forgets it again."""
        if self._luck is not None:
            self.told |= self._luck < share

    def unaware(self, rows: Integers) -> Integers:
        """Those of `rows` whom it concerns, who were not told and have not begun to find out."""
        return np.asarray(
            rows[self.concerned[rows] & ~self.told[rows] & ~self.knows[rows] & (self.finds_out[rows] == NEVER)]
        )

    def will_find_out(self, rows: Integers, day: int, mean: float, luck: NDArray[np.float64]) -> None:
        """`rows` (k,) begin to use it today and find out in so many days on average, exponentially, from tomorrow."""
        days = np.minimum(np.ceil(-mean * np.log1p(-luck)), 100_000.0)
        self.finds_out[rows] = day + 1 + days.astype(np.int32)


def limits_of(document: Document, population: Population, streams: Streams) -> dict[str, Limit]:
    """The limits of a document, by the name of the offer, `membership`, or `campaigns.` and that of the campaign."""
    found = {}
    for name, terms in disclosures(document).items():
        concerned = streams.everyone("limit", 0, population, name) < terms.affects
        offer = document.offers.get(name)
        told = None
        if offer is None or offer.step_up is None:
            told = streams.everyone("limit told", 0, population, name)
        found[name] = Limit(concerned, told)
        found[name].tell(terms.told)
    return found


def disclosures(document: Document) -> dict[str, Disclosure]:
    """What is kept quiet, by the names of `limits_of`."""
    found = {name: offer.disclosure for name, offer in document.offers.items()}
    found[MEMBERSHIP] = None if document.membership is None else document.membership.disclosure
    found |= {f"campaigns.{name}": campaign.disclosure for name, campaign in document.campaigns.items()}
    return {name: terms for name, terms in found.items() if terms is not None}


def using(market: Market, name: str, limit: Limit) -> Integers:
    """Rows, rising, of those who use today what this limit belongs to, and have used it for the first time lately.

    An offer is used by who has had something of it, a membership by who joined yesterday, what a campaign promises by
    whoever heard it and is served today.
    """
    if name == MEMBERSHIP:
        joined = np.zeros(0, np.int64) if market.yesterday is None else np.sort(market.yesterday.subscribed)
        return np.asarray(joined[market.customers.status[joined] == CUSTOMER])
    if name.startswith("campaigns."):
        judged = market.today.judgement
        assert judged is not None  # asked at the end of step 6
        served = judged.rows[(judged.kind == NEED) & ~judged.lost]
        return np.asarray(served[limit.heard[served]])
    running = next(each for each in market.offers if each.name == name)
    return np.flatnonzero(running.handed > 0)
