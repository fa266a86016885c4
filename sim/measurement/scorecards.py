"""Scorecards: what staff are measured by, what the same sample would say ungamed, and what is true of every visit.

In go the visits of each day; on the last evening of a period out comes a card. Gaming changes records, never the work:
so measured less honest is gaming, and honest less true is the luck of the sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.scoring import assessed, banded, component_points
from sim.measurement.targets import Schedule
from sim.scenario.scorecards import CallbackSample, CardComponent, RecordInspection, Scorecard

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

WHOLE_CARD: Final = "whole card"
AS_ASSESSED: Final = "as assessed"
NOTHING: Final = float("nan")
_DAYS_OF_WEEK: Final = 7
_DRAWS: Final = 7  # who is called, reached, falsified, inspected, recognised; who is checked, what is hidden


@dataclass(frozen=True)
class Line:
    """One line of a card, three times: as measured, as the same sample would say honestly, as all visits say.

    Each is what was found (a share or a count, NaN where there was nothing to look at) and the points it gives.
    """

    component: str
    weight: float
    found: tuple[float, float, float]
    points: tuple[float, float, float]


@dataclass(frozen=True)
class _Visits:
    """Visits served: satisfaction with each (0-100), whether the work was wrong, luck of being looked at (n, 7)."""

    satisfaction: Floats
    failed: Flags
    luck: Floats

    @classmethod
    def joined(cls, days: list[_Visits]) -> _Visits:
        """The visits of several days."""
        if not days:
            return cls(np.zeros(0), np.zeros(0, np.bool_), np.zeros((0, _DRAWS)))
        return cls(
            np.concatenate([day.satisfaction for day in days]),
            np.concatenate([day.failed for day in days]),
            np.concatenate([day.luck for day in days]),
        )

    def __len__(self) -> int:
        return len(self.satisfaction)


class Card:
    """One scorecard of the document: gathers visits, is closed on its evenings, and begins anew."""

    def __init__(self, name: str, section: Scorecard, days: list[int], schedules: dict[str, Schedule]) -> None:
        """`days` on which it is closed; `schedules` of the targets its components name."""
        self.schedules = schedules
        self.name, self.section, self.days = name, section, frozenset(days)
        self._week: list[_Visits] = []
        self._marks: list[float] = []
        self._begin()

    def _begin(self) -> None:
        self._served: list[_Visits] = []
        self._checked: list[_Visits] = []
        self._counts: dict[str, float] = {}

    def watch(self, market: Market) -> list[Line] | None:
        """Take in today; the lines of the card on an evening it is closed, else None."""
        self._gather(market)
        if market.today.weekday == _DAYS_OF_WEEK - 1:
            self._spot_check()
        if market.day not in self.days:
            return None
        lines = self._lines()
        self._begin()
        return lines

    def _gather(self, market: Market) -> None:
        judged = market.today.judgement
        assert judged is not None  # step 6 always leaves its judgement
        served = ~judged.lost
        rows = judged.rows[served]
        luck = market.streams.each(
            "scorecard", market.day, market.customers.population, rows, draws=_DRAWS, identity=self.name
        )
        today = _Visits(judged.satisfaction[served], judged.failed[served], luck)
        self._served.append(today)
        if self.section.checks is not None:
            self._week.append(today)
        row = market.today.numbers
        self._add("served", len(rows))
        self._add("ended", len(judged.rows))
        self._add("complaints", row.get("complaints", 0.0))
        self._add("cases_answered", row.get("cases_answered", 0.0))
        self._add("cases_resolved", row.get("cases_resolved", 0.0))

    def award(self, marks: float) -> Decimal:
        """What the people of the card are paid after a period with these marks, major units; mostly nothing."""
        awards = self.section.awards
        if awards is None:
            return Decimal()
        self._marks.append(marks)
        if len(self._marks) < awards.over:
            return Decimal()
        lowest, self._marks = min(self._marks), []
        reached = [threshold for threshold in awards.at_or_above if lowest >= threshold]
        return awards.people * awards.at_or_above[max(reached)] if reached else Decimal()

    def count_targets(self, row: dict[str, float], day: int, columns: dict[str, str]) -> None:
        """Take in what was reached of each target today, from the row of measures, and what was planned."""
        for name, schedule in self.schedules.items():
            reached = row.get(columns[name], 0.0)
            self._add(f"planned {name}", schedule.open(day))
            self._add(f"reached {name}", reached if schedule.covers[day] else 0.0)
            schedule.close(day, reached)

    def count_standards(self, row: dict[str, float]) -> None:
        """Take in what was kept of each standard today, from the row of measures."""
        for component in self.section.components.values():
            if component.standard is not None:
                self._add(f"kept {component.standard}", row[f"kept_{component.standard}"])
                self._add(f"counted {component.standard}", row[f"counted_{component.standard}"])

    def _add(self, name: str, amount: float) -> None:
        self._counts[name] = self._counts.get(name, 0.0) + amount

    def _spot_check(self) -> None:
        """Draw this week's checks among the week's visits; they count in the period in which the week ends."""
        checks = self.section.checks
        if checks is None:
            return
        visits = _Visits.joined(self._week)
        looked_at = np.argsort(visits.luck[:, 5], kind="stable")[: checks.visits]
        self._checked.append(_Visits(visits.satisfaction[looked_at], visits.failed[looked_at], visits.luck[looked_at]))
        self._week = []

    def _lines(self) -> list[Line]:
        found = self._found()
        lines = [_line(name, each, found[_observed(each)])
                 for name, each in self.section.components.items()]  # fmt: skip
        whole = tuple(_total([line.points[way] for line in lines]) for way in range(3))
        full = _total([each.weight for each in self.section.components.values()])
        lines.append(Line(WHOLE_CARD, full, (NOTHING, NOTHING, NOTHING), (whole[0], whole[1], whole[2])))
        assessors = list(self.section.assessors.values())
        if assessors:
            weights = [each.weight for each in assessors]
            seen = assessed(whole[0], full, [each.leniency for each in assessors], weights)
            lines.append(Line(AS_ASSESSED, full, (NOTHING, NOTHING, NOTHING), (seen, whole[1], whole[2])))
        return lines

    def _found(self) -> dict[str, tuple[float, float, float]]:
        """What each kind of observation found: measured, honest, true."""
        visits, section = _Visits.joined(self._served), self.section
        found = {"not observed": (NOTHING, NOTHING, NOTHING)}
        if section.checks is not None:
            checked = _Visits.joined(self._checked)
            shows = checked.failed & (checked.luck[:, 6] >= section.gaming.hides)
            true = len(checked) * _share(visits.failed) if len(visits) else 0.0
            found["spot checks failed"] = float(shows.sum()), float(checked.failed.sum()), true
        if section.callbacks is not None:
            found |= _called_back(visits, section.callbacks, section.inspection, section.gaming.falsifies)
        counts = self._counts
        seen_by_all = {
            "complaints": counts["complaints"],
            "complaints resolved": _ratio(counts["cases_resolved"], counts["cases_answered"]),
            "visits served": _ratio(counts["served"], counts["ended"]),
        }
        for component in section.components.values():
            if component.standard is not None:
                kept, counted = (counts[f"{word} {component.standard}"] for word in ("kept", "counted"))
                seen_by_all[component.standard] = _ratio(kept, counted)
            if component.target is not None:
                reached, planned = (counts[f"{word} {component.target}"] for word in ("reached", "planned"))
                seen_by_all[_observed(component)] = _ratio(reached, planned)
        return found | {name: (value, value, value) for name, value in seen_by_all.items()}


def _called_back(
    visits: _Visits, callbacks: CallbackSample, inspection: RecordInspection | None, falsifies: float
) -> dict[str, tuple[float, float, float]]:
    """Calls to visitors of the period: measured, honest and true shares of calls made and of the satisfied."""
    satisfied = visits.satisfaction >= callbacks.satisfied_from
    wanted = min(callbacks.per_person * callbacks.people, len(visits))
    called = np.argsort(visits.luck[:, 0], kind="stable")[:wanted]
    luck = visits.luck[called]
    reached = luck[:, 1] < callbacks.reached
    false = ~reached & (luck[:, 2] < falsifies)
    caught = np.zeros(wanted, np.bool_)
    if inspection is not None:
        caught = false & (luck[:, 3] < inspection.share) & (luck[:, 4] < inspection.recognises)
    believed = false & ~caught
    said = satisfied[called] & reached
    made = _share(reached)
    return {
        "callbacks completed": (_share(reached | believed), made, made),
        "customers satisfied": (
            _ratio(float((said | believed).sum()), float((reached | believed).sum())),
            _ratio(float(said.sum()), float(reached.sum())),
            _share(satisfied),
        ),
        "false records": (float(caught.sum()), 0.0, float(false.sum())),
    }


def _observed(component: CardComponent) -> str:
    """What a component looks at: a kind of observation, a standard or a target."""
    return component.standard or (f"target {component.target}" if component.target else component.of)


def _line(name: str, component: CardComponent, found: tuple[float, float, float]) -> Line:
    measured, honest, true = (component_points(component.weight, _deduction(component, value)) for value in found)
    if component.points is not None:
        measured = honest = true = component.points
    return Line(name, component.weight, found, (measured, honest, true))


def _deduction(component: CardComponent, value: float) -> float:
    """Points of one finding; nothing is taken off, or given, where there was nothing to look at."""
    if np.isnan(value):
        return 0.0
    if component.each is not None:
        return component.each * value
    return banded(value, component.bands or {0.0: 0.0})


def _total(points: list[float]) -> float:
    total = 0.0
    for each in points:
        total += each
    return total


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else NOTHING


def _share(flags: Flags) -> float:
    return _ratio(float(np.count_nonzero(flags)), float(len(flags)))
