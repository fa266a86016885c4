"""Incidents compiled from the document: hazard and prevention by the minute of the day, whom they strike.

One `Hazards` belongs to one version of the document; the step of the day asks it for chances and minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.incidents import chance_in_a_day, day_profile, prevented_share
from sim.calendar import MINUTES_PER_DAY
from sim.scenario.document import Document
from sim.scenario.incidents import Incident
from sim.scenario.quantities import ClockSpan
from sim.scenario.units import text_in

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Hazard:
    """One incident as the days need it.

    chance: (segments,), a day (per customer) or at a visit of relative hazard 1; profile: (1441,), cumulative share of
    a day's incidents by minute; weight: (1440,), relative hazard; prevented: (1440,), share that prevention stops;
    needs: (needs,), at whose visits it may happen; pick_ups: whether at gift pick-ups too
    """

    name: str
    title: str
    incident: Incident
    chance: Floats
    profile: Floats
    weight: Floats
    prevented: Floats
    needs: NDArray[np.bool_]
    pick_ups: bool


class Hazards:
    """All incidents of one version of the document; `cost`: what their prevention costs a day, major units."""

    def __init__(self, document: Document) -> None:
        incidents = document.service.incidents
        self.all = tuple(_hazard(document, name, incident) for name, incident in incidents.items())
        measures = [measure for incident in incidents.values() for measure in incident.prevention.values()]
        self.cost = sum((measure.cost for measure in measures), Decimal())


def _hazard(document: Document, name: str, incident: Incident) -> Hazard:
    market = document.market
    factor = np.array([incident.segments.get(segment, 1.0) for segment in market.segments])
    weight = np.ones(MINUTES_PER_DAY)
    for hours, relative in incident.hours.items():
        weight[_minutes([hours])] = relative
    shares = [_shares(measure.share, measure.hours) for measure in incident.prevention.values()]
    if incident.per_customer is not None:
        chance = chance_in_a_day(incident.per_customer * factor)
    else:
        assert incident.per_visit is not None  # the section holds one of the two
        chance = incident.per_visit * factor
    return Hazard(
        name=name,
        title=text_in(incident.title or name.replace("_", " ")),
        incident=incident,
        chance=chance,
        profile=day_profile(weight),
        weight=weight,
        prevented=prevented_share(np.array(shares).reshape(-1, MINUTES_PER_DAY)),
        needs=np.array([not incident.tasks or need.task in incident.tasks for need in market.needs.values()], np.bool_),
        pick_ups=not incident.tasks,
    )


def _shares(share: float, hours: list[str]) -> Floats:
    return np.where(_minutes(hours), share, 0.0) if hours else np.full(MINUTES_PER_DAY, share)


def _minutes(hours: list[str]) -> NDArray[np.bool_]:
    """Which minutes of a day lie in the hours, (1440,); hours over midnight lie at both its ends."""
    found = np.zeros(MINUTES_PER_DAY, np.bool_)
    for text in hours:
        span = ClockSpan.model_validate(text)
        found[np.arange(int(span.start), int(span.end)) % MINUTES_PER_DAY] = True
    return found
