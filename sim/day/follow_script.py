"""Part of step 7: what comes of calls with a script, and of visits at which an offer may be signed.

Contacts made today go in; who is called again, thinks, or has agreed to a visit is kept, and who signs what.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.day.find_out import found_out
from sim.day.promising import promise
from sim.scenario.scripts import Script

if TYPE_CHECKING:
    from sim.market import Market

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


def follow_script(market: Market, name: str, script: Script, rows: Integers) -> None:
    """`rows`, rising, were reached by the programme `name`: busy, not interested, thinking, or agreed to a visit."""
    state, programme = market.scripts[name], market.programmes[name]
    luck = market.streams.each("script", market.day, market.customers.population, rows, draws=4, identity=name)
    edges = np.cumsum([script.busy, script.not_interested, script.think])
    outcome = np.searchsorted(edges, luck[:, 0], side="right")
    busy = outcome == 0
    programme.due_next[rows] = np.where(busy, market.day + script.again_after, np.inf)
    state.heard[rows[~busy]] = True
    offer = next(each for each in market.offers if each.name == script.offer)
    offer.knows[rows[~busy]] = True
    warned = _tell(market, script.offer, rows, ~busy, luck[:, 1])
    thinks, agrees = (outcome == 2) & ~warned, (outcome == 3) & ~warned
    later = thinks & (luck[:, 2] < script.then_agrees)
    days = np.maximum(np.ceil(-script.thinks_for * np.log1p(-luck[later, 3])), 1.0)
    state.decides[rows[later]] = market.day + np.minimum(days, 100_000.0).astype(np.int32)
    state.agreed[rows[agrees]] = market.day
    market.today.befell.append(("visit agreed", name, rows[agrees]))
    said = {"busy": busy, "not_interested": (outcome == 1) | (warned & ~busy), "think": thinks, "visit": agrees}
    for what, who in said.items():
        market.today.add(f"script_{what}", int(np.count_nonzero(who)))


def _tell(market: Market, offer: str, rows: Integers, listens: NDArray[np.bool_], luck: Floats) -> NDArray[np.bool_]:
    """Tell those who listen of the limit, or promise as if there were none; who is warned off by it, (k,)."""
    terms = market.document.offers[offer].disclosure
    if terms is None:
        return np.zeros(len(rows), np.bool_)
    limit = market.limits[offer]
    told = listens & (luck < terms.told)
    limit.told[rows[told]] = True
    promise(market, rows[listens & ~told], terms.promise.values())
    return np.asarray(told & limit.concerned[rows])


def sign_up(market: Market, programme: str, name: str, rows: Integers, ended: Floats) -> None:
    """A programme's visits to `rows`, rising, which ended at these minutes: who gains signs, while the quota lasts."""
    billing, place = market.billing, [each.name for each in market.offers].index(name)
    running = market.offers[place]
    terms, limits = running.offer.step_up, market.document.offers[name].disclosure
    assert billing is not None  # the document sees to both
    assert terms is not None
    luck = market.streams.each("signing", market.day, market.customers.population, rows, draws=2, identity=programme)
    eligible = market.audiences.members(running.owner, running.offer.audience, rows) & running.runs(market.day)
    eligible &= running.handed[rows] == 0
    limit = market.limits.get(name)
    if limits is not None and limit is not None:
        concerned, warned = limit.concerned[rows], limit.told[rows] | limit.knows[rows]
        shocked = eligible & concerned & ~warned & (luck[:, 0] < limits.at_visit)
        found_out(market, name, rows[shocked], f"{name} by {programme}")
        eligible &= ~(concerned & (warned | shocked))
    base, step, left = billing.best(running.offer, rows)
    gains = np.flatnonzero(eligible & (left > 0.0))
    gains = gains[np.argsort(ended[gains], kind="stable")]
    room = len(gains) if terms.quota is None else max(terms.quota - int(running.handed.sum()), 0)
    signed, late = np.sort(gains[:room]), gains[room:]
    who = rows[signed]
    billing.offer[who], billing.base[who], billing.step[who] = place, np.round(base[signed], 2), step[signed]
    billing.starts[who] = billing.month + 1
    running.handed[who] += 1
    running.earned[who] += 1
    running.refused += len(late)
    if limits is not None and limit is not None:
        caught = limit.concerned[who]
        limit.will_find_out(who[caught], market.day, limits.in_use, luck[signed[caught], 1])
    market.today.befell.append(("signed", name, who))
    market.today.add("signed", len(who))
    market.today.add("not_worth_signing", int(np.count_nonzero(eligible & (left <= 0.0))))
    market.today.add("over_quota", len(late))
