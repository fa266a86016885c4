"""Who a campaign speaks to, an offer is open to, a contact is owed to: a mask over the customers on a given day.

An audience of the document and some rows go in; which of them belong today comes out. What is drawn up once for an
audience (who is held out, the list of the highest) is kept under the name of whoever asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.customers import CUSTOMER, PROSPECT, Customers
from sim.levers.observed import Observed, What
from sim.levers.risk_signs import RiskSigns
from sim.money import digits
from sim.scenario.audience import Audience, Band, Condition, Top, whole
from sim.scenario.audience_checks import audiences_in
from sim.scenario.document import Document
from sim.streams import Streams

if TYPE_CHECKING:
    from sim.levers.funnels import RunningFunnel
    from sim.levers.limits import Limit
    from sim.levers.offers import RunningOffer

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Audiences:
    """Answers who belongs to an audience, from what the firm can observe.

    observed: what customers paid and how often they were served; reached: campaign -> (n,), whom it has reached, for
    the campaigns some audience leaves out; offers: every offer of the run, for those some audience leaves out;
    funnels: every funnel of the run; limits: of the owners that keep one quiet, whom they warned and who is out
    """

    def __init__(self, stages: Sequence[Document], customers: Customers, streams: Streams) -> None:
        first = stages[0]
        self._customers = customers
        self._streams = streams
        self._segments = tuple(first.market.segments)
        self._tiers = tuple(first.market.tiers)
        self._sites = first.market.site_names
        self._minor = 10 ** digits(first.currency)
        every = [audience for stage in stages for _, audience in audiences_in(stage)]
        review = first.market.tier_review
        windows = [window for each in (*every, review) if each is not None for window in each.windows]
        self.observed = Observed(len(customers), windows)
        named = dict.fromkeys(name for audience in every for name in audience.not_in)
        campaigns = dict.fromkeys(name for stage in stages for name in stage.campaigns)
        self.reached = {name: np.zeros(len(customers), np.bool_) for name in named if name in campaigns}
        self.offers: Mapping[str, RunningOffer] = {}
        self.funnels: Mapping[str, RunningFunnel] = {}
        self.limits: Mapping[str, Limit | None] = {}
        self.signs = RiskSigns.of(first) or RiskSigns((), 0)
        self._held_out: dict[str, Flags] = {}
        self._lists: dict[tuple[str, Top], Flags] = {}

    def members(self, owner: str, audience: Audience, rows: Integers, status: NDArray[np.int8] | None = None) -> Flags:
        """True for each of `rows` the audience holds, (k,): by their `status` at the time, today's where left out.

        `owner` names who asks, such as `campaigns.autumn`: the same owner holds out the same people all through.
        """
        customers = self._customers
        status = customers.status[rows] if status is None else status
        mask = np.ones(len(rows), np.bool_)
        if audience.segments is not None:
            mask &= _named(self._segments, audience.segments)[customers.segment[rows]]
        if audience.tiers is not None:
            mask &= _named((*self._tiers, ""), audience.tiers)[customers.tier[rows]]  # the last: those without a tier
        if audience.sites is not None:
            mask &= _named(self._sites, audience.sites)[customers.site[rows]]
        if audience.customers == "customers":
            mask &= status == CUSTOMER
        elif audience.customers == "prospects":
            mask &= status != CUSTOMER
        elif audience.customers == "newcomers":
            mask &= status == PROSPECT
        for name, states in audience.funnel.items():
            mask &= self.funnels[name].standing_in(states)[rows]
        if audience.where is not None:
            mask &= self._fit(audience.where, rows, status)
            if audience.where.any_of:
                mask &= np.any([self._fit(each, rows, status) for each in audience.where.any_of.values()], axis=0)
        for name in audience.not_in:
            mask &= ~self._had(name, rows)
        if audience.hold_out:
            mask &= ~self.held_out(owner, audience)[rows]
        if audience.top is not None:
            mask &= self._highest(owner, audience, audience.top)[rows]
        limit = self.limits.get(owner)
        if limit is not None:
            mask &= ~limit.warned[rows]
        return mask

    def held_out(self, owner: str, audience: Audience) -> Flags:
        """Whom the hold-out of this owner leaves out, (n,), whether or not they would belong otherwise."""
        found = self._held_out.get(owner)
        if found is None:
            luck = self._streams.everyone("hold-out", 0, self._customers.population, owner)
            found = self._held_out[owner] = luck < audience.hold_out
        return found

    def _had(self, name: str, rows: Integers) -> Flags:
        if name in self.reached:
            return self.reached[name][rows]
        return self.offers[name].had(rows)

    def _fit(self, where: Condition, rows: Integers, status: NDArray[np.int8]) -> Flags:
        customers, observed = self._customers, self.observed
        mask = np.ones(len(rows), np.bool_)
        for name, band in where.attributes.items():
            mask &= _inside(band, customers.attributes[name][rows])
        if where.tenure is not None:
            mask &= _inside(where.tenure, observed.today - customers.joined[rows]) & (status == CUSTOMER)
        if where.spend is not None:
            paid = observed.over("spend", whole(where.spend.over))
            mask &= _inside(where.spend, paid[rows] / self._minor) if paid is not None else False
        if where.spend_change is not None:
            days = whole(where.spend_change.over)
            latest, both = observed.over("spend", days), observed.over("spend", 2 * days)
            if latest is None or both is None:
                mask[:] = False
            else:
                before = both[rows] - latest[rows]
                change = np.divide(latest[rows], before, out=np.zeros(len(rows)), where=before > 0)
                mask &= _inside(where.spend_change, change) & (before > 0)
        if where.visits is not None:
            visits = observed.over("visits", whole(where.visits.over))
            mask &= _inside(where.visits, visits[rows].astype(np.float64)) if visits is not None else False
        if where.days_since_visit is not None:
            last = observed.last_visit[rows]
            mask &= _inside(where.days_since_visit, (observed.today - last).astype(np.float64))
            if where.days_since_visit.high is not None:
                mask &= last >= 0
        for name in where.shows:
            mask &= self.signs.shown(name)[rows] & (status == CUSTOMER)
        return mask

    def _highest(self, owner: str, audience: Audience, top: Top) -> Flags:
        """The list of this owner, (n,), drawn up at the first asking."""
        found = self._lists.get((owner, top))
        if found is None and (top.over is None or self.observed.today >= whole(top.over)):
            everyone = np.arange(len(self._customers))
            whoever = audience.model_copy(update={"top": None, "hold_out": 0.0})  # the held out are a share of the list
            rows = everyone[self.members(owner, whoever, everyone)]
            highest = rows[np.argsort(-self._by(top, rows), kind="stable")[: top.count]]
            found = self._lists[owner, top] = np.zeros(len(self._customers), np.bool_)
            found[highest] = True
        return np.zeros(len(self._customers), np.bool_) if found is None else found

    def _by(self, top: Top, rows: Integers) -> Floats:
        if top.by in self._customers.attributes:
            return self._customers.attributes[top.by][rows]
        if top.by == "tenure":
            return np.asarray(self.observed.today - self._customers.joined[rows])
        assert top.over is not None  # the document sees to it
        what: What = "spend" if top.by == "spend" else "visits"
        total = self.observed.over(what, whole(top.over))
        assert total is not None  # no list is drawn up before the window is whole
        return total[rows].astype(np.float64)


def _named(names: Sequence[str], wanted: Sequence[str]) -> Flags:
    """Which of the names are wanted, one flag a name."""
    return np.array([name in wanted for name in names], np.bool_)


def _inside(band: Band, values: Floats) -> Flags:
    mask = np.ones(len(values), np.bool_)
    if band.low is not None:
        mask &= values >= band.low
    if band.high is not None:
        mask &= (values <= band.high) if band.reaches_high else (values < band.high)
    return mask
