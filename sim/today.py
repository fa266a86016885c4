"""What happens on one day, handed from step to step and then forgotten.

Rows are customers; every array of visits has one entry a visit. A day that nobody visits has empty arrays.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.gaps import Gaps
from sim.levers.earned import Earned, Signed
from sim.operations.appointments import DiaryNews
from sim.operations.cases import News
from sim.service.records import Encounters
from sim.service.routes import Routes
from sim.stock.goods import Bought

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

FIRM: Final = 0
NOT_UPSET: Final = -1


@dataclass
class Needs:
    """Needs that arose today, k of them: rows; which (index of the need); alternative, where each is taken.

    An alternative is `FIRM`, then 1 for the first rival and so on, and after the last rival nothing.
    """

    rows: Integers
    which: Integers
    alternative: Integers

    @classmethod
    def none(cls) -> Needs:
        """Nobody needs anything."""
        return cls(*(np.zeros(0, np.int64) for _ in range(3)))


@dataclass
class Visits:
    """Who sets out for the firm today, k visits.

    rows; numbers: see `operations/visits.py`; process; at: minute of arrival from the midnight of day 0
    patience: minutes; balk_at: people waiting ahead; routes: the steps each will go through, with service times
    """

    rows: Integers
    numbers: Integers
    process: Integers
    at: Floats
    patience: Floats
    balk_at: Floats
    routes: Routes

    def followed_by(self, others: Visits) -> Visits:
        """These visits and then others."""
        columns = [field.name for field in fields(Visits) if field.name != "routes"]
        together = {name: np.concatenate([getattr(self, name), getattr(others, name)]) for name in columns}
        return Visits(**together, routes=self.routes.followed_by(others.routes))


@dataclass
class Judgement:
    """Visits judged today, k of them in the order of customers; qualities (5, k), 1-7.

    status: what each was to the firm when they came; kind, which: of the visit's number
    wait, felt_wait: minutes, and as long as they felt; lost: ended without service; failed: served, but wrong, or late
    late: served and right, but after the window promised
    before: satisfaction with the firm before it; satisfaction: with this visit, 0-100; luck: uniforms (k, 8)
    complaint: an index into `complaint.RESPONSES`, `NOT_UPSET` for those who had nothing to complain of
    """

    rows: Integers
    status: NDArray[np.int8]
    kind: Integers
    which: Integers
    wait: Floats
    felt_wait: Floats
    lost: Flags
    failed: Flags
    late: Flags
    delivered: Floats
    perceived: Floats
    expected: Floats
    adequate: Floats
    promised: Floats
    before: Floats
    satisfaction: Floats
    complaint: Integers
    luck: Floats


class LineLost(NamedTuple):
    """A line that customers took away from the firm: number of the line, rows, revenue a year of each, one cause."""

    line: int
    rows: Integers
    amounts: Floats
    cause: int


@dataclass
class Talk:
    """Messages under way: who hears, from how satisfied a person, which quality they tell of (5, m).

    tie: what each counts, of the full effect of a message: closeness of the tie × influence of the teller
    """

    teller: Integers
    listener: Integers
    tone: Floats
    quality: Floats
    tie: Floats

    @classmethod
    def none(cls) -> Talk:
        """Silence."""
        return cls(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros((5, 0)), np.zeros(0))

    def and_then(self, others: Talk) -> Talk:
        """These messages and others."""
        columns = [field.name for field in fields(Talk)]
        return Talk(*(np.concatenate([getattr(self, name), getattr(others, name)], axis=-1) for name in columns))


@dataclass
class Today:
    """One day's record, filled step by step.

    subscribed, renewed: members whose term begins today, for the first time and again
    handed: gifts of an offer, from a stock by its number: whose, and face values
    left, causes, lost_amounts: who stopped being a customer, why, and the revenue a year each brought
    befell: what else happened, to do with what (a programme, an event, an incident, a further need), and to whom
    joined: who became customers, by the way they came; case_news: what happened to complaint cases, and whose;
    walked_out: left after a visit; gave_up: after a failed recovery; diary_news: what happened to appointments;
    broken, late: whose window was broken, was begun late, of the visits that ended today; missed_again: whose window,
    promised anew after a miss, was missed too
    """

    day: int
    weekday: int
    paused: frozenset[str] = frozenset()
    slowed: dict[str, float] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    exposed: list[tuple[str, Integers]] = field(default_factory=list)
    needs: Needs = field(default_factory=Needs.none)
    visits: Visits | None = None
    encounters: Encounters | None = None
    judgement: Judgement | None = None
    gaps: Gaps | None = None
    handed: list[tuple[str, int, Integers, Integers]] = field(default_factory=list)
    receipts: tuple[Integers, Floats] | None = None
    earned: list[Earned] = field(default_factory=list)
    signed: list[tuple[str, Signed]] = field(default_factory=list)
    bought: Bought | None = None
    case_news: list[News] = field(default_factory=list)
    befell: list[tuple[str, str, Integers]] = field(default_factory=list)
    struck: list[tuple[str, Integers, Floats, Floats]] = field(default_factory=list)
    diary_news: list[DiaryNews] = field(default_factory=list)
    broken: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    late: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    missed_again: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    walked_out: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    gave_up: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    joined: list[tuple[str, Integers]] = field(default_factory=list)
    subscribed: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    renewed: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    left: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    causes: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    lost_amounts: Floats = field(default_factory=lambda: np.zeros(0))
    lines_lost: list[LineLost] = field(default_factory=list)
    heard: Talk = field(default_factory=Talk.none)

    def add(self, name: str, amount: float) -> None:
        """Add to one of the day's numbers."""
        self.numbers[name] = self.numbers.get(name, 0.0) + amount
