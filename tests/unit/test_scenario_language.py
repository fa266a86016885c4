"""The guide to the scenario language holds: its example loads, its sources and its errors are those of the program."""

import re
from pathlib import Path

from sim.scenario.sourced import SOURCES
from tests.scenario_texts import load_text, problems_in

GUIDE = (Path(__file__).parents[2] / "docs" / "scenario-language.md").read_text(encoding="utf-8")
EXAMPLE = next(block for block in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL) if block.startswith("scenario:"))


def test_the_example_of_the_guide_loads() -> None:
    scenario = load_text(EXAMPLE)
    assert list(scenario.plans) == ["none", "posters", "posters_and_staff"]
    assert scenario.document("posters_and_staff").service.stations["counter"].staff == 3
    assert list(scenario.assumptions()) == ["service.patience.exponential.mean"]


def test_the_guide_explains_every_source_in_the_programs_words() -> None:
    for source, meaning in SOURCES.items():
        assert f"| `{source}` | {meaning} |" in GUIDE


def test_the_errors_shown_in_the_guide_are_what_the_program_says() -> None:
    shown = re.findall(r"^bank\.yaml:\d+: (.*)$", GUIDE, re.MULTILINE)
    wrong = EXAMPLE.replace("regular: {share: 85%}", "mass: {share: 80}").replace("at: counter", "at: contuer")
    said = [str(problem).split(": ", 1)[1] for problem in problems_in(wrong)]
    assert said == shown
