"""What a customer's story is made of: who they are, what happened to them on each day, what it did to the books.

`trace.py` fills these records while a market runs; whoever tells the story reads them. Minutes are counted from the
midnight of day 0, amounts of money are whole minor units, qualities are 1-7 in the order of the dimensions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

Five = tuple[float, float, float, float, float]


@dataclass(frozen=True)
class Person:
    """A customer at one moment. `tenure`: days as a customer (0 for others); `acquaintances`: who they may talk to."""

    row: int
    segment: str
    tier: str | None
    site: str
    status: str
    aware: bool
    tenure: float
    satisfaction: float
    loyalty: float
    trust: float
    activity: float
    spend: float
    patience: float
    price_sensitivity: float
    acquaintances: int
    will: Five
    desired: Five
    adequate: Five
    importance: Five


@dataclass(frozen=True)
class Seen:
    """An exposure to advertising, or a message received; `promised` per dimension, None where nothing is promised."""

    campaign: str
    wave: str
    channel: str
    promised: tuple[float | None, ...]
    promised_wait: float | None
    announced: tuple[str, ...]


@dataclass(frozen=True)
class Heard:
    """Another customer (`press.NOBODY`: the press) told of the firm: `tone` -1 to 1, the quality spoken of."""

    teller: int
    tone: float
    quality: Five


@dataclass(frozen=True)
class Needed:
    """A need, and where it was taken: the firm, a rival, or nowhere (`rival` None)."""

    need: str
    to_firm: bool
    rival: str | None
    aware: bool


@dataclass(frozen=True)
class Spent:
    """A purchase elsewhere with the firm's product; `amount` in major units."""

    amount: float


@dataclass(frozen=True)
class Earned:
    """A claim to a gift."""

    offer: str
    face: int


@dataclass(frozen=True)
class SetOut:
    """A visit begins. `purpose` is a need or a stock of gifts; `patience`, minutes in a queue, None for without end."""

    purpose: str
    for_gift: bool
    station: str
    arrives: float
    patience: float | None


@dataclass(frozen=True)
class Appointed:
    """Something happened to the customer's appointment; `start` and `end` are the window's.

    news: booked, kept, late, missed, no-show, cancelled, given up (missed, and not promised anew), or turned away, for
    want of a window that suits
    """

    news: str
    start: float
    end: float


@dataclass(frozen=True)
class Visited:
    """A visit ended: how, and what the customer made of it.

    outcome: served, reneged, balked, blocked or missed; ahead: people waiting on arrival; failed: served, but wrong or
    without the gift; satisfaction: with this visit, 0-100; so_far: before and after it; complaint: silent, voice or
    exit, None when there was nothing to complain of
    """

    purpose: str
    for_gift: bool
    station: str
    site: str
    outcome: str
    arrived: float
    ended: float
    ahead: int
    wait: float
    service: float
    failed: bool
    promised: tuple[float | None, ...]
    promised_wait: float | None
    expected: Five
    adequate: Five
    delivered: Five
    perceived: Five
    satisfaction: float
    so_far: tuple[float, float]
    complaint: str | None


@dataclass(frozen=True)
class StillInside:
    """At midnight the customer was still in the house."""

    since: float


@dataclass(frozen=True)
class Gift:
    """Came for a gift, and got it from this offer, or came in vain (`offer` None)."""

    stock: str
    offer: str | None


@dataclass(frozen=True)
class Befell:
    """Something else happened to the customer.

    what: contact made, contact missed, comes as asked, sold out, bought illicitly, comes back, incident, spoken to,
    further need met; of an offer: reward earned, paid in advance, quota used, sale, prize, signed, limit found out (of
    a promise, of membership); of a call with a script: visit agreed; of an event: invited, no place, seated, no seat,
    wrong hour, not there; invited
    by a friend, moved on (in a funnel), wrote a review
    of: the programme, incident, latent need, offer or event; empty where there is none
    """

    what: str
    of: str


@dataclass(frozen=True)
class CaseMoved:
    """Something happened to the customer's complaint.

    news: opened, approached (the firm spoke first), goes up, overdue (goes up unbegun), resolved, refused, reopened
    where: the channel or level that has it now, or had it last; days: since the complaint
    """

    news: str
    where: str
    days: int


@dataclass(frozen=True)
class Became:
    """The person became a customer."""


@dataclass(frozen=True)
class Left:
    """The customer left: why, and whether straight after a visit."""

    cause: str
    walked_out: bool


@dataclass(frozen=True)
class Told:
    """The customer tells others of today's visit, who hear it tomorrow."""

    listeners: tuple[int, ...]
    tone: float
    quality: Five


Event = (
    Seen
    | Heard
    | Needed
    | Spent
    | Earned
    | SetOut
    | Appointed
    | Visited
    | StillInside
    | Gift
    | Befell
    | CaseMoved
    | Became
    | Left
    | Told
)


@dataclass(frozen=True)
class Line:
    """One amount in the ledger that is this customer's, minor units; income is positive."""

    account: str
    text: str
    amount: int


@dataclass(frozen=True)
class Day:
    """A day on which something happened, in the order of the day's steps, and the customer's state at its end."""

    number: int
    date: date
    period: str
    events: tuple[Event, ...]
    lines: tuple[Line, ...]
    status: str
    satisfaction: float
    loyalty: float
    trust: float


@dataclass(frozen=True)
class Story:
    """One customer's run. `standing_margin`: the monthly margin of a customer for each day they were one, major units;
    the books hold it by segment and site, so it is no line of theirs."""

    opening: Person
    days: tuple[Day, ...]
    closing: Person
    standing_margin: float

    def events(self) -> Iterator[Event]:
        """Every event, in order."""
        return (event for day in self.days for event in day.events)

    def outcomes(self) -> Counter[str]:
        """How often a visit ended in which way."""
        return Counter(event.outcome for event in self.events() if isinstance(event, Visited))

    def by_account(self) -> dict[str, int]:
        """The sum of the lines of each account, minor units."""
        total: Counter[str] = Counter()
        for line in (line for day in self.days for line in day.lines):
            total[line.account] += line.amount
        return dict(total)

    def balance(self) -> int:
        """The sum of all lines, minor units."""
        return sum(self.by_account().values())
