"""Reports without their pictures, for tests of commands that look at everything else: drawing takes most of a report.

Pictures themselves are drawn in the unit tests of each report, and by one test of each command that says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest


def _only_the_folder(figures: Mapping[str, object], folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    return []


@contextmanager
def no_pictures() -> Iterator[None]:
    """Within the block a report has the folder of its figures, and nothing in it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("experiments.report.drawing.write_figures", _only_the_folder)
        yield
