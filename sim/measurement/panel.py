"""One row a person: visits, waits, complaints, incidents, payments and answers over the days of one period.

In goes the market every evening; out comes a table at the end. It only looks: with and without it the market is the
same to the last bit. From such rows firms study groups of customers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.behaviour.complaint import RESPONSES
from sim.behaviour.dimensions import weighted
from sim.customers import CUSTOMER, NO_TIER
from sim.operations.visits import by_customers
from sim.service.outcome import Outcome

if TYPE_CHECKING:
    from sim.market import Market

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

COUNTS: Final = ("visits", "served", "lost", "joined", "judged", "complaints", "incidents", "left", "became_customer")
SUMS: Final = ("wait_sum", "visit_satisfaction_sum", "delivered_sum")
ANSWER, SATISFIED = "answer_", "satisfied_"
_VOICE: Final = RESPONSES.index("voice")


class Panel:
    """What has happened to everyone in the period so far."""

    def __init__(self, market: Market, period: str) -> None:
        size = len(market.customers)
        self._market = market
        days = [day for day in range(market.calendar.days) if period in ("whole", market.calendar.period(day))]
        self._first, self._last = (days[0], days[-1]) if days else (-1, -1)
        self._counts = {name: np.zeros(size, np.int32) for name in COUNTS}
        self._sums = {name: np.zeros(size) for name in SUMS}
        self._paid = np.zeros(size, np.int64)
        self._was_customer = market.customers.status == CUSTOMER
        self._satisfaction, self._loyalty = np.full(size, np.nan), np.full(size, np.nan)
        self._tier = np.full(size, NO_TIER, np.int64)
        surveys = market.document.surveys
        columns = [f"{ANSWER}{name}" for name, each in surveys.items() if each.instrument != "kano"]
        columns += [f"{SATISFIED}{name}" for name, each in surveys.items() if each.satisfied_from is not None]
        self._answers = {name: np.full(size, np.nan) for name in columns}

    @classmethod
    def of(cls, market: Market) -> Panel | None:
        """The panel the document asks for; None when it asks for none, so that it costs nothing."""
        panel = market.document.panel
        return None if panel is None else cls(market, panel.period)

    @property
    def _counting(self) -> bool:
        return self._first <= self._market.day <= self._last

    def paid(self, rows: Integers, minor: Integers) -> None:
        """`rows` (each once) paid these amounts today, minor units; negative what was given back."""
        if self._counting:
            self._paid[rows] += minor

    def look(self) -> None:
        """Take in the day that is ending."""
        market = self._market
        if market.day == self._first - 1:
            self._was_customer = market.customers.status == CUSTOMER
        if not self._counting:
            return
        self._visits()
        self._judgements()
        today = market.today
        for what, _, rows in today.befell:
            if what == "incident":
                np.add.at(self._counts["incidents"], rows, 1)
        self._counts["left"][today.left] = 1
        for _, rows in today.joined:
            self._counts["became_customer"][rows] = 1
        self._questionnaires()
        if market.day == self._last:
            self._satisfaction = market.customers.stated_satisfaction(np.arange(len(market.customers)))
            self._loyalty, self._tier = market.customers.loyalty.copy(), market.customers.tier.astype(np.int64)

    def _visits(self) -> None:
        encounters, counts = self._market.today.encounters, self._counts
        assert encounters is not None  # step 5 always leaves its encounters
        counted = by_customers(encounters.visit)
        rows, outcome, wait = encounters.customer[counted], encounters.outcome[counted], encounters.wait[counted]
        served, joined = outcome == Outcome.SERVED, (outcome != Outcome.BALKED) & (outcome != Outcome.BLOCKED)
        for name, which in (("served", rows[served]), ("lost", rows[~served]), ("joined", rows[joined])):
            np.add.at(counts[name], which, 1)
        np.add.at(counts["visits"], rows, 1)
        np.add.at(self._sums["wait_sum"], rows[joined], wait[joined])

    def _judgements(self) -> None:
        market, judged = self._market, self._market.today.judgement
        assert judged is not None  # step 6 always leaves its judgement
        importance = market.customers.importance.take(judged.rows, axis=1)
        np.add.at(self._counts["judged"], judged.rows, 1)
        np.add.at(self._sums["visit_satisfaction_sum"], judged.rows, judged.satisfaction)
        np.add.at(self._sums["delivered_sum"], judged.rows, weighted(judged.delivered, importance))
        for voices in (judged.rows[judged.complaint == _VOICE], *(rows for _, rows, _, _ in market.today.struck)):
            np.add.at(self._counts["complaints"], voices, 1)

    def _questionnaires(self) -> None:
        """The latest answer each person gave to each survey."""
        market = self._market
        for questionnaire in () if market.measurement is None else market.measurement.questionnaires:
            if market.day not in questionnaire.days or questionnaire.latest is None:
                continue
            latest = questionnaire.latest
            self._answers[f"{ANSWER}{questionnaire.name}"][latest.rows] = latest.said
            if latest.satisfied is not None:
                self._answers[f"{SATISFIED}{questionnaire.name}"][latest.rows] = latest.satisfied

    def table(self) -> pd.DataFrame:
        """A row a person; see `RunResult.panel`."""
        market = self._market
        tiers = (*market.document.market.tiers, "")  # the last is the name of NO_TIER, -1
        return pd.DataFrame(
            {
                "customer": np.arange(len(self._was_customer)),
                "segment": _named(market.segment_names, market.customers.segment.astype(np.int64)),
                "site": _named(market.site_names, market.customers.site.astype(np.int64)),
                "tier": _named(tiers, self._tier),
                "was_customer": self._was_customer.astype(np.int8),
                **self._counts,
                **self._sums,
                "paid": self._paid,
                "satisfaction": self._satisfaction,
                "loyalty": self._loyalty,
                **self._answers,
            }
        )


def _named(names: Sequence[str], numbers: Integers) -> pd.Series[str]:
    return pd.Series(np.array(names, dtype=object)[numbers], dtype="str")
