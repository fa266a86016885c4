"""Reports in the press: who comes across them today.

In go the day and the document; out come messages like those of talk, from nobody in particular. They count where word
of mouth counts, and as it does: on the log-odds of choosing the firm, on awareness and on expectation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.behaviour import word_of_mouth
from sim.today import Talk

if TYPE_CHECKING:
    from sim.market import Market
    from sim.scenario.behaviour import WordOfMouth

NOBODY: Final = -1
"""The teller of what the press says."""


def with_reports(market: Market, talk: Talk, mechanism: WordOfMouth) -> Talk:
    """Yesterday's talk and today's reports. Each day of a report reaches 1 - (1 - reach)^(1 / days) of everybody."""
    for name, report in market.document.press.items():
        first, last = market.calendar.day(report.during.start), market.calendar.day(report.during.end)
        if not first <= market.day <= last or report.reach == 0.0:
            continue
        chance = 1.0 - (1.0 - report.reach) ** (1.0 / (last - first + 1))
        luck = market.streams.everyone("press", market.day, market.customers.population, identity=name)
        reached = np.flatnonzero(luck < chance)
        tone = word_of_mouth.tone(report.satisfaction, neutral=mechanism.neutral)
        talk = talk.and_then(
            Talk(
                np.full(len(reached), NOBODY, np.int64),
                reached,
                np.full(len(reached), float(tone)),
                np.full((5, len(reached)), report.quality),
                np.ones(len(reached)),
            )
        )
    return talk
