"""Goods from stock: in step 4 each unit goes to whoever comes first, and who finds none does something else.

In step 10 units of visits that came to nothing go back on the shelf, and what was sold is counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.satisfaction import cumulative
from sim.day.setting_out import inside, sent
from sim.money import to_major
from sim.operations.visits import NEED
from sim.scenario.shelves import OutOfStock
from sim.stock.shelves import NO_GOOD, Shelves
from sim.today import Visits

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]


def open_shelves(market: Market) -> None:
    """Deliveries of the morning; who comes back from an illicit seller."""
    shelves, goods = market.shelves, market.document.service.shelves
    if shelves is None:
        return
    shelves.open_day(market.day, market.today.weekday, goods)
    for place, (name, good) in enumerate(goods.items()):
        rows = np.flatnonzero(shelves.elsewhere[place])
        illicit = good.out_of_stock.illicit
        if len(rows):
            luck = market.streams.each("comes back", market.day, market.customers.population, rows, identity=name)
            back = rows[luck[:, 0] < (1.0 if illicit is None else illicit.comes_back)]
            shelves.elsewhere[place, back] = False
            market.today.befell.append(("comes back", name, back))


def from_stock(
    market: Market, shelves: Shelves, rows: Integers, needs: Integers, turn: Floats
) -> tuple[Flags, Integers]:
    """Who of k people with a need of the firm sets out, and the need it is then, each (k,); `turn` (k,) orders them.

    Those who tried before come first, and are added by `with_another_try`.
    """
    good = shelves.of_need[needs]
    wants = good != NO_GOOD
    illicit = np.zeros(len(rows), np.bool_)
    illicit[wants] = shelves.elsewhere[good[wants], rows[wants]]
    _bought_elsewhere(market, shelves, rows[illicit], good[illicit])
    busy = np.zeros(len(market.customers), np.bool_)
    busy[rows] = busy[inside(market)] = True
    opens = np.array([market.demand.open_on(need, market.today.weekday) for need in range(len(shelves.of_need))])
    again, again_needs = shelves.trying_again(market.day, busy, opens)
    # One list of everybody who asks today, in the order of their rows: who tries again has the first turns.
    everyone = np.concatenate([rows, again])
    order = np.argsort(everyone, kind="stable")
    asks = np.concatenate([wants & ~illicit, np.ones(len(again), np.bool_)])[order]
    asking, wanted = everyone[order][asks], np.concatenate([needs, again_needs])[order][asks]
    turns = np.concatenate([turn, turn.min(initial=0.0) - 1.0 + 0.0 * again])[order][asks]
    got = _served(market, shelves, asking, wanted, turns)
    found = np.zeros(len(everyone), np.int64) - 1
    found[order[asks]] = got
    regular = np.where(wants, found[: len(rows)], needs)
    tried = found[len(rows) :]
    shelves.sent = again[tried >= 0], tried[tried >= 0]
    return regular >= 0, np.maximum(regular, 0)


def _served(market: Market, shelves: Shelves, rows: Integers, needs: Integers, turns: Floats) -> Integers:
    """The need each of k people who ask is served for, (k,): their own, that of a substitute, or -1 for none."""
    good, got = shelves.of_need[needs], needs.copy()
    short = np.zeros(len(rows), np.bool_)
    for place in range(len(shelves.names)):
        asks = np.flatnonzero(good == place)
        asks = asks[np.argsort(turns[asks], kind="stable")]
        short[asks[~shelves.take(place, asks)]] = True
    market.today.add("goods_wanted", len(rows))
    market.today.add("goods_found", int(np.count_nonzero(~short)))
    got[short] = -1
    where = np.flatnonzero(short)
    luck = market.streams.each("out of stock", market.day, market.customers.population, rows[where])[:, 0]
    names = list(market.document.market.needs)
    for place, each in enumerate(market.document.service.shelves.values()):
        mine = good[where] == place
        if mine.any():
            _do_something_else(market, shelves, each.out_of_stock, where[mine], luck[mine], rows, needs, got, names)
    return got


def _do_something_else(
    market: Market,
    shelves: Shelves,
    terms: OutOfStock,
    where: Integers,
    luck: Floats,
    rows: Integers,
    needs: Integers,
    got: Integers,
    names: list[str],
) -> None:
    """Those who found one good sold out, positions `where` with their `luck`: fills in what they get, in `got`."""
    edge = 0.0
    unserved = np.ones(len(where), np.bool_)
    for name, share in terms.substitutes.items():
        takes = (luck >= edge) & (luck < edge + share)
        edge += share
        need = names.index(name)
        other = shelves.of_need[need]
        served = where[takes]
        if other != NO_GOOD:
            served = served[shelves.take(int(other), served)]
        got[served] = need
        unserved &= ~np.isin(where, served)
        market.today.add("goods_substituted", len(served))
    left = unserved & (luck >= edge)
    gone = unserved & ~left  # who found the substitute sold out too
    if terms.illicit is not None:
        buys = left & (luck < edge + terms.illicit.share)
        edge += terms.illicit.share
        mine, good = rows[where[buys]], shelves.of_need[needs[where[buys]]]
        shelves.elsewhere[good, mine] = True
        _bought_elsewhere(market, shelves, mine, good)
        left &= ~buys
    if terms.postpones is not None:
        later = left & (luck < edge + terms.postpones.share)
        mine = where[later]
        due = np.full(len(mine), market.day + max(round(terms.postpones.wait), 1), np.int64)
        shelves.postpone(rows[mine], needs[mine], due)
        market.today.add("goods_postponed", len(mine))
        left &= ~later
    gone |= left
    market.today.add("goods_gone_without", int(np.count_nonzero(gone)))
    disappointed = rows[where[unserved]]
    satisfaction = market.customers.satisfaction
    score = np.full(len(disappointed), terms.satisfaction)
    satisfaction[disappointed] = cumulative(
        previous=satisfaction[disappointed], transaction=score, recency=terms.weight
    )
    market.today.befell.append(("sold out", shelves.names[int(shelves.of_need[needs[where[0]]])], disappointed))


def _bought_elsewhere(market: Market, shelves: Shelves, rows: Integers, goods: Integers) -> None:
    market.today.add("goods_illicit", len(rows))
    for place in np.unique(goods).tolist():
        market.today.befell.append(("bought illicitly", shelves.names[place], rows[goods == place]))


def with_another_try(market: Market, visits: Visits) -> Visits:
    """Add those who put a purchase off, try again today and find what they want, or something else."""
    shelves = market.shelves
    if shelves is None:
        return visits
    rows, needs = shelves.sent
    for need in np.unique(needs).tolist():
        name = list(market.document.market.needs)[need]
        visits = visits.followed_by(sent(market, rows[needs == need], need, f"another try {name}"))
    return visits


def count_goods(market: Market) -> None:
    """What was sold, and for how much; units of visits that came to nothing are there again."""
    shelves, judged = market.shelves, market.today.judgement
    assert judged is not None  # step 6 always leaves its judgement
    if shelves is None:
        return
    needs = judged.which[judged.kind == NEED]
    lost, good = judged.lost[judged.kind == NEED], shelves.of_need[needs]
    shelves.give_back(good[lost & (good != NO_GOOD)])
    sold = ~lost & (good != NO_GOOD)
    market.today.add("goods_sold", int(np.count_nonzero(sold)))
    value = int(market.demand.prices[needs[sold]].sum())
    market.today.add("goods_value", float(to_major(value, market.document.currency)))
    market.today.add("illicit_customers", int(np.count_nonzero(shelves.elsewhere.any(axis=0))))
    by_good = np.bincount(good[sold], minlength=len(shelves.names)).tolist()
    for name, number, left in zip(shelves.names, by_good, shelves.left.tolist(), strict=True):
        market.today.add(f"sold_{name}", number)
        market.today.add(f"stock_{name}", left)
