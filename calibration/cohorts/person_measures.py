"""What a study measures of each person, from a run's panel: whether something happened to them, or how much.

In goes the panel of a run (`RunResult.panel`); out comes one value a person, NaN for who has none (no wait without a
visit, no answer without a questionnaire). Names are those of the catalogue of measures where it has the same thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.measurement.catalogue import SATISFIED, SURVEY, declared_measures
from sim.measurement.panel import ANSWER
from sim.measurement.panel import SATISFIED as SATISFIED_ANSWER
from sim.measures import Measure
from sim.money import to_major
from sim.scenario.document import Document

Floats = NDArray[np.float64]
Kind = Literal["share", "mean"]
Among = Literal["customers", "visitors", "everyone"]

AMONG: Final[tuple[Among, ...]] = ("customers", "visitors", "everyone")


@dataclass(frozen=True)
class PersonMeasure:
    """One thing measured of a person.

    ``kind``: ``share`` is told as n (%) and tested by chi-square or Fisher, ``mean`` as mean ± SD and tested by t.
    ``column`` of the panel; a share asks whether it is above 0, a mean is taken over ``denominator`` where there is one
    and of who has none undefined. ``measure`` says how it is written.
    """

    kind: Kind
    measure: Measure
    column: str
    denominator: str = ""

    @property
    def name(self) -> str:
        return self.measure.name

    def values(self, panel: pd.DataFrame, currency: str) -> Floats:
        """One value a row of the panel, money in major units; 0 or 1 of a share; NaN where there is none."""
        found: Floats = panel[self.column].to_numpy(dtype=np.float64)
        if self.measure.unit == "money":
            found = to_major(panel[self.column].to_numpy(), currency)
        if self.kind == "share":
            return np.where(np.isnan(found), np.nan, found > 0.0)
        if not self.denominator:
            return found
        of: Floats = panel[self.denominator].to_numpy(dtype=np.float64)
        ratio: Floats = np.divide(found, of, out=np.full(len(found), np.nan), where=of > 0.0)
        return ratio


def _share(name: str, title: str, better: Literal["higher", "lower"], column: str) -> PersonMeasure:
    return PersonMeasure("share", Measure(name, title, "share", "ratio", better, 3), column)


def _mean(
    name: str, title: str, unit: str, better: Literal["higher", "lower", "neither"], decimals: int, column: str,
    denominator: str = "",
) -> PersonMeasure:  # fmt: skip
    return PersonMeasure("mean", Measure(name, title, unit, "ratio", better, decimals), column, denominator)


_ALWAYS: Final = (
    _share("complaints", "people who complained", "lower", "complaints"),
    _share("incidents", "people an incident befell", "lower", "incidents"),
    _share("lost_visits", "people who left a visit unserved", "lower", "lost"),
    _share("came", "people who came", "higher", "visits"),
    _share("churned", "people who left the firm", "lower", "left"),
    _share("acquired", "people who became customers", "higher", "became_customer"),
    _mean("visits", "visits of a person", "count", "neither", 2, "visits"),
    _mean("served", "visits served, of a person", "count", "higher", 2, "served"),
    _mean("complaints_each", "complaints of a person", "count", "lower", 3, "complaints"),
    _mean("incidents_each", "incidents of a person", "count", "lower", 3, "incidents"),
    _mean("wait_mean", "wait, a person's mean", "minutes", "lower", 2, "wait_sum", "joined"),
    _mean("visit_satisfaction", "satisfaction with visits, a person's mean", "points", "higher", 2,
          "visit_satisfaction_sum", "judged"),
    _mean("delivered", "delivered quality, a person's mean", "scale", "higher", 2, "delivered_sum", "judged"),
    _mean("satisfaction", "satisfaction at the end, 0-100", "points", "higher", 2, "satisfaction"),
    _mean("loyalty", "loyalty at the end, 0-1", "scale", "higher", 3, "loyalty"),
    _mean("paid", "paid by a person", "money", "higher", 0, "paid"),
)  # fmt: skip


def person_measures(document: Document) -> dict[str, PersonMeasure]:
    """Everything a study of this plan can measure, by name: first what its questionnaires ask."""
    found = []
    for each in declared_measures(document):
        if each.name.startswith(SATISFIED):
            column = f"{SATISFIED_ANSWER}{each.name.removeprefix(SATISFIED)}"
            found.append(PersonMeasure("share", each, column))
        elif each.name.startswith(SURVEY):
            found.append(PersonMeasure("mean", each, f"{ANSWER}{each.name.removeprefix(SURVEY)}"))
    return {each.name: each for each in (*found, *_ALWAYS)}


def usual_measures(document: Document) -> tuple[str, ...]:
    """What a study measures when it is not told: questionnaires, complaints, incidents, waits, visits, payments."""
    asked = [
        name
        for name, each in person_measures(document).items()
        if name.startswith((SATISFIED, SURVEY)) and not (each.kind == "mean" and _also_counted(document, name))
    ]
    incidents = ["incidents"] if document.service.incidents else []
    priced = any(need.price for need in document.market.needs.values()) or document.market.goods
    complains = [] if document.behaviour.complaining == "none" else ["complaints"]
    return (*asked, *incidents, *complains, "wait_mean", "visits", *(["paid"] if priced else []))


def _also_counted(document: Document, name: str) -> bool:
    """Whether the survey of this mean also counts who is satisfied, which a study reports then."""
    return document.surveys[name.removeprefix(SURVEY)].satisfied_from is not None


def eligible(panel: pd.DataFrame, among: Among) -> NDArray[np.int64]:
    """Rows of the people a study may draw: the firm's customers before the period, who came in it, or everyone."""
    if among == "everyone":
        return np.arange(len(panel))
    return np.flatnonzero(panel["was_customer" if among == "customers" else "visits"].to_numpy() > 0)
