"""What cannot be in the section on how plans are compared: unknown objectives, a warm-up as long as the run.

A document goes in; findings come out.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.document import Document
from sim.scenario.finding import Finding
from sim.scenario.refusal import nearest, shown


def impossible_experiments(document: Document) -> Iterator[Finding]:
    """Objectives that are no measure of this document, or of which no way is better; nothing left after the warm-up."""
    section, days = document.experiment, document.calendar.run.days
    if section.warm_up_days is not None and section.warm_up_days >= days:
        found = f"a warm-up of {section.warm_up_days} days in a run of {days}"
        yield Finding(("experiment", "warm_up"), found, "shorter than the run")
    if section.objectives:
        from sim.measurement.of_document import measures_of  # it reads documents, as this module's callers do

        known = measures_of(document)
        for place, name in enumerate(section.objectives):
            path = ("experiment", "objectives", str(place))
            if name not in known:
                allowed = "a measure of this scenario, as `rehearse run --json` names them"
                yield Finding(path, shown(name), allowed, nearest(name, known) or "")
            elif known[name].better == "neither":
                yield Finding(path, f"more of '{name}' is neither better nor worse", "a measure with a better way")


def doubtful_experiments(document: Document) -> Iterator[Finding]:
    """A steady state asked of a run with a campaign window."""
    if document.experiment.warm_up is not None and document.calendar.campaign is not None:
        yield Finding(
            ("experiment", "warm_up"),
            "a steady state is asked for in a run with a campaign window",
            "plans are compared over all days after the warm-up, not over the campaign",
        )
