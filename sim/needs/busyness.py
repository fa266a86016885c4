"""Busy and quiet days: a factor a day, the same for everybody's needs, so that visits vary more than by chance.

The document's distribution goes in, with mean 1; out comes today's factor. Calls to a centre vary more from day to day
than a Poisson process of one rate, and hours of a day vary together; a random factor of the day gives both (Whitt 1999,
Operations Research Letters 24:205-212; Avramidis, Deslandes & L'Ecuyer 2004, Management Science 50:896-908).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.market import Market


def busyness_of(market: Market) -> float:
    """What the rates of all needs are multiplied by today; 1 where the document says nothing of it.

    With factor B of mean 1, calls C of mean m on a day have Var C = m + m²·Var B.
    """
    spread = market.document.market.busyness
    if spread is None:
        return 1.0
    return float(spread.quantile(market.streams.numbers("busyness", 1, day=market.day))[0])
