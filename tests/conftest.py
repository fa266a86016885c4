"""Settings shared by every test: hypothesis runs the same examples everywhere and without a clock.

A slow or busy machine must not fail a property test, and a failure seen anywhere must be repeatable at home."""

from hypothesis import settings

settings.register_profile("rehearsal", deadline=None, derandomize=True, print_blob=True, database=None)
settings.load_profile("rehearsal")
