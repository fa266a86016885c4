"""What sales do to a day: purchases come early, visits move into the hours of a flash sale, people buy for later.

Parts of step 4 (who comes for what they would have needed later; when people come) and of step 10 (who takes more).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.choice import draw
from sim.behaviour.timing import chance_of_moving, hours_away
from sim.levers.sales import Sale, open_to, sales_today

if TYPE_CHECKING:
    from sim.market import Market

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def most_brought_forward(market: Market) -> Floats:
    """By how much sales of today raise the rates of the needs at most, (needs,), 0 where they do not."""
    raised = np.zeros(len(market.demand.needs))
    if market.pantry is not None:
        names = list(market.document.market.needs)
        for sale in sales_today(market):
            for name in sale.terms.needs:
                raised[names.index(name)] = max(raised[names.index(name)], sale.terms.buys_earlier)
    return raised


def brought_forward(
    market: Market, rows: Integers, rate: Floats, chance: Floats, luck: Floats
) -> tuple[Integers, Integers]:
    """Who of `rows` comes today for what they would have needed later: customers (k,), and their needs.

    rate: (rows, needs) a day; chance: (rows,) that a need arises in its own time; luck: (rows,) their uniforms, which
    lie above that chance for all who have no need of their own. Who has some at home brings nothing forward.
    """
    pantry = market.pantry
    raised = np.zeros(rate.shape)
    for sale in sales_today(market):
        if sale.terms.buys_earlier and pantry is not None:
            for place, name in enumerate(market.document.market.needs):
                if name in sale.terms.needs:
                    tempted = sale.running.knows[rows] & (pantry.at_home[place, rows] == 0)
                    tempted &= open_to(market, sale, rows, np.full(len(rows), place))
                    raised[:, place] = np.maximum(raised[:, place], tempted * sale.terms.buys_earlier)
    added = rate * raised
    more = np.cumsum(added, axis=1)[:, -1]
    # Needs of their own and those brought forward are one Poisson process: the first share of the luck is the former's.
    both = chance - (1.0 - chance) * np.expm1(-more)
    comes = (luck >= chance) & (luck < both)
    return rows[comes], draw(added[comes], (luck[comes] - chance[comes]) / (both[comes] - chance[comes]))


def timed(market: Market, rows: Integers, needs: Integers, early: Flags, luck: Floats) -> Floats | None:
    """The minute at which each of `rows` comes for a sale with hours, (k,), NaN where they come in their own time.

    early: whose visit was brought forward, who comes in the hours in any case; luck: (k, >= 3) uniforms of the visit.
    None where no sale of today has hours.
    """
    flash = [sale for sale in sales_today(market) if sale.terms.hours is not None]
    if not flash:
        return None
    customers, demand = market.customers, market.demand
    kinds = demand.kinds(needs, customers.segment[rows], customers.tier[rows])
    _, own = demand.coming(kinds, market.today.weekday, luck[:, 1], luck[:, 2])
    minute, moved = own.copy(), np.zeros(len(rows), np.bool_)
    for sale in flash:
        offered = open_to(market, sale, rows, needs)
        spans = np.array([(span.start, span.end) for span in sale.terms.spans])
        hours, start, end = hours_away(minute=own, spans=spans)
        chance = chance_of_moving(gain=_gain(market, sale, rows, needs), hours=hours, moving=sale.terms.moving)
        draws = market.streams.each(
            "flash sale", market.day, customers.population, rows, draws=2, identity=sale.running.name
        )
        goes = offered & sale.running.knows[rows] & ~moved & (hours > 0.0) & (early | (draws[:, 0] < chance))
        minute[goes] = (start + draws[:, 1] * (end - start))[goes]
        moved |= goes
        market.today.befell.append(("sale", sale.running.name, rows[goes]))
    for sale in flash:
        spans = np.array([(span.start, span.end) for span in sale.terms.spans])
        sale.running.in_hours[rows] = np.any(
            (minute[:, np.newaxis] >= spans[:, 0]) & (minute[:, np.newaxis] < spans[:, 1]), axis=1
        )
    return np.where(moved, minute, np.nan)


def _gain(market: Market, sale: Sale, rows: Integers, needs: Integers) -> Floats:
    """What the sale's price is worth to each of `rows`, (k,), in utility: as price counts in their choice."""
    saved = market.demand.price_ratios[needs] * sale.terms.off
    return np.asarray(market.document.behaviour.choice.price * market.customers.price_sensitivity[rows] * saved)


def bought(market: Market, rows: Integers, needs: Integers, source: Integers) -> Integers:
    """How many purchases each of `rows`, who pay, takes home, (k,): one, or two under some sales.

    source: number of the offer whose discount they get, -1 for none. What is more than today's need is stored.
    """
    pantry, units = market.pantry, np.ones(len(rows), np.int64)
    if pantry is None:
        return units
    early = pantry.early[rows] & (source >= 0)
    pantry.store(rows[early], needs[early])
    pantry.early[rows] = False
    stored = int(np.count_nonzero(early))
    for sale in sales_today(market):
        takers = np.flatnonzero(source == sale.place)
        if not sale.terms.buys_ahead or not len(takers):
            continue
        luck = market.streams.each(
            "buys ahead", market.day, market.customers.population, rows[takers], identity=sale.running.name
        )[:, 0]
        more = takers[luck < sale.terms.buys_ahead]
        units[more] = 2
        pantry.store(rows[more], needs[more])
        stored += len(more)
    market.today.add("bought_for_later", stored)
    return units
