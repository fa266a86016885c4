"""The page of verification and validation is made of the tests there are, and leaves none out."""

from __future__ import annotations

from pathlib import Path

import pytest

from calibration.validation_table import LEVELS, Level, described, files_of, page, unanswering

TESTS = Path(__file__).parents[1]


def test_the_page_is_that_of_the_tests_as_they_are() -> None:
    assert (TESTS.parent / "docs" / "validation.md").read_text(encoding="utf-8") == page(TESTS), "run `make validation`"


def test_every_test_file_answers_at_some_level() -> None:
    assert unanswering(TESTS) == []


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: f"{level.part}, {level.name}")
def test_every_level_is_answered(level: Level) -> None:
    for pattern in level.files:
        assert list(TESTS.glob(pattern)), f"no test file fits {pattern}"
    assert sum(described(file)[1] for file in files_of(level, TESTS)) >= 5


def test_every_test_file_says_what_it_holds_the_program_to() -> None:
    for file in TESTS.rglob("test_*.py"):
        says, count = described(file)
        assert len(says) > 30, file
        assert count, file


def test_a_file_that_belongs_nowhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "test_more.py").write_text('"""Says something."""\n')
    assert [file.name for file in unanswering(tmp_path)] == ["test_more.py"]
