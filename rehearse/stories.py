"""Commands that show how a run comes about: the steps of a day, and the story of one customer.

A scenario comes in from the command line; a table, a story or one JSON object goes out on stdout. CPU times are shown
and forgotten: they are in no result.
"""

import json
import re
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from time import process_time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rehearse.options import File, Json

if TYPE_CHECKING:
    from rich.console import Console

    from sim.following.story import Event, Story
    from sim.market import DayStep, Market
    from sim.scenario.document import Document
    from sim.scenario.load import Scenario

Plan = Annotated[str | None, typer.Option("--plan", help="The plan to run; the baseline when left out.")]
Seed = Annotated[int | None, typer.Option("--seed", min=0, help="Another seed than the scenario's.")]
Language = Annotated[str, typer.Option("--language", metavar="CODE", help="Language of the titles, such as zh.")]

WIDTH_OF_A_FILE = 120


def order(
    timed: Annotated[
        str | None, typer.Option("--timed", metavar="FILE", help="Run a scenario once, and time its steps.")
    ] = None,
    plan: Plan = None,
    as_json: Json = False,
) -> None:
    """Print the steps of a day in their order, and what each does."""
    from sim.errors import RequestError
    from sim.market import DAY

    if timed is None and plan is not None:
        raise RequestError("--plan says which plan to time; it needs --timed FILE")
    steps: list[dict[str, Any]] = [
        {"number": number, "name": step.name, "does": step.does} for number, step in enumerate(DAY, start=1)
    ]
    timing: dict[str, Any] | None = None
    if timed is not None:
        timing, shares = _timing(timed, plan)
        for row, share in zip(steps, shares, strict=True):
            row["share"] = share
    if as_json:
        _print_json({"steps": steps} | ({} if timing is None else {"timed": timing}))
    else:
        _print_order(steps, timing)


def trace(
    file: File,
    customer: Annotated[
        int | None, typer.Option("--customer", metavar="ID", help="Whose story: a number from 0 on.")
    ] = None,
    plan: Plan = None,
    replication: Annotated[int, typer.Option("--replication", min=0, help="Which luck: 0, 1, 2, ...")] = 0,
    seed: Seed = None,
    as_json: Json = False,
    language: Language = "en",
) -> None:
    """Tell one customer's story, day by day, with every amount in the ledger that is theirs."""
    from rehearse.narration import narrate
    from sim.errors import RequestError
    from sim.following.trace import most_eventful
    from sim.following.trace import trace as trace_customer
    from sim.scenario.load import load_scenario
    from sim.scenario.units import text_in

    scenario = load_scenario(file)
    chosen = plan or scenario.baseline
    document = scenario.document(chosen)
    if customer is None:
        row, visits = most_eventful(document, seed=seed, replication=replication)
        raise RequestError(
            f"whose story? --customer takes a number from 0 to {document.market.customers - 1}; "
            f"in this run customer {row} has a rich one, with {visits} visits"
        )
    story, _ = trace_customer(document, customer, seed=seed, replication=replication)
    used = document.seed if seed is None else seed
    if as_json:
        _print_json(_story_object(scenario, chosen, document, story, used, replication))
        return
    title = text_in(scenario.plans[chosen].title or chosen, language)
    heading = f"{text_in(scenario.title, language)} · plan {title} · seed {used} · replication {replication}"
    console = _console()
    for part in narrate(story, document, heading, language):
        console.print(part)


COMMANDS: dict[str, Callable[..., None]] = {"order": order, "trace": trace}


def _timing(file: str, plan: str | None) -> tuple[dict[str, Any], list[float]]:
    """What was timed, and the share of CPU time of each step of the day."""
    from sim.market import Market
    from sim.scenario.load import load_scenario

    scenario = load_scenario(file)
    chosen = plan or scenario.baseline
    market = Market(scenario.document(chosen))
    seconds = [0.0] * len(market.order)

    def clocked(place: int, step: "DayStep") -> "DayStep":
        def act(market: "Market") -> None:
            began = process_time()
            step.act(market)
            seconds[place] += process_time() - began

        return replace(step, act=act)

    market.order = tuple(clocked(place, step) for place, step in enumerate(market.order))
    market.run()
    total = sum(seconds)
    what = {
        "scenario": scenario.name,
        "plan": chosen,
        "customers": len(market.customers),
        "days": market.calendar.days,
        "cpu_seconds": total,
    }
    return what, [each / total if total else 0.0 for each in seconds]


def _print_order(steps: list[dict[str, Any]], timing: dict[str, Any] | None) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("", justify="right")
    table.add_column("step", no_wrap=True)
    table.add_column("what it does")
    if timing is not None:
        table.add_column("CPU time", justify="right", no_wrap=True)
    for step in steps:
        share = [] if timing is None else [f"{step['share']:.1%}"]
        table.add_row(str(step["number"]), step["name"], step["does"], *share)
    console = _console()
    console.print(table)
    if timing is not None:
        a_day = 1000.0 * timing["cpu_seconds"] / timing["days"]
        console.print(
            Text(
                f"{timing['scenario']}, plan {timing['plan']}: {timing['days']} days of {timing['customers']:,} "
                f"customers took {timing['cpu_seconds']:.2f} s of CPU time, {a_day:.1f} ms a day, here and this time"
            )
        )


def _story_object(
    scenario: "Scenario", plan: str, document: "Document", story: "Story", seed: int, replication: int
) -> dict[str, Any]:
    """The story for `--json`; amounts in minor units, minutes from the midnight of day 0, qualities 1-7."""
    from sim.money import digits

    days = []
    for day in story.days:
        row = asdict(day) | {"date": day.date.isoformat()}
        row["events"] = [{"event": _event_name(event), **asdict(event)} for event in day.events]
        days.append(row)
    return {
        "scenario": scenario.name,
        "plan": plan,
        "seed": seed,
        "replication": replication,
        "currency": document.currency,
        "minor_digits": digits(document.currency),
        "customer": story.opening.row,
        "opening": asdict(story.opening),
        "days": days,
        "closing": asdict(story.closing),
        "accounts": story.by_account(),
        "balance": story.balance(),
        "standing_margin": story.standing_margin,
    }


def _event_name(event: "Event") -> str:
    """`SetOut` is a set_out."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower()


def _print_json(content: dict[str, Any]) -> None:
    typer.echo(json.dumps(content, ensure_ascii=False, indent=1))


def _console() -> "Console":
    """Stdout as wide as the terminal; 120 columns in a file, where long lines are no trouble."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH_OF_A_FILE)
