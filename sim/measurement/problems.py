"""What a survey of people with a problem finds: who complained, what came of it, and who would buy again.

In go the days of a market and, on the evening of the survey, the people asked; out come shares by what became of their
latest problem. After the surveys of TARP (Goodman), which ask everybody who had one, whether they told the firm or not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.choice import probabilities
from sim.behaviour.complaint import FATES, RESPONSES
from sim.day.choose import alternatives_of
from sim.today import FIRM, NOT_UPSET

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_SILENT, _UNRESOLVED, _RESOLVED, _QUICKLY = range(len(FATES))
_VOICE: Final = RESPONSES.index("voice")
_NEVER: Final = -(2**40)


class ProblemMemory:
    """Everyone's latest problem: its day and what became of it.

    A problem is an encounter that left somebody dissatisfied enough to weigh silence, voice and exit, or an incident
    complained of. Who walks out without a word did not complain.
    """

    def __init__(self, size: int) -> None:
        self.fate = np.zeros(size, np.int8)
        self.day = np.full(size, _NEVER, np.int64)

    def remember(self, market: Market) -> None:
        """Take in today's answers to complaints, then today's problems."""
        today, quick = market.today, market.document.behaviour.recovering.quick
        for news in today.case_news:
            voiced = self.fate[news.rows] != _SILENT  # whom the firm approached itself did not complain
            if news.word == "resolved":
                fates = np.where(news.days <= quick, _QUICKLY, _RESOLVED).astype(np.int8)
                self.fate[news.rows[voiced]] = fates[voiced]
            elif news.word == "reopened":
                self.fate[news.rows[voiced]] = _UNRESOLVED
        for _, rows, _, _ in today.struck:
            self.fate[rows], self.day[rows] = _UNRESOLVED, market.day
        judged = today.judgement
        assert judged is not None  # step 6 always leaves its judgement
        upset = judged.complaint != NOT_UPSET
        rows = judged.rows[upset]
        self.fate[rows] = np.where(judged.complaint[upset] == _VOICE, _UNRESOLVED, _SILENT)
        self.day[rows] = market.day

    def within(self, day: int, days: float) -> Flags:
        """Who had a problem in the last `days`, today included, (customers,)."""
        return self.day > day - days


def chance_to_buy_again(market: Market, rows: Integers, need: str) -> Floats:
    """The chance that each of `rows` would take this need to the firm if it arose tonight, (k,), 0-1.

    The multinomial logit of choice (McFadden 1974) with what they think of the firm now; who has left chooses as such.
    """
    which = np.full(len(rows), list(market.document.market.needs).index(need), np.int64)
    return np.asarray(probabilities(alternatives_of(market, rows, which))[:, FIRM])
