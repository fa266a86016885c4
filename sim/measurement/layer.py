"""The measurement layer of a run: every survey, cell count, index and scorecard of the document, day by day.

In goes the market every evening; out come columns of the day's row and, at the end, tables. It only looks: with and
without it the market is the same to the last bit, but for the money of awards, which changes nothing but the books.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.behaviour.loyalty_cells import CELLS
from sim.measurement import catalogue as names
from sim.measurement.cells import CellCount
from sim.measurement.indices import IndexCount
from sim.measurement.of_document import measures_of
from sim.measurement.problems import ProblemMemory
from sim.measurement.scorecards import Card, Line
from sim.measurement.surveys import SATISFIED, Found, Impressions, Questionnaire
from sim.measurement.targets import Schedule
from sim.money import to_minor
from sim.scenario.evenings import evenings
from sim.scenario.scorecards import Scorecard

if TYPE_CHECKING:
    from sim.market import Market

_OF_SURVEY = (names.SURVEY, names.SURVEY_TRUE, names.SURVEY_ROUNDS)
_OF_CARD = (names.CARD, names.CARD_HONEST, names.CARD_TRUE, names.CARDS)
_WAYS = ("measured", "honest", "true")


class Measurement:
    """What is being measured in one run."""

    def __init__(self, market: Market) -> None:
        document, size = market.document, len(market.customers)
        run = document.calendar.run
        surveys = document.surveys
        self.questionnaires = [
            Questionnaire(name, each, evenings(run.start, run.end, each.on, each.every))
            for name, each in surveys.items()
        ]
        remembers = any(
            each.instrument in ("servqual", "servperf") or each.visited_within is not None for each in surveys.values()
        )
        self.impressions = Impressions(size) if remembers else None
        asks_of_problems = any(each.instrument == "problems" for each in surveys.values())
        self.problems = ProblemMemory(size) if asks_of_problems else None
        self.style = market.scale_use
        self.cells = None if document.loyalty_cells is None else CellCount(document.loyalty_cells, size)
        self.indices = [IndexCount(name, each) for name, each in document.indices.items()]
        self._target_columns: dict[str, str] = {}
        self.cards = [
            Card(name, each, evenings(run.start, run.end, None, each.every), self._schedules(market, each))
            for name, each in document.scorecards.items()
        ]
        asked = [name for name, each in surveys.items() if each.instrument not in ("kano", "problems")]
        surveyed = [f"{prefix}{name}" for name in asked for prefix in _OF_SURVEY]
        counted = [name for name, each in surveys.items() if each.satisfied_from is not None]
        surveyed += [f"{prefix}{name}" for name in counted for prefix in (names.SATISFIED, names.SATISFIED_TRUE)]
        of_problems = [name for name, each in surveys.items() if each.instrument == "problems"]
        surveyed += [column for name in of_problems for pair in names.problem_columns(name).values() for column in pair]
        carded = [f"{prefix}{card.name}" for card in self.cards for prefix in _OF_CARD]
        self._columns = dict.fromkeys((*surveyed, *carded), 0.0)
        self._dates: list[str] = []
        self._survey_rows: list[dict[str, Any]] = []
        self._card_rows: list[dict[str, Any]] = []

    def _schedules(self, market: Market, card: Scorecard) -> dict[str, Schedule]:
        """Schedules of the targets of a card; the columns that count them are kept beside."""
        wanted = dict.fromkeys(each.target for each in card.components.values() if each.target is not None)
        targets = {name: market.document.targets[name] for name in wanted}
        if targets:
            known = measures_of(market.document)
            self._target_columns |= {name: known[target.measure].column for name, target in targets.items()}
        return {name: Schedule(target, market.calendar, spread=True) for name, target in targets.items()}

    @classmethod
    def of(cls, market: Market) -> Measurement | None:
        """The measurement the document asks for; None when it asks for none, so that it costs nothing."""
        document = market.document
        asked = document.surveys or document.indices or document.scorecards or document.loyalty_cells
        return cls(market) if asked else None

    def observe(self, market: Market, row: dict[str, float]) -> None:
        """Look at today, and add to its row."""
        row.update(self._columns)  # also where nobody answers in the whole run: every run reports the same measures
        self._dates.append(market.calendar.date_of(market.day).isoformat())
        if self.impressions is not None:
            self.impressions.remember(market)
        if self.problems is not None:
            self.problems.remember(market)
        for questionnaire in self.questionnaires:
            if market.day in questionnaire.days:
                self._survey(market, questionnaire, row)
        if self.cells is not None:
            self.cells.count(market)
        for index in self.indices:
            points = index.count(market)
            row[f"{names.INDEX}{index.name}"] = points
            row[f"{names.INDEX_THOUSANDFOLD}{index.name}"] = 1000.0 * points
        for card in self.cards:
            card.count_standards(row)
            card.count_targets(row, market.day, self._target_columns)
            lines = card.watch(market)
            if lines is not None:
                self._close(market, card, lines, row)

    def _survey(self, market: Market, questionnaire: Questionnaire, row: dict[str, float]) -> None:
        eligible, asked, answered, found = questionnaire.hold(market, self.impressions, self.style, self.problems)
        for each in found:
            self._survey_rows.append(
                {
                    "survey": questionnaire.name,
                    "day": market.day,
                    "date": self._dates[-1],
                    "question": each.question,
                    "statistic": each.statistic,
                    "eligible": eligible,
                    "asked": asked,
                    "answered": answered if each.of is None else each.of,
                    "measured": each.measured,
                    "standard_error": each.error,
                    "true": each.true,
                    "true_of_answered": each.true_of_answered,
                }
            )
        if questionnaire.survey.instrument == "problems":
            for each, (yes, of) in zip(found, names.problem_columns(questionnaire.name).values(), strict=True):
                row[yes], row[of] = float(round(each.measured * each.of)) if each.of else 0.0, float(each.of or 0)
        head = headline(found)
        if head is not None and answered:
            row[f"{names.SURVEY}{questionnaire.name}"] = head.measured
            row[f"{names.SURVEY_TRUE}{questionnaire.name}"] = head.true
            row[f"{names.SURVEY_ROUNDS}{questionnaire.name}"] = 1.0
            for each in found:
                if each.statistic == SATISFIED:
                    row[f"{names.SATISFIED}{questionnaire.name}"] = each.measured
                    row[f"{names.SATISFIED_TRUE}{questionnaire.name}"] = each.true

    def _close(self, market: Market, card: Card, lines: list[Line], row: dict[str, float]) -> None:
        for line in lines:
            values = {way: line.found[place] for place, way in enumerate(_WAYS)}
            points = {f"{way}_points": line.points[place] for place, way in enumerate(_WAYS)}
            self._card_rows.append(
                {
                    "scorecard": card.name,
                    "day": market.day,
                    "date": self._dates[-1],
                    "component": line.component,
                    "weight": line.weight,
                    **values,
                    **points,
                }
            )
        last = lines[-1].points  # as assessed, or the whole card
        for prefix, points_now in zip((names.CARD, names.CARD_HONEST, names.CARD_TRUE), last, strict=True):
            row[f"{prefix}{card.name}"] = points_now
        row[f"{names.CARDS}{card.name}"] = 1.0
        award = to_minor(card.award(last[0]), market.document.currency)
        if award:
            market.ledger.post("awards", np.array([-award]))

    def of_period(self, period: str) -> list[tuple[str, float]]:
        """Measures that belong to a period and to no day: the shares of the cells of loyalty."""
        people = None if self.cells is None else self.cells.people.get(period)
        if people is None:
            return []
        total = int(people.sum())
        return [
            (f"share_{cell}", int(count) / total if total else float("nan"))
            for cell, count in zip(CELLS, people.tolist(), strict=True)
        ]

    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables of everything that is measured, by name; what the document does not ask for has none."""
        found: dict[str, pd.DataFrame] = {}
        if self.questionnaires:
            found["surveys"] = _table(self._survey_rows, SURVEY_COLUMNS)
        if self.cells is not None:
            found["loyalty_cells"] = self._cells_table(self.cells)
        if self.indices:
            found["indices"] = self._indices_table()
        if self.cards:
            found["scorecards"] = _table(self._card_rows, CARD_COLUMNS)
        return found

    def _cells_table(self, cells: CellCount) -> pd.DataFrame:
        rows = [
            {"period": period, "cell": cell, "people": count}
            for period, people in cells.people.items()
            for cell, count in zip(CELLS, people.tolist(), strict=True)
        ]
        return _table(rows, {"period": "str", "cell": "str", "people": "int64"})

    def _indices_table(self) -> pd.DataFrame:
        tables = []
        for index in self.indices:
            counts = np.array(index.days, np.int64).reshape(len(index.days), len(index.kinds))
            days, kinds = counts.shape
            weight = np.tile(np.array(index.weights), days)
            table = pd.DataFrame(
                {
                    "index": pd.Series([index.name] * counts.size, dtype="str"),
                    "day": np.repeat(np.arange(days), kinds),
                    "date": pd.Series(np.repeat(np.array(self._dates, dtype=object), kinds), dtype="str"),
                    "failure": pd.Series(index.kinds * days, dtype="str"),
                    "count": counts.ravel(),
                    "weight": weight,
                    "points": weight * counts.ravel(),
                }
            )
            tables.append(table)
        return pd.concat(tables, ignore_index=True)


SURVEY_COLUMNS = {
    "survey": "str", "day": "int64", "date": "str", "question": "str", "statistic": "str", "eligible": "int64",
    "asked": "int64", "answered": "int64", "measured": "float64", "standard_error": "float64", "true": "float64",
    "true_of_answered": "float64",
}  # fmt: skip
CARD_COLUMNS = {
    "scorecard": "str", "day": "int64", "date": "str", "component": "str", "weight": "float64", "measured": "float64",
    "honest": "float64", "true": "float64", "measured_points": "float64", "honest_points": "float64",
    "true_points": "float64",
}  # fmt: skip


def _table(rows: list[dict[str, Any]], columns: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=kind) for name, kind in columns.items()})


def headline(found: list[Found]) -> Found | None:
    """The one number a survey is known by; a Kano survey has none."""
    return found[0] if found and found[0].statistic in _HEADLINES else None


_HEADLINES = ("mean", "net promoter score")
