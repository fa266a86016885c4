"""A programme's contacts made in several ways, under way: who is contacted how, what forms say, how the plan follows.

Contacts made go in; how each was made and liked comes out. A revision reads the forms that came back and nothing else:
what people like is drawn for everybody on the first day and never an argument of a decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from sim.behaviour.answering import AnswerScale, answers, response_chance
from sim.levers.revising import follow
from sim.measures import Measure
from sim.money import to_minor
from sim.scenario.document import Document
from sim.scenario.outreach import Outreach
from sim.scenario.outreach_ways import Way
from sim.scenario.units import text_in

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
EVERYBODY: Final = "everybody"


@dataclass(frozen=True)
class MadeContacts:
    """How contacts of today were made, all (k,): the way, satisfaction with it 0-100, cost of its gift, minor units."""

    way: Integers
    liked: Floats
    gift: Integers


class RunningWays:
    """The ways of one programme.

    shares: (groups, ways), of the contacts of each group; sent, returned: (groups, ways), forms so far; total: the sum
    of what they said, 0-100; history: a row a revision, group and way
    """

    def __init__(self, market: Market, name: str, terms: Outreach) -> None:
        ways, customers = terms.ways, market.customers
        self.name, self.names = name, list(ways)
        self.gifts = np.array([to_minor(way.gift, market.document.currency) for way in ways.values()], np.int64)
        apart = terms.feedback is not None and terms.feedback.by == "segments"
        self.groups = list(market.segment_names) if apart else [EVERYBODY]
        self._group_of = customers.segment.astype(np.int64) if apart else np.zeros(len(customers), np.int64)
        shares = np.array([way.share for way in ways.values()])
        self.shares = np.tile(shares, (len(self.groups), 1))
        size = self.shares.shape
        self.sent, self.returned = np.zeros(size, np.int64), np.zeros(size, np.int64)
        self.total = np.zeros(size)
        self.history: list[tuple[int, str, str, float, int, int, float]] = []
        luck = [market.streams.everyone("taste", 0, customers.population, f"{name} {way}") for way in ways]
        self._liked = np.array([_liking(market, way, mine) for way, mine in zip(ways.values(), luck, strict=True)])

    def contact(self, market: Market, terms: Outreach, rows: Integers) -> MadeContacts:
        """`rows`, rising, are contacted today: each in one of the ways in force, and some send the form back."""
        luck = market.streams.each("way", market.day, market.customers.population, rows, draws=3, identity=self.name)
        group = self._group_of[rows]
        edges = np.cumsum(self.shares, axis=1)[group]
        way = np.minimum((luck[:, :1] >= edges).sum(axis=1), len(self.names) - 1)
        liked = self._liked[way, rows]
        if terms.feedback is not None:
            np.add.at(self.sent, (group, way), 1)
            self._read(market, terms, rows, group, way, liked, luck[:, 1:])
        return MadeContacts(way, liked, self.gifts[way])

    def _read(
        self,
        market: Market,
        terms: Outreach,
        rows: Integers,
        group: Integers,
        way: Integers,
        liked: Floats,
        luck: Floats,
    ) -> None:
        form = terms.feedback
        assert form is not None  # asked by the caller
        chance = response_chance(
            liked,
            rate=form.response.rate,
            satisfaction_effect=form.response.satisfaction,
            feeling_effect=form.response.strong_feelings,
        )
        back = np.flatnonzero(luck[:, 0] < chance)
        shift, stretch = np.zeros(len(back)), np.zeros(len(back))
        if (form.answers.shift or form.answers.stretch) and len(back):
            shift, stretch = market.scale_use.of(rows[back])
        scale = AnswerScale(*form.ends, 0.0, 100.0)
        said = answers(
            liked[back],
            scale,
            noise=special.ndtri(luck[back, 1]) * form.answers.noise,
            shift=shift * form.answers.shift,
            stretch=stretch * form.answers.stretch,
        )
        np.add.at(self.returned, (group[back], way[back]), 1)
        np.add.at(self.total, (group[back], way[back]), scale.meaning(said))
        market.today.add("forms_returned", len(back))

    def review(self, market: Market, terms: Outreach) -> None:
        """Where the plan is to be revised this morning: what is dropped or moved in each group, by its forms so far."""
        form, day, calendar = terms.feedback, market.day, market.calendar
        if form is None or day == 0:
            return
        if form.before == "festival":
            due = any(day in market.festivals.begins[each] for each in terms.festivals or ())
        else:
            quarter = form.before == "month" or calendar.date_of(day).month % 3 == 1
            due = calendar.date_of(day).day == 1 and quarter
        if not due:
            return
        with np.errstate(divide="ignore", invalid="ignore"):
            means = np.where(self.returned > 0, self.total / self.returned, np.nan)
        for group, label in enumerate(self.groups):
            alive = self.shares[group] > 0.0
            decision = follow(form, means[group], self.returned[group] >= form.at_least, alive, lower_is_better=False)
            dropped = list(decision.dropped)
            if len(dropped) == np.count_nonzero(alive):  # contacts go on: the best of them stays
                dropped.remove(max(dropped, key=lambda way: (means[group, way], -way)))
            for way in dropped:
                self.shares[group, way] = 0.0
            if decision.moved is not None:
                worst, best = decision.moved
                assert form.share is not None  # the document says so
                moved = form.share * self.shares[group, worst]
                self.shares[group, worst] -= moved
                self.shares[group, best] += moved
            self.shares[group] /= self.shares[group].sum()
            for way, name in enumerate(self.names):
                counts = int(self.sent[group, way]), int(self.returned[group, way])
                self.history.append((day, label, name, float(means[group, way]), *counts, self.shares[group, way]))


def liking_measures(document: Document) -> list[Measure]:
    """For each programme that has ways: satisfaction with the contacts made; what forms tell is only near it."""
    return [
        Measure(f"liking_{name}", f"{text_in(terms.title or name)}, how contacts are liked, 0-100", "points", "ratio",
                "higher", 1, f"liking_{name}", f"made_{name}")
        for name, terms in document.outreach.items()
        if terms.ways
    ]  # fmt: skip


def form_table(market: Market) -> pd.DataFrame | None:
    """A row a programme, revision, group and way; see `RunResult.forms`. None without forms."""
    running = [each for each in market.ways.values() if market.document.outreach[each.name].feedback is not None]
    if not running:
        return None
    rows = [(each.name, *row) for each in running for row in each.history]
    names = ("programme", "day", "group", "way", "liked", "sent", "returned", "share")
    types = dict.fromkeys(("programme", "group", "way"), "str") | dict.fromkeys(("day", "sent", "returned"), "int64")
    table = pd.DataFrame(rows, columns=pd.Index(names))
    return table.astype(types | dict.fromkeys(("liked", "share"), "float64"))


def _liking(market: Market, way: Way, luck: Floats) -> Floats:
    """Everyone's satisfaction with a contact made one way, (n,), 0-100, by luck of their own."""
    found = way.liked.quantile(luck)
    for name, liked in way.segments.items():
        mine = market.customers.segment == market.segment_names.index(name)
        found[mine] = liked.quantile(luck[mine])
    return np.clip(found, 0.0, 100.0)
