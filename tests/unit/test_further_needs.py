"""Steps that follow a visit's own task: passed by when nobody is free, kept over midnight; and files that cannot be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.market import Market
from sim.scenario.cautions import cautions
from sim.scenario.checks import check_stages
from sim.scenario.document import Document
from sim.scenario.stages import stages
from sim.service.facility import advance
from sim.service.outcome import Outcome
from sim.service.records import Arrivals, Encounters, FacilityState, Roster
from sim.service.routes import Routes
from sim.service.stations import Facility, Process, Station, Step
from tests.facility_cases import AS_GIVEN
from tests.small_documents import COUNTER, ERRAND, small_document

HALL = Facility(
    (Station("counter"), Station("desk"), Station("lobby")),
    (Process("errand", (Step(0, AS_GIVEN),), (Step(1, AS_GIVEN), Step(2, AS_GIVEN, passing=True))),),
    np.arange(3, dtype=np.int64)[:, np.newaxis],
)
ERRAND_STEP, DESK, ASKED = 0, 1, 2


def through(ways: list[list[tuple[int, float]]], cuts: list[float], patience: float = np.inf) -> list[Encounters]:
    """Visits that all come at minute 0 with these ways, of (step, minutes); the run is cut at these minutes."""
    n = len(ways)
    whole, real = np.zeros(n, np.int64), np.zeros(n)
    routes = Routes(
        np.array([len(way) for way in ways]),
        np.array([step for way in ways for step, _ in way]),
        np.array([minutes for way in ways for _, minutes in way]),
    )
    coming = Arrivals(np.arange(n), np.arange(n), real, whole, whole, whole, real + patience, real + np.inf, routes)
    state = FacilityState.empty(HALL, servers=[5, 1, 1], is_open=True)
    found = []
    for until in cuts:
        state, encounters = advance(HALL, state, coming, Roster.unchanged(), until)
        coming = Arrivals.none()
        found.append(encounters)
    return found


def test_who_finds_nobody_free_passes_by_and_has_been_served() -> None:
    """Both have done at minute 5; the first is spoken to and goes on to the desk, the second leaves."""
    way = [(ERRAND_STEP, 5.0), (ASKED, 3.0), (DESK, 10.0)]
    (ended,) = through([way, way], [100.0])
    assert ended.outcome.tolist() == [Outcome.SERVED, Outcome.SERVED]
    assert dict(zip(ended.visit.tolist(), ended.beyond.tolist(), strict=True)) == {0: 2, 1: 0}
    assert dict(zip(ended.visit.tolist(), ended.ended.tolist(), strict=True)) == {0: 18.0, 1: 5.0}
    assert ended.monitors.balked.tolist() == [0, 0, 1]
    assert ended.monitors.arrivals.tolist() == [2, 1, 2]


def test_who_gives_up_at_the_desk_has_been_served_and_did_not_get_there() -> None:
    way = [(ERRAND_STEP, 5.0), (DESK, 10.0)]
    (ended,) = through([way, way], [100.0], patience=2.0)
    assert ended.outcome.tolist() == [Outcome.SERVED, Outcome.SERVED]
    assert dict(zip(ended.visit.tolist(), ended.beyond.tolist(), strict=True)) == {0: 1, 1: 0}
    assert ended.monitors.reneged.tolist() == [0, 1, 0]
    assert dict(zip(ended.visit.tolist(), ended.service.tolist(), strict=True)) == {0: 15.0, 1: 5.0}


@pytest.mark.parametrize("cut", [4.0, 6.0, 9.0, 15.0, 20.0])
def test_where_the_run_is_cut_makes_no_difference(cut: float) -> None:
    ways = [
        [(ERRAND_STEP, 5.0), (ASKED, 3.0), (DESK, 10.0)],
        [(ERRAND_STEP, 7.0), (ASKED, 3.0)],
        [(ERRAND_STEP, 8.5), (ASKED, 2.0), (DESK, 4.0)],
        [(ERRAND_STEP, 9.0), (DESK, 4.0)],
    ]
    (whole,), parts = through(ways, [100.0]), through(ways, [cut, 100.0])
    for column in ("visit", "ended", "outcome", "wait", "service", "steps_done", "beyond"):
        assert np.concatenate([getattr(part, column) for part in parts]).tolist() == getattr(whole, column).tolist()


NEED = {"share": 0.5, "voiced": 0.1, "agrees": 0.7, "task": "product", "price": 60}


def bank(need: dict[str, Any], approaching: dict[str, Any] | None = None, **stations: dict[str, Any]) -> Document:
    service: dict[str, Any] = {
        "stations": {"counter": COUNTER, "desk": {**COUNTER, **stations.get("desk", {})}},
        "tasks": {
            "errand": ERRAND,
            "product": {"at": "desk", "takes": {"constant": "10 min"}},
            "loan": {"steps": {"ask": {"at": "desk", "takes": {"constant": "5 min"}}}},
        },
    }
    service["stations"] |= {name: {**COUNTER, **each} for name, each in stations.items() if name != "desk"}
    if approaching is not None:
        service["approaching"] = approaching
    return small_document(
        market={
            "customers": 100,
            "tiers": ["gold", "silver"],
            "segments": {"everyone": {"share": 1}},
            "needs": {"errand": {"task": "errand", "rate": "1 per week"}},
            "latent_needs": {"product": {**NEED, **need}},
        },
        service=service,
    )


def test_a_need_met_in_several_steps_is_refused() -> None:
    (finding,) = check_stages(stages(bank({"task": "loan"})))
    assert ".".join(finding.path) == "market.latent_needs.product.task"
    assert "several steps" in finding.found


def test_stations_that_disagree_about_who_is_first_are_refused() -> None:
    """One visit has one place in every queue on its way."""
    document = bank({}, desk={"first": ["gold"]}, vip={"first": ["silver"]})
    found = [".".join(finding.path) for finding in check_stages(stages(document))]
    assert found == ["market.latent_needs.product.task"]


def test_more_who_speak_up_than_agree_cannot_be() -> None:
    with pytest.raises(ValueError, match="voiced must not be above agrees"):
        bank({"voiced": 0.8})


def test_staff_who_speak_to_people_without_needs_are_asked_about() -> None:
    ask = {"by": "desk", "takes": {"constant": "2 min"}}
    said = [finding.found for finding in cautions(stages(bank({"share": 0}, ask)))]
    assert any("nobody has a further need" in words for words in said)
    said = [finding.found for finding in cautions(stages(bank({"visits_for": ["loan"]}, ask)))]
    assert any("nobody comes for loan" in words for words in said)
    said = [finding.found for finding in cautions(stages(bank({}, {**ask, "by": "idle"}, idle={"staff": 0})))]
    assert any("idle never has staff" in words for words in said)


def test_a_need_that_no_open_station_can_meet_today_is_nobodys() -> None:
    """The desk opens on Mondays only: needs are met on Mondays, and nobody waits there for days."""
    market = Market(bank({"voiced": 0.7}, desk={"days": ["monday"]}))
    market.run()
    met = [row.get("further_needs_met", 0.0) for row in market.recorder.rows]
    assert sum(met) == sum(met[day] for day in range(0, len(met), 7)) > 0
    assert len(market.further) == 0
