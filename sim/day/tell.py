"""Step 9, tell: visitors who feel strongly tell some of the people they know, who hear it tomorrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import word_of_mouth
from sim.today import Talk

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def tell(market: Market) -> None:
    """Talk by satisfaction with today's visit; each occasion reaches a stated number of one's contacts."""
    judged, mechanism = market.today.judgement, market.document.behaviour.word_of_mouth
    assert judged is not None  # step 6 always leaves its judgement
    if mechanism == "none" or not len(judged.rows):
        return
    rate = word_of_mouth.talk_rate(
        judged.satisfaction,
        neutral=mechanism.neutral,
        base=mechanism.base,
        delight=mechanism.delight,
        anger=mechanism.anger,
    )
    talks = np.flatnonzero(judged.luck[:, 7] < rate)
    rows = judged.rows[talks]
    tone = word_of_mouth.tone(judged.satisfaction[talks], neutral=mechanism.neutral)
    market.today.add("talk_positive", int(np.count_nonzero(tone >= 0.0)))
    market.today.add("talk_negative", int(np.count_nonzero(tone < 0.0)))
    count = mechanism.listeners
    luck = market.streams.each("listeners", market.day, market.customers.population, rows, draws=count)
    tellers = np.repeat(np.arange(len(rows)), count)
    listeners, tie = told(market, rows[tellers], luck.reshape(-1))
    known = listeners >= 0
    tellers, listeners = tellers[known], listeners[known]
    market.talk = Talk(rows[tellers], listeners, tone[tellers], judged.perceived[:, talks[tellers]], tie[known])


def told(market: Market, tellers: Integers, luck: Floats) -> tuple[Integers, Floats]:
    """Whom each of `tellers` (k,) tells, -1 for nobody, and what the message counts: closeness × influence, (k,)."""
    listeners, strong = market.network.pick_ties(tellers, luck)
    tie = np.ones(len(tellers))
    if market.network.strong is not None:
        strengths = market.document.market.talk.strengths
        tie = np.where(strong, strengths.strong, strengths.weak)
    if len(market.customers.influence):
        tie = tie * market.customers.influence[tellers]
    return listeners, tie
