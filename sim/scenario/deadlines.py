"""Deadlines in series: steps that together take longer than the whole may.

Steps with the days each may take and the days promised for the whole go in; a finding comes out when they do not fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.scenario.document import Document
from sim.scenario.finding import Finding
from sim.scenario.section import WEEKDAYS
from sim.scenario.shifts import shift
from sim.scenario.tree import TreePath


def in_series(place: TreePath, whole: float, steps: Sequence[tuple[str, float]]) -> Iterator[Finding]:
    """A finding at `place` when the steps (name, days), one after the other, may take longer than the `whole` days."""
    total = sum(days for _, days in steps)
    if total > whole + 1e-9:
        chain = " + ".join(f"{days:g}" for _, days in steps)
        names = " → ".join(name for name, _ in steps)
        sums = f"{chain} = {total:g}" if len(steps) > 1 else f"{total:g}"
        found = f"{whole:g} days for the whole, and {sums} days for {names}"
        yield Finding(place, found, "each step can be in time and the whole too late")


def of_cases(document: Document) -> Iterator[Finding]:
    """What a recovery section promises and cannot keep: levels in series, days off, words without effect."""
    recovery = document.service.recovery
    if recovery is None:
        return
    if recovery.channels and document.behaviour.complaining == "none":
        yield Finding(
            ("service", "recovery", "channels"), "nobody ever complains (behaviour.complaining)", "they stay idle"
        )
    timed = recovery.answer_within or any(stage.within for stage in recovery.stages.values())
    if recovery.takes_up == "any day in time" and not timed:
        found = "'any day in time', and neither answer_within nor within says how long that is"
        yield Finding(("service", "recovery", "takes_up"), found, "cases are taken up the next day")
    place = ("service", "recovery", "answer_within")
    above = [(name, level.within) for name, level in recovery.escalation.items() if level.within is not None]
    if recovery.answer_within is not None:
        chains = [
            [(name, channel.within), *above] if channel.within is not None else above
            for name, channel in recovery.channels.items()
        ]
        longest = max(chains, key=lambda chain: sum(days for _, days in chain), default=[])
        yield from in_series(place, recovery.answer_within, longest)
        for name, channel in recovery.channels.items():
            gap = _longest_gap(document, channel.at)
            if gap > recovery.answer_within:
                promised = f"an answer within {recovery.answer_within:g} days"
                found = f"{promised}, and up to {gap} until {channel.at} opens again after a complaint"
                yield Finding(("service", "recovery", "channels", name, "at"), found, "not every answer can be in time")


def _longest_gap(document: Document, station: str) -> int:
    """Days from a day to the next on which the station opens, at the most; 0 where it never opens."""
    section = document.service.stations[station]
    unlimited = document.service.capacity == "unlimited"
    opens = [shift(section, weekday, unlimited) is not None for weekday in range(len(WEEKDAYS))]
    if not any(opens):
        return 0
    return max(next(days for days in range(1, 8) if opens[(start + days) % 7]) for start in range(7))
