"""Targets nobody could check, and those the run says nothing of.

One document goes in; out come findings, each at the line of the target that is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.document import Document
from sim.scenario.finding import Finding
from sim.scenario.refusal import nearest, shown
from sim.scenario.tree import TreePath


def impossible_targets(document: Document) -> Iterator[Finding]:
    """A measure there is none of, or that days do not add up to; cards that ask for what is not known that evening."""
    if not document.targets:
        return
    from sim.measurement.of_document import measures_of  # it reads documents, as this module's callers do

    known = measures_of(document)
    for name, target in document.targets.items():
        place: TreePath = ("targets", name, "measure")
        measure = known.get(target.measure)
        if measure is None:
            allowed = "a measure of this scenario, as `rehearse run --json` names them"
            yield Finding(place, shown(target.measure), allowed, nearest(target.measure, known) or "")
        elif not measure.column or measure.kind == "spread":
            found = f"{target.measure}, which is not added up from days"
            yield Finding(place, found, "a sum, a mean or a ratio of daily numbers, such as served")
    for card, section in document.scorecards.items():
        for part, component in section.components.items():
            if component.target is None:
                continue
            measure = known.get(document.targets[component.target].measure)
            if measure is not None and (measure.kind != "flow" or measure.unit == "money"):
                path = ("scorecards", card, "components", part, "target")
                yield Finding(path, f"a target of {measure.title}", "a target of a count that days add up to")


def doubtful_targets(document: Document) -> Iterator[Finding]:
    """Targets and revisions outside the days simulated."""
    run = document.calendar.run
    for name, target in document.targets.items():
        place: TreePath = ("targets", name)
        if target.during.end < run.start or target.during.start > run.end:
            found = f"a target for {target.during.start} to {target.during.end}"
            yield Finding((*place, "during"), found, "no day of it lies in the run, so nothing is reported")
        for revision, each in target.revisions.items():
            if each.on > target.during.end:
                path = (*place, "revisions", revision, "on")
                yield Finding(path, f"revised on {each.on}, after its last day", "nothing changes")
