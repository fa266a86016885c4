"""Commands about scenario files: list the gallery, copy from it, check a file, print the schema.

Names and paths come in from the command line; text or one JSON object goes out on stdout.
"""

import json
from collections.abc import Callable, Sequence
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rehearse.options import File, Json

if TYPE_CHECKING:
    from sim.errors import ScenarioError
    from sim.scenario.load import PlanEntry, Scenario


_MOST_DIFFERENCES = 6


def scenarios(as_json: Json = False) -> None:
    """List the packaged scenarios."""
    from sim.scenario.gallery import gallery
    from sim.scenario.load import load_scenario
    from sim.scenario.units import text_in

    found = {name: load_scenario(file) for name, file in gallery().items()}
    if as_json:
        _print_json({name: _summary(scenario) for name, scenario in found.items()})
        return
    rows = [("name", "customers", "days", "title", "plans")]
    for name, scenario in found.items():
        document = scenario.document(scenario.baseline)
        customers, days = f"{document.market.customers:,}", str(document.calendar.run.days)
        rows.append((name, customers, days, text_in(scenario.title), ", ".join(scenario.plans)))
    _print_columns(rows, right=(1, 2))


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the new scenario; the file is NAME.yaml.")],
    case: Annotated[str, typer.Option("--from", metavar="CASE", help="The packaged scenario to begin with.")],
) -> None:
    """Begin a scenario of your own from a packaged one, as NAME.yaml in this folder."""
    from sim.scenario.gallery import copy_scenario

    target = copy_scenario(name, case, Path())
    typer.echo(f"{target} written; check it with: rehearse validate {target}")


def validate(file: File, as_json: Json = False) -> None:
    """Check a scenario file: every problem with its line, or what the file holds."""
    from sim.errors import ScenarioError
    from sim.scenario.load import load_scenario

    try:
        scenario = load_scenario(file)
    except ScenarioError as error:
        if as_json:
            _print_json(_problems(error))
        else:
            typer.echo(str(error))
        raise typer.Exit(2) from None
    if as_json:
        _print_json({"valid": True, **_summary(scenario)})
    else:
        _print_contents(scenario)


def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from sim.scenario.schema import schema_text

    typer.echo(schema_text(), nl=False)


COMMANDS: dict[str, Callable[..., None]] = {
    "scenarios": scenarios,
    "new": new,
    "validate": validate,
    "schema": schema,
}


def _problems(error: "ScenarioError") -> dict[str, Any]:
    return {"valid": False, "problems": [vars(problem) for problem in error.problems]}


def _summary(scenario: "Scenario") -> dict[str, Any]:
    from sim.network_shape import shape_of

    document = scenario.document(scenario.baseline)
    shape = shape_of(document)
    return {
        "scenario": scenario.name,
        "title": scenario.title,
        "file": scenario.file,
        "hash": scenario.hash,
        "customers": document.market.customers,
        "talk": None if shape is None else {name: None if isnan(each) else each for name, each in vars(shape).items()},
        "sites": len(document.market.site_names),
        "days": document.calendar.run.days,
        "start": str(document.calendar.run.start),
        "end": str(document.calendar.run.end),
        "currency": document.currency,
        "seed": document.seed,
        "baseline": scenario.baseline,
        "plans": {name: _plan(entry) for name, entry in scenario.plans.items()},
        "sources": dict(scenario.sources),
        "ranges": len(scenario.assumptions()),
        "sums": _sums(scenario),
        "warnings": list(scenario.warnings),
    }


def _sums(scenario: "Scenario") -> dict[str, str]:
    """Sums stated in any of the plans: path and the lines with their total."""
    from sim.scenario.bundle_checks import stated_sums

    return dict(each for name in scenario.plans for each in stated_sums(scenario.document(name)))


def _plan(entry: "PlanEntry") -> dict[str, Any]:
    changes = [{"path": path, "baseline": old, "here": new} for path, old, new in entry.differences]
    return {"title": entry.title, "about": entry.about, "extends": entry.extends, "differences": changes}


def _print_contents(scenario: "Scenario") -> None:
    """What a good file holds, for someone who wants to see that it was read as it was meant."""
    from sim.network_shape import shape_of
    from sim.scenario.units import text_in

    document = scenario.document(scenario.baseline)
    run, sites = document.calendar.run, len(document.market.site_names)
    title = text_in(scenario.title)
    typer.echo(scenario.name if title == scenario.name else f"{scenario.name}   {title}")
    size = f"{document.market.customers:,} customers at {sites} {'site' if sites == 1 else 'sites'}"
    typer.echo(f"{size} · {run.days} days, {run.start} to {run.end} · {document.currency} · seed {document.seed}")
    typer.echo("\nPlans")
    rows = []
    for name, entry in scenario.plans.items():
        changes = [_change(*each) for each in entry.differences]
        more = len(changes) - _MOST_DIFFERENCES
        lines = changes[:_MOST_DIFFERENCES] + ([f"and {more} more"] if more > 0 else [])
        first, *rest = ["the baseline"] if name == scenario.baseline else lines or ["the same as the baseline"]
        rows += [(f"  {name}", first), *(("", line) for line in rest)]
    _print_columns(rows)
    counts = [
        f"{count} without a source (treated as assumed)" if source == "untagged" else f"{count} {source}"
        for source, count in scenario.sources.items()
    ]
    shape = shape_of(document)
    if shape is not None:
        typer.echo(f"\nTalk      {shape.words()}")
    ranges = len(scenario.assumptions())
    typer.echo(f"\nNumbers   {', '.join(counts)}; {ranges} with a range to draw from")
    for path, text in _sums(scenario).items():
        typer.echo(f"Adds up   {path}: {text}")
    for warning in scenario.warnings:
        typer.echo(f"Warning   {warning}")


def _change(path: str, old: object, new: object) -> str:
    from sim.scenario.refusal import shown

    if old is None:
        return f"{path}: {_inside(new)} (new)"
    if new is None:
        return f"{path}: removed"
    return f"{path}: {shown(old)} → {shown(new)}"


def _inside(value: object) -> str:
    from sim.scenario.refusal import shown

    return ", ".join(value) if isinstance(value, dict) else shown(value)


def _print_json(content: dict[str, Any]) -> None:
    typer.echo(json.dumps(content, ensure_ascii=False, indent=1))


def _print_columns(rows: Sequence[tuple[str, ...]], right: tuple[int, ...] = ()) -> None:
    """Rows as aligned columns; characters that take two cells, such as Chinese, are counted so."""
    from rich.cells import cell_len

    widths = [max(cell_len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = []
        for position, (cell, width) in enumerate(zip(row, widths, strict=True)):
            space = " " * (width - cell_len(cell))
            cells.append(space + cell if position in right else cell + space)
        typer.echo("   ".join(cells).rstrip())
