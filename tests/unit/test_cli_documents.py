"""The commands about scenario files, as someone at a terminal meets them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rehearse.cli import app, with_exit_codes
from sim.errors import ConservationError, RequestError
from sim.scenario.schema import schema_text
from tests.scenario_texts import PLANS, SMALL_BANK, line_of

terminal = CliRunner()


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    file = tmp_path / "small-bank.yaml"
    file.write_text(SMALL_BANK + PLANS, encoding="utf-8")
    return file


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    file = tmp_path / "wrong.yaml"
    file.write_text((SMALL_BANK + PLANS).replace("80%", "80").replace("seed: 7", "seeds: 7"), encoding="utf-8")
    return file


def test_a_good_file_is_told_what_it_holds(bank: Path) -> None:
    result = terminal.invoke(app, ["validate", str(bank)])
    assert result.exit_code == 0
    expected = [
        "Small bank",
        "2,000 customers",
        "122 days",
        "the baseline",
        "1 observed",
        "2 with a range to draw from",
    ]
    for words in expected:
        assert words in result.stdout
    assert "service.stations.counter.staff: 2 → 3" in result.stdout


def test_a_wrong_file_gets_a_line_per_problem_and_exit_code_2(wrong: Path) -> None:
    result = terminal.invoke(app, ["validate", str(wrong)])
    assert result.exit_code == 2
    text = wrong.read_text()
    lines = result.stdout.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(f"{wrong}:{line_of(text, 'seeds')}: seeds: unknown key 'seeds'; one of ")
    assert lines[0].endswith("did you mean 'seed'?")
    assert lines[1].startswith(f"{wrong}:{line_of(text, 'mass:')}: market.segments.mass.share: 80; ")


def test_validate_prints_one_json_object_when_asked(bank: Path, wrong: Path) -> None:
    good = terminal.invoke(app, ["validate", str(bank), "--json"])
    content = json.loads(good.stdout)
    assert content["valid"] is True
    assert content["customers"] == 2000
    assert list(content["plans"]) == ["none", "more-staff", "advert"]
    bad = terminal.invoke(app, ["validate", str(wrong), "--json"])
    assert bad.exit_code == 2
    assert [problem["path"] for problem in json.loads(bad.stdout)["problems"]] == [
        "seeds",
        "market.segments.mass.share",
    ]


@pytest.mark.parametrize("file", ["no-such-case", "no/such/file.yaml"])
def test_a_file_that_is_not_there_is_wrong_input(file: str) -> None:
    result = terminal.invoke(app, ["validate", file])
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert "there is no" in result.output


def test_the_schema_is_printed_as_it_is() -> None:
    assert terminal.invoke(app, ["schema"]).stdout == schema_text()


def test_the_gallery_is_listed(monkeypatch: pytest.MonkeyPatch, bank: Path) -> None:
    monkeypatch.setattr("sim.scenario.gallery.gallery", lambda: {"small-bank": bank})
    listed = terminal.invoke(app, ["scenarios"])
    assert listed.exit_code == 0
    assert "none, more-staff, advert" in listed.stdout
    assert json.loads(terminal.invoke(app, ["scenarios", "--json"]).stdout)["small-bank"]["days"] == 122


def test_a_new_scenario_is_copied_and_never_overwritten(
    monkeypatch: pytest.MonkeyPatch, bank: Path, tmp_path: Path
) -> None:
    monkeypatch.setattr("sim.scenario.gallery.gallery", lambda: {"small-bank": bank})
    monkeypatch.chdir(tmp_path)
    assert terminal.invoke(app, ["new", "mine", "--from", "small-bank"]).exit_code == 0
    assert "scenario: mine" in (tmp_path / "mine.yaml").read_text()
    again = terminal.invoke(app, ["new", "mine", "--from", "small-bank"])
    assert again.exit_code == 2
    assert "exists already" in again.output


@pytest.mark.parametrize("arguments", [["validat"], ["validate"], ["new", "x"], ["validate", "a", "--jsn"]])
def test_a_mistyped_command_line_is_wrong_input(arguments: list[str]) -> None:
    assert terminal.invoke(app, arguments).exit_code == 2


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (RequestError("no such plan"), 2, "no such plan"),
        (ConservationError("a visit was lost"), 1, "rehearse failed: a visit was lost"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_errors_become_messages_and_exit_codes(
    error: BaseException, code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    import typer

    def command() -> None:
        raise error

    with pytest.raises(typer.Exit) as ended:
        with_exit_codes(command)()
    assert ended.value.exit_code == code
    assert capsys.readouterr().err == f"{message}\n"


def test_help_and_version_import_nothing_heavy() -> None:
    code = (
        "import sys, rehearse.cli\n"
        "heavy = {'numpy', 'scipy', 'pandas', 'pydantic', 'mesa', 'simpy', 'matplotlib', 'distributed', 'duckdb'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    command = f"{sys.executable} -m rehearse.cli schema | head -c 10"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
