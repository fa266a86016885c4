"""Further needs compiled from the document: who has one, says so, agrees, and what is added to whose visit.

One `FurtherNeeds` belongs to one version of the document. In go today's visits for needs with their luck; out come
their routes, longer where somebody will be spoken to or speaks up, and who they are. What has become of them is read
off the steps beyond the visit's own that were completed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.columns import Columns
from sim.distributions import TimeDistribution
from sim.money import to_minor
from sim.scenario.document import Document
from sim.service.further_steps import step_beyond
from sim.service.plant import Plant
from sim.service.routes import Routes

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

NO_NEED = -1
DRAWS = 6  # luck of a visit: need, says so or agrees, station, its service time, whether meant to be spoken to, time


@dataclass(eq=False)
class Further(Columns):
    """Visits under way that have a further need or are to be spoken to, in the order of their numbers.

    visit: numbers; which: index of the latent need, `NO_NEED` for none; voiced: says so unasked; agrees: will go on to
    it when spoken to; asked: somebody means to speak to them
    """

    visit: Integers
    which: Integers
    voiced: Flags
    agrees: Flags
    asked: Flags

    @classmethod
    def none(cls) -> Further:
        """Nobody."""
        return cls(np.zeros(0, np.int64), np.zeros(0, np.int64), *(np.zeros(0, np.bool_) for _ in range(3)))


class FurtherNeeds:
    """Chances by need of the visit and latent need; prices, costs: (latent needs,), minor units."""

    def __init__(self, document: Document, plant: Plant) -> None:
        self.plant = plant
        latent = document.market.latent_needs
        self.names = tuple(latent)
        self.approaching = document.service.approaching
        self.own_steps = plant.facility.own_steps
        at_visits_for = [
            [each.visits_for is None or need.task in each.visits_for for each in latent.values()]
            for need in document.market.needs.values()
        ]
        shares = np.array([each.share for each in latent.values()], np.float64)
        # Cumulative over the latent needs, so that one uniform says which of them a visitor has, if any.
        self.edges = np.cumsum(np.array(at_visits_for, np.float64).reshape(-1, len(latent)) * shares, axis=1)
        self.voiced, self.agrees = (
            np.array([getattr(each, what) for each in latent.values()], np.float64) for what in ("voiced", "agrees")
        )
        self.prices, self.costs = (
            np.array([to_minor(getattr(each, what), document.currency) for each in latent.values()], np.int64)
            for what in ("price", "cost")
        )
        beyond = step_beyond(document)
        self.ask_step = len(beyond)
        self._stations = [
            [(at, beyond[name, at], self._takes(document, each.task, at)) for at in document.service.route(each.task)]
            for name, each in latent.items()
        ]
        self._shares = [plant.shares(each.task) for each in latent.values()]

    @staticmethod
    def _takes(document: Document, name: str, at: str) -> TimeDistribution:
        task = document.service.tasks[name]
        takes = task.takes_at.get(at) or task.takes
        assert takes is not None  # a latent need is met by a task of one step, which says how long it takes
        return takes

    def laid_out(
        self, visits: Integers, needs: Integers, process: Integers, routes: Routes, luck: Floats, weekday: int
    ) -> tuple[Routes, Further]:
        """The routes of k visits with what lies beyond their own task, and who of them is concerned.

        visits: numbers; needs: what each came for; luck: (k, DRAWS), the same whatever the plan does
        """
        which = np.full(len(visits), NO_NEED)
        if len(self.names):
            edges = self.edges[needs]
            place = (luck[:, :1] >= edges).sum(axis=1)
            which = np.where(place < len(self.names), place, NO_NEED)
        step, minutes = self._meeting(which, luck, weekday)
        which = np.where(step >= 0, which, NO_NEED)  # on a day on which nowhere can meet it, nobody has it
        has = which != NO_NEED
        says = np.where(has, luck[:, 1], 1.0)
        voiced = has & (says < self.voiced[which]) if len(self.names) else has
        agrees = has & (says < self.agrees[which]) if len(self.names) else has
        asked = np.zeros(len(visits), np.bool_)
        asking = np.zeros(len(visits))
        if self.approaching is not None:
            asked = ~voiced & (luck[:, 4] < self.approaching.share)
            asking[asked] = self.approaching.takes.quantile(luck[asked, 5])
        goes_on = np.flatnonzero(voiced | (asked & agrees))
        spoken = np.flatnonzero(asked)
        own = self.own_steps[process]
        visit = np.concatenate([spoken, goes_on])
        order = np.argsort(visit, kind="stable")  # of one visit: spoken to first, then what it goes on to
        routes = routes.extended(
            visit[order],
            np.concatenate([own[spoken] + self.ask_step, own[goes_on] + step[goes_on]])[order],
            np.concatenate([asking[spoken], minutes[goes_on]])[order],
        )
        concerned = np.flatnonzero(has | asked)
        return routes, Further(visits, which, voiced, agrees, asked).take(concerned)

    def _meeting(self, which: Integers, luck: Floats, weekday: int) -> tuple[Integers, Floats]:
        """Where each further need is met, as a step beyond, and how long that takes; -1 where nothing is open."""
        step, minutes = np.full(len(which), NO_NEED), np.zeros(len(which))
        for number, stations in enumerate(self._stations):
            rows = np.flatnonzero(which == number)
            present = [each for each in stations if self.plant.open_on(each[0], weekday)]
            shares = np.array([self._shares[number][at] for at, _, _ in present])
            if not len(rows) or not shares.sum() > 0:
                continue
            place = np.searchsorted(np.cumsum(shares / shares.sum())[:-1], luck[rows, 2], side="right")
            for position, (_, beyond, takes) in enumerate(present):
                here = rows[place == position]
                step[here] = beyond
                minutes[here] = takes.quantile(luck[here, 3])
        return step, minutes


def further_needs(document: Document, plant: Plant) -> FurtherNeeds | None:
    """The further needs of one version of the document; None where visitors have none and nobody speaks to them."""
    if not document.market.latent_needs and document.service.approaching is None:
        return None
    return FurtherNeeds(document, plant)
