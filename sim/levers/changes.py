"""Dated changes on the days of a run: from which day which document stands."""

from __future__ import annotations

from sim.calendar import Calendar
from sim.scenario.document import Document
from sim.scenario.stages import stages


def timeline(document: Document, calendar: Calendar) -> dict[int, Document]:
    """Day → the document from that day on. Day 0 is always there; later changes of one path win over earlier ones.

    Raises ChangeError (a RequestError) for a change that cannot be.
    """
    return {calendar.day(stage.first): stage.document for stage in stages(document)}
