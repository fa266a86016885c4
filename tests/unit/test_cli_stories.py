"""The commands that show the day's steps and one customer's story, as someone at a terminal meets them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rehearse.cli import app
from sim.following.trace import most_eventful
from sim.market import DAY, Market
from tests.behaviour.small_worlds import TOWN, document_of

terminal = CliRunner()


@pytest.fixture
def town(tmp_path: Path) -> str:
    file = tmp_path / "town.yaml"
    text = TOWN.replace("calendar: {run: 1 Jun 2026 to 25 Jun", "calendar: {run: 1 Jun 2026 to 20 Jun")
    file.write_text(
        text.replace("campaigns:\n        summer:", "campaigns:\n        summer:\n          title: '[Summer] 夏'")
    )
    return str(file)


def test_the_steps_of_a_day_are_printed_in_their_order() -> None:
    lines = terminal.invoke(app, ["order"]).stdout.splitlines()
    steps = [line.split(maxsplit=1) for line in lines if line.strip()[:1].isdigit()]
    assert [int(number) for number, _ in steps] == list(range(1, 12))
    for step, (_, text) in zip(DAY, steps, strict=True):
        assert text.startswith(step.name)
        assert text.rstrip().endswith(step.does)


def test_the_steps_are_one_json_object_when_asked() -> None:
    content = json.loads(terminal.invoke(app, ["order", "--json"]).stdout)
    assert [step["name"] for step in content["steps"]] == [step.name for step in DAY]
    assert list(content) == ["steps"]


def test_timed_steps_share_the_time_of_one_run(town: str) -> None:
    content = json.loads(terminal.invoke(app, ["order", "--timed", town, "--plan", "campaign", "--json"]).stdout)
    shares = [step["share"] for step in content["steps"]]
    assert min(shares) >= 0
    assert sum(shares) == pytest.approx(1)
    assert content["timed"]["days"] == 20
    assert content["timed"]["cpu_seconds"] > 0
    printed = terminal.invoke(app, ["order", "--timed", town])
    assert "20 days of 300 customers" in printed.stdout
    assert printed.stdout.count("%") == len(DAY)


def test_a_plan_without_a_run_to_time_is_wrong_input() -> None:
    result = terminal.invoke(app, ["order", "--plan", "campaign"])
    assert (result.exit_code, result.stderr) == (2, "--plan says which plan to time; it needs --timed FILE\n")


def test_a_story_is_told_from_opening_to_the_sum_of_the_books(town: str) -> None:
    row, visits = most_eventful(document_of(Path(town).read_text(), "campaign"))
    result = terminal.invoke(app, ["trace", town, "--customer", str(row), "--plan", "campaign"])
    assert result.exit_code == 0
    words = [
        "plan campaign · seed 11 · replication 0",
        f"Customer {row}",
        "at opening",
        "importance, %",
        "errand: goes to the firm",
        "better or worse",
        "In short, from Mon 1 Jun 2026 to Sat 20 Jun 2026",
        f"visits  {visits}: ",
        "EUR  over the customer's own lines of the ledger",
    ]
    for part in words:
        assert part in result.stdout, part


def test_a_story_is_one_json_object_when_asked(town: str) -> None:
    row, visits = most_eventful(document_of(Path(town).read_text(), "campaign"))
    result = terminal.invoke(app, ["trace", town, "--customer", str(row), "--plan", "campaign", "--json"])
    story = json.loads(result.stdout)
    events = [event for day in story["days"] for event in day["events"]]
    assert len([event for event in events if event["event"] == "visited"]) == visits
    assert {"needed", "set_out", "visited", "spent", "earned", "gift"} <= {event["event"] for event in events}
    lines = [line for day in story["days"] for line in day["lines"]]
    assert story["balance"] == sum(story["accounts"].values()) == sum(line["amount"] for line in lines)
    assert story["minor_digits"] == 2
    assert story["days"][0]["date"].startswith("2026-06-")


def test_another_seed_and_another_replication_are_other_stories(town: str) -> None:
    told = [
        terminal.invoke(app, ["trace", town, "--customer", "5", *luck]).stdout
        for luck in ([], ["--replication", "1"], ["--seed", "12"], [])
    ]
    assert told[0] == told[3]
    assert len(set(told)) == 3


def test_without_a_customer_one_with_a_rich_story_is_proposed(town: str) -> None:
    row, visits = most_eventful(document_of(Path(town).read_text()))
    result = terminal.invoke(app, ["trace", town])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "--customer takes a number from 0 to 299" in result.stderr
    assert f"customer {row} has a rich one, with {visits} visits" in result.stderr


@pytest.mark.parametrize("customer", ["300", "-1"])
def test_a_customer_who_does_not_exist_is_one_clear_sentence(town: str, customer: str) -> None:
    result = terminal.invoke(app, ["trace", town, "--customer", customer])
    assert result.exit_code == 2
    assert result.stderr == f"customer {customer} does not exist; customers are 0 to 299\n"


def test_a_stopwatch_around_the_steps_changes_no_result(town: str) -> None:
    document = document_of(Path(town).read_text())
    before = Market(document).run().daily
    terminal.invoke(app, ["order", "--timed", town])
    assert Market(document).run().daily.equals(before)
    assert Market(document).order is DAY
