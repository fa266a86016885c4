"""Whatever the check of a file lets through can be run: a document that validates never breaks in the middle.

One to three places of a small scenario that uses nearly every section get other values, most of them extreme. What
validates must build and run all its days, or be refused in plain words, without so much as a warning of numpy.
"""

from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as some

from sim.errors import RehearsalError
from sim.market import Market
from sim.scenario.document import Document
from sim.scenario.tree import Tree
from sim.scenario.validating import validated
from tests.properties.small_rehearsal import Path, candidates, places, written

CHANGES = [(path, value) for path in sorted(set(places(written()))) for value in candidates(path)]
"""Every other value for every place."""


def with_values(changes: list[tuple[Path, Any]]) -> Document | None:
    """The document with these values written in; None where it does not validate or the places exclude each other."""
    data = written()
    for path, value in changes:
        place: Any = data
        for key in path[:-1]:
            place = place[int(key)] if isinstance(place, list) else place.get(key)
            if not isinstance(place, dict | list) or (isinstance(place, list) and not path[-1].isdecimal()):
                return None
        if isinstance(place, list):
            place[int(path[-1]) : int(path[-1]) + 1] = [value]
        else:
            place[path[-1]] = value
    return validated(Tree(data), "small-rehearsal.yaml")[0]


def test_the_scenario_as_it_stands_runs() -> None:
    document = with_values([])
    assert document is not None
    daily = Market(document).run().daily
    assert len(daily) == 7
    assert daily["gifts_handed"].sum() > 0
    assert daily["contacts_made"].sum() > 0


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(some.lists(some.sampled_from(CHANGES), min_size=1, max_size=3, unique_by=lambda change: change[0]))
def test_whatever_validates_builds_and_runs(changes: list[tuple[Path, Any]]) -> None:
    document = with_values(changes)
    if document is None:
        event("refused when checked")
        return
    with suppress(RehearsalError):
        Market(document).run()
        event("runs")


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(some.lists(some.sampled_from(CHANGES), min_size=1, max_size=2, unique_by=lambda change: change[0]))
def test_whatever_validates_as_a_dated_change_runs(changes: list[tuple[Path, Any]]) -> None:
    """The same values, from the third day on."""
    data = written()
    data["changes"] = {"other": {"from": "9 Sep", "set": {".".join(path): value for path, value in changes}}}
    document, problems = validated(Tree(data), "small-rehearsal.yaml")
    if document is None:
        assert all(problem.found for problem in problems)
        return
    Market(document).run()
