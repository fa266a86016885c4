"""The README is true: its Python runs, its commands and options exist, its links and make targets lead somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from rehearse.cli import app
from tests.behaviour.small_worlds import TOWN

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PYTHON = re.search(r"```python\n(.*?)```", README, re.DOTALL)
CASE = "oversold-branch"


def commands() -> dict[str, Any]:
    """Every command of the program by name."""
    group: Any = get_command(app)  # typer brings its own click, or uses the one installed, by its version
    return dict(group.commands)


def named() -> Iterator[tuple[str, list[str]]]:
    """Every command the README names, with the options it is shown with; those of its row in the table too."""
    for line in README.splitlines():
        for command in re.findall(r"`rehearse (\w+)[^`]*`", line):
            yield command, re.findall(r"(?<![\w-])(--[\w-]+)", line)


def test_the_python_of_the_readme_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On a town of three hundred people, which has the plan `campaign` too."""
    assert PYTHON is not None
    code = PYTHON[1]
    assert code.count(f'"{CASE}"') == 1
    town = tmp_path / "town.yaml"
    town.write_text(TOWN, encoding="utf-8")
    exec(compile(code.replace(f'"{CASE}"', repr(str(town))), "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert "2 paired replications" in printed
    assert "Verdict" in printed


def test_the_scenario_of_the_readme_is_in_the_gallery_with_its_plans() -> None:
    gallery = (ROOT / "scenarios" / f"{CASE}.yaml").read_text(encoding="utf-8")
    assert re.search(r"^  campaign:", gallery[gallery.index("\nplans:") :], re.MULTILINE)


def test_every_command_and_option_named_exists() -> None:
    known = commands()
    shown = list(named())
    assert len(shown) > 8
    for command, options in shown:
        assert command in known
        taken = {option for parameter in known[command].params for option in parameter.opts}
        assert set(options) <= taken, command


def test_every_command_is_in_the_table() -> None:
    table = set(re.findall(r"^\| `rehearse (\w+)", README, re.MULTILINE))
    assert table == set(commands())


def test_links_lead_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", README)
    assert len(links) > 5
    assert [link for link in links if not (ROOT / link).is_file()] == []


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^    make (\w+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
