"""Step 3, hear: talk and invitations of yesterday reach people, and what the press says today its readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.day.refer import receive_invitations
from sim.day.review import find_reviews
from sim.levers.press import with_reports
from sim.today import Talk

if TYPE_CHECKING:
    from sim.market import Market


def hear(market: Market) -> None:
    """Each message adds its log-odds; what listeners think they will get moves towards what they were told of."""
    receive_invitations(market)
    find_reviews(market)
    talk, mechanism = market.talk, market.document.behaviour.word_of_mouth
    market.talk = Talk.none()
    if market.tariffs is not None:
        market.tariffs.hear(market, talk)
    if mechanism == "none":
        return
    if market.document.press:
        talk = with_reports(market, talk, mechanism)
    if not len(talk.listener):
        return
    customers = market.customers
    market.today.heard = talk
    np.add.at(customers.heard, talk.listener, mechanism.strength * talk.tone * talk.tie)
    if mechanism.awareness:
        customers.aware[talk.listener] = True
    if mechanism.expectation:
        counted = np.flatnonzero(talk.tie > 0.0)
        listeners, place = np.unique(talk.listener[counted], return_inverse=True)
        tie = talk.tie[counted]
        # Several messages on one day count as their mean, heard that many times; a message over a weak tie less.
        messages = np.bincount(place, tie, len(listeners))
        pull = 1.0 - (1.0 - mechanism.expectation) ** messages
        quality = talk.quality[:, counted] * tie
        told = np.array([np.bincount(place, each, len(listeners)) for each in quality]) / messages
        for expectation in (customers.will, customers.will_unpromised):
            before = expectation.take(listeners, axis=1)
            expectation[:, listeners] = before + pull * (told - before)
