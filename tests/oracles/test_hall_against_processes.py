"""The facility against the plainest SimPy model of the same hall: a process for each visit, the same luck."""

import pytest

from benchmarks import hall


@pytest.mark.parametrize(
    ("load", "patience"),
    [(0.9, None), (1.1, 5.0), (2.0, 0.5)],
    ids=["busy", "overloaded with patience", "twice overloaded, little patience"],
)
def test_everybody_waits_as_long_as_in_a_process_for_each_visit(load: float, patience: float | None) -> None:
    """The same events at the same instants: waits differ by no more than the rounding of adding up time spans."""
    assert hall.largest_difference(hall.make_hall(5_000, 10, load, patience)) <= 1e-9
