"""How long a wait feels, who was overtaken, and when an announced wait turns people round.

Sources: Maister (1985), the propositions; Hornik (1984), the size of all together; Whitt (1999), announced delays.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviour import waiting
from sim.scenario.waiting import FeltWaits

EFFECTS = FeltWaits()


def felt(occupied: float = 0.0, announced: float = 0.0, explained: float = 0.0, overtaken: float = 0.0) -> float:
    minutes = waiting.felt_wait(
        wait=np.array([10.0]),
        occupied=occupied,
        announced=announced,
        explained=explained,
        overtaken=overtaken,
        unoccupied_effect=EFFECTS.unoccupied,
        uncertain_effect=EFFECTS.uncertain,
        unexplained_effect=EFFECTS.unexplained,
        unfair_effect=EFFECTS.unfair,
    )
    return float(minutes[0])


def test_with_nothing_done_about_it_a_wait_feels_36_percent_longer() -> None:
    """Hornik (1984) found +36 %: 1.15 · 1.10 · 1.075 = 1.3599."""
    assert felt() == pytest.approx(13.6, abs=0.002)


def test_with_everything_done_a_wait_feels_as_long_as_it_is() -> None:
    assert felt(1.0, 1.0, 1.0) == 10.0


def test_each_remedy_takes_its_own_effect_away_and_half_of_it_half() -> None:
    assert felt(occupied=1.0) == pytest.approx(10.0 * 1.10 * 1.075)
    assert felt(announced=1.0) == pytest.approx(10.0 * 1.15 * 1.075)
    assert felt(explained=1.0) == pytest.approx(10.0 * 1.15 * 1.10)
    assert felt(occupied=0.5) == pytest.approx(10.0 * 1.075 * 1.10 * 1.075)
    assert felt(1.0, 1.0, 1.0, overtaken=1.0) == pytest.approx(12.0)


def test_whoever_sees_a_later_comer_served_first_was_overtaken() -> None:
    """Two queues. In the first the third comer is served before the second; in the second nobody passes anybody."""
    flags = waiting.overtaken(
        queue=np.array([0, 0, 0, 1, 1]),
        joined=np.array([1.0, 2.0, 3.0, 1.5, 2.5]),
        left=np.array([4.0, 9.0, 5.0, 6.0, 7.0]),
        served=np.ones(5, np.bool_),
    )
    assert flags.tolist() == [False, True, False, False, False]


def test_who_gives_up_overtakes_nobody() -> None:
    flags = waiting.overtaken(
        queue=np.zeros(2, np.int64),
        joined=np.array([1.0, 2.0]),
        left=np.array([9.0, 3.0]),
        served=np.array([True, False]),
    )
    assert not flags.any()


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 30), st.integers(0, 30), st.booleans()), min_size=0, max_size=30
    )
)
def test_overtaken_is_what_comparing_every_pair_says(visits: list[tuple[int, int, int, bool]]) -> None:
    """Joining times are made distinct: two who come at the same instant have no order."""
    queue = np.array([visit[0] for visit in visits], np.int64)
    joined = np.array([visit[1] + place / 100 for place, visit in enumerate(visits)], np.float64)
    left = joined + np.array([visit[2] for visit in visits], np.float64)
    served = np.array([visit[3] for visit in visits], np.bool_)
    pairs = [
        any(
            queue[j] == queue[i] and joined[j] > joined[i] and served[j] and left[j] < left[i]
            for j in range(len(visits))
        )
        for i in range(len(visits))
    ]
    assert waiting.overtaken(queue=queue, joined=joined, left=left, served=served).tolist() == pairs


def test_an_announced_wait_longer_than_patience_turns_people_round() -> None:
    """Two servers of 6 minutes: with n ahead the wait is announced as 3(n + 1) minutes."""
    limit = waiting.turning_round(patience=np.array([2.0, 3.0, 8.9, np.inf]), servers=2.0, service=6.0)
    assert limit == pytest.approx([0.0, 0.0, 1.9667, np.inf], abs=1e-4)
