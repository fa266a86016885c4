"""Which tests answer for what: the levels of verification and validation of Rand & Rust (2011), and the tests of each.

The folder of tests goes in; out comes a page with one table a level, made of what the test files say of themselves.
`python -m calibration.validation_table` prints it; `docs/validation.md` holds it, and a test fails when that is stale.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final


@dataclass(frozen=True)
class Level:
    """One level: whether it verifies the program or validates the model, what it asks, and whose tests answer.

    `files`: patterns of paths below the folder of tests; a file may answer at several levels
    """

    part: str
    name: str
    asks: str
    files: tuple[str, ...]


LEVELS: Final = (
    Level(
        "Verification",
        "Documentation",
        "Do the documents say what the program does, and is each part where the design puts it?",
        (
            "test_layering.py",
            "unit/test_model_document.py",
            "unit/test_schema.py",
            "unit/test_scenario_language.py",
            "unit/test_validation_table.py",
            "behaviour/test_readme.py",
        ),
    ),
    Level(
        "Verification",
        "Programmatic testing",
        "Does every part compute what it claims, alone and for whatever it may be given?",
        ("unit/test_*.py", "properties/test_*.py"),
    ),
    Level(
        "Verification",
        "Test cases and scenarios",
        "Do corner cases, sampled cases and given scenarios come out, and is more of a thing more where it must be?",
        (
            "behaviour/test_claims_edges.py",
            "behaviour/test_broken_experiments.py",
            "behaviour/test_*_command.py",
            "behaviour/test_compare_plans.py",
            "behaviour/test_customer_story.py",
            "behaviour/test_measured_report.py",
            "behaviour/test_mesa_handles.py",
            "behaviour/test_minimally_different_worlds.py",
            "behaviour/test_remote_cluster.py",
            "unit/test_hostile_files.py",
            "properties/test_whatever_validates_runs.py",
            "faces/test_*.py",
        ),
    ),
    Level(
        "Validation",
        "Micro-face",
        "Do single customers, servers and queues behave as the literature says they do?",
        ("oracles/test_*.py",),
    ),
    Level(
        "Validation",
        "Macro-face",
        "Does the whole market behave as strategists and researchers know markets to behave?",
        ("behaviour/test_claims_*.py", "replications/test_oversold_*.py"),
    ),
    Level(
        "Validation",
        "Empirical input",
        "Are the numbers that go in what was observed, ruled or assumed, and said to be so?",
        ("faces/test_gallery.py", "unit/test_sourced.py", "properties/test_distributions.py"),
    ),
    Level(
        "Validation",
        "Empirical output",
        "Does what comes out agree with cases, published series and other models that were not its input?",
        ("behaviour/test_case_*.py", "behaviour/test_fit*.py", "behaviour/test_*_fitted.py", "replications/test_*.py"),
    ),
)

HEAD: Final = """\
# Verification and validation

Rand & Rust (2011, *International Journal of Research in Marketing* 28:181-193) ask of an agent-based model that it does
what it was meant to do (verification), and that what it was meant to do is what the world does (validation), each on
several levels. For every level, these are the tests that answer. Each says in its first line what it holds the program
to; a check of a case or of a claim has a second test that switches the mechanism off and must fail without it.

This page is made by `make validation` from the tests themselves, and a test fails when it is stale.
"""


def files_of(level: Level, tests: Path) -> list[Path]:
    """The test files of a level, in the order of their paths."""
    return sorted({found for pattern in level.files for found in tests.glob(pattern)})


@cache
def described(file: Path) -> tuple[str, int]:
    """What a test file says of itself in its first paragraph, on one line, and how many tests it holds."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    words = (ast.get_docstring(tree) or "").split("\n\n")[0]
    count = sum(isinstance(node, ast.FunctionDef) and node.name.startswith("test_") for node in ast.walk(tree))
    return " ".join(words.split()), count


def page(tests: Path) -> str:
    """The whole page, in Markdown."""
    lines = [HEAD]
    for number, level in enumerate(LEVELS):
        if number == 0 or LEVELS[number - 1].part != level.part:
            lines.append(f"## {level.part}\n")
        files = files_of(level, tests)
        lines += [
            f"### {level.name}\n",
            f"{level.asks}\n",
            "| file | tests | what it holds the program to |",
            "|---|---|---|",
        ]
        for file in files:
            says, count = described(file)
            lines.append(f"| `tests/{file.relative_to(tests).as_posix()}` | {count} | {says.replace('|', '&#124;')} |")
        lines.append("")
    return "\n".join(lines)


def unanswering(tests: Path) -> list[Path]:
    """Test files that answer at no level."""
    answering = {file for level in LEVELS for file in files_of(level, tests)}
    return sorted(set(tests.rglob("test_*.py")) - answering)


if __name__ == "__main__":
    sys.stdout.write(page(Path("tests")))
