"""Settings shared by every test: hypothesis runs the same examples everywhere and without a clock.

A slow or busy machine must not fail a property test, and a failure seen anywhere must be repeatable at home.
What a file of tests leaves in memory (its runs are kept) is not searched for rubbish again by the files after it."""

import gc
from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("rehearsal", deadline=None, derandomize=True, print_blob=True, database=None)
settings.load_profile("rehearsal")


@pytest.fixture(autouse=True, scope="module")
def _searched_once() -> Iterator[None]:
    yield
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """At the end everything may be searched again, so that compiled libraries find nothing of theirs left over."""
    gc.unfreeze()
