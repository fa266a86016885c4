"""Work that has to be done again: the way of a visit is laid out beforehand, and each visit meets its own luck."""

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.errors import ScenarioError
from sim.market import Market
from sim.service.routes import Routes, lay_out, straight
from sim.service.stations import Again, Process, Step
from tests.facility_cases import AS_GIVEN
from tests.small_documents import small_document

Floats = NDArray[np.float64]

PLAN = Process(
    "plan",
    (Step(0, AS_GIVEN), Step(1, AS_GIVEN, Again(0.5, 0, 2)), Step(2, AS_GIVEN), Step(3, AS_GIVEN, Again(0.5, 2))),
)


class Verdicts:
    """Luck in which the service time is 10 times the step plus the time it is done, and verdicts are as listed."""

    def __init__(self, failed: dict[tuple[int, int, int], bool]) -> None:
        self.failed = failed
        self.asked: list[list[int]] = []

    def __call__(self, time: int, visits: NDArray[np.int64]) -> Floats:
        self.asked.append(visits.tolist())
        steps = np.arange(4)
        service = np.tile(10.0 * steps + time, (len(visits), 1))
        verdict = [[0.1 if (int(visit), int(step), time) in self.failed else 0.9 for step in steps] for visit in visits]
        return np.concatenate([service, np.array(verdict).reshape(-1, 4)], axis=1)


def steps_of(routes: Routes, visit: int) -> list[int]:
    start = int(routes.start[visit])
    return routes.step[start : start + int(routes.length[visit])].tolist()


def test_who_passes_at_once_takes_each_step_once() -> None:
    luck = Verdicts({})
    routes = lay_out((PLAN,), np.zeros(3, np.int64), luck)
    assert [steps_of(routes, visit) for visit in range(3)] == [[0, 1, 2, 3]] * 3
    assert luck.asked == [[0, 1, 2]], "nobody needs luck for a second time"


def test_who_fails_goes_back_and_meets_new_luck() -> None:
    luck = Verdicts(dict.fromkeys([(1, 1, 0), (2, 3, 0), (2, 3, 1)], True))
    routes = lay_out((PLAN,), np.zeros(3, np.int64), luck)
    assert steps_of(routes, 1) == [0, 1, 0, 1, 2, 3]
    assert steps_of(routes, 2) == [0, 1, 2, 3, 2, 3, 2, 3]
    times = routes.minutes[routes.start[1] : routes.start[1] + 6].tolist()
    assert times == [0, 10, 1, 11, 20, 30], "the second time takes its own time, the other steps keep theirs"
    assert luck.asked == [[0, 1, 2], [1, 2], [2]], "luck is drawn only for those who need it"


def test_a_cap_ends_the_sending_back() -> None:
    always = dict.fromkeys([(0, 1, time) for time in range(9)], True)
    routes = lay_out((PLAN,), np.zeros(1, np.int64), Verdicts(always))
    assert steps_of(routes, 0) == [0, 1, 0, 1, 0, 1, 2, 3]


def test_a_loop_inside_a_loop_starts_over() -> None:
    nested = Process("nested", (Step(0, AS_GIVEN), Step(1, AS_GIVEN, Again(0.5, 1)), Step(2, AS_GIVEN, Again(0.5, 0))))
    padded = Process("padded", (*nested.steps, Step(3, AS_GIVEN)))
    luck = Verdicts(dict.fromkeys([(0, 1, 0), (0, 2, 0), (0, 1, 2)], True))
    routes = lay_out((padded,), np.zeros(1, np.int64), luck)
    assert steps_of(routes, 0) == [0, 1, 1, 2, 0, 1, 1, 2, 3]


def test_without_rework_both_ways_of_laying_out_agree() -> None:
    luck = np.random.default_rng(1).random((50, 6))
    kinds = (Process("one", PLAN.steps[:1]), Process("three", (*PLAN.steps[:1], *PLAN.steps[2:3], *PLAN.steps[:1])))
    process = np.arange(50) % 2
    plain = straight(kinds, process, luck[:, :3])
    laid = lay_out(kinds, process, lambda _, visits: luck[visits])
    for name in ("length", "step", "minutes"):
        assert getattr(plain, name).tobytes() == getattr(laid, name).tobytes(), name


def test_memory_is_for_the_steps_to_go_and_not_for_the_longest_way() -> None:
    endless = Process("endless", (Step(0, AS_GIVEN, Again(0.9, 0)),))
    luck = np.random.default_rng(1)
    routes = lay_out((endless,), np.zeros(2000, np.int64), lambda _, visits: luck.random((len(visits), 2)))
    assert routes.length.max() > 40
    assert len(routes.minutes) == routes.length.sum() < 2000 * 15


def test_loops_without_end_are_refused() -> None:
    with pytest.raises(ValueError, match="never ends"):
        Again(1.0, 0)
    with pytest.raises(ValueError, match="goes back from step 0 to step 1"):
        Process("forward", (Step(0, AS_GIVEN, Again(0.5, 1)), Step(0, AS_GIVEN)))


def market(chance: float) -> Market:
    """Drawings by one station, checked at another."""
    station = {"staff": 20, "open": "09:00-17:00"}
    drawings = {"at": "drawing", "takes": {"exponential": {"mean": "5 min"}}}
    check = {"at": "checking", "takes": {"exponential": {"mean": "5 min"}}}
    again = {"again": {"chance": chance, "back_to": "drawings"}} if chance else {}
    return Market(
        small_document(
            market={
                "customers": 400,
                "segments": {"everyone": {"share": 1}},
                "needs": {"plan": {"task": "plan", "rate": "1 per week", "contested": False}},
                "traits": {"aware": 1, "existing": 1},
            },
            service={
                "stations": {"drawing": station, "checking": station},
                "tasks": {"plan": {"steps": {"drawings": drawings, "check": {**check, **again}}}},
            },
        ),
        keep_encounters=True,
    )


def test_in_a_market_rework_takes_real_staff_and_changes_nobody_elses_luck() -> None:
    """The same visits come; those sent back are served longer, and everyone else exactly as long as before."""
    without, often = market(0.0), market(0.5)
    plain, rework = (each.run().encounters for each in (without, often))
    assert plain is not None
    assert rework is not None
    both = plain.merge(rework, on=["day", "customer"], suffixes=("", "_again"))
    assert len(both) == len(plain) == len(rework) > 500
    same = np.isclose(both["service"], both["service_again"], rtol=1e-12)
    longer = both["service_again"] > both["service"] * (1 + 1e-12)
    assert (same | longer).all()
    assert 0.4 < longer.mean() < 0.6


REFUSED = [
    ({"chance": 1.0}, "never ends"),
    ({"chance": 1.0, "back_to": "drawings"}, "never ends"),
    ({"chance": "20"}, "share"),
]


@pytest.mark.parametrize(("again", "message"), REFUSED)
def test_impossible_rework_is_refused(again: dict[str, object], message: str) -> None:
    step = {"at": "counter", "takes": {"constant": "5 min"}}
    with pytest.raises((ScenarioError, ValueError), match=message):
        small_document(
            service={
                "stations": {"counter": {"staff": 1, "open": "09:00-17:00"}},
                "tasks": {"plan": {"steps": {"drawings": step, "check": {**step, "again": again}}}},
            }
        )
