"""Step 9, tell: visitors who feel strongly tell some of the people they know, who hear it tomorrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.behaviour import word_of_mouth
from sim.day.listeners import told
from sim.day.move_on import tell_from_states
from sim.day.refer import invite_friends
from sim.day.review import write_reviews
from sim.today import Talk

if TYPE_CHECKING:
    from sim.market import Market
    from sim.scenario.behaviour import WordOfMouth


def tell(market: Market) -> None:
    """Talk after visits and of people in some states of funnels; invitations, which are paid for; public reviews."""
    mechanism = market.document.behaviour.word_of_mouth
    if mechanism != "none":
        _of_visits(market, mechanism)
        tell_from_states(market, mechanism)
    invite_friends(market)
    write_reviews(market)


def _of_visits(market: Market, mechanism: WordOfMouth) -> None:
    """Talk by satisfaction with today's visit; each occasion reaches a stated number of one's contacts."""
    judged = market.today.judgement
    assert judged is not None  # step 6 always leaves its judgement
    if not len(judged.rows):
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
