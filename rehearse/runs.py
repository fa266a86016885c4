"""The commands `runs list`, `runs show` and `runs prune`: what a folder given to `--out` keeps.

A folder comes in from the command line; a table or one JSON object goes out on stdout. Nothing is removed without
`--yes`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from rehearse.options import Json

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A folder given to --out, or the runs in it.")]


def list_runs(folder: Folder, as_json: Json = False) -> None:
    """List the runs: what each is of, when it was made, how long it took, whether by today's model."""
    from experiments.report.files import as_json as json_text
    from experiments.report.stored_text import run_object, runs_text
    from experiments.storage.stored_runs import stored_runs

    runs = stored_runs(folder)
    typer.echo(json_text({"runs": [run_object(run) for run in runs]}) if as_json else runs_text(runs))


def show(
    folder: Folder,
    key: Annotated[str, typer.Argument(metavar="KEY", help="The first letters of the run's key.")],
    as_json: Json = False,
) -> None:
    """Show one run: what it was asked for as, what it was made with, and its measures."""
    from experiments.report.files import as_json as json_text
    from experiments.report.stored_text import one_run_text, run_object
    from experiments.storage.store import read_table
    from experiments.storage.stored_runs import found_run, runs_folder

    run = found_run(folder, key)
    measured = read_table(runs_folder(folder) / run.key / "periods.parquet")
    if as_json:
        periods = {
            str(period): dict(zip(rows["measure"], rows["value"].tolist(), strict=True))
            for period, rows in measured.groupby("period", sort=False)
        }
        typer.echo(json_text(run_object(run) | {"periods": periods}))
    else:
        typer.echo(one_run_text(run, measured))


def prune(
    folder: Folder,
    other_models: Annotated[
        bool, typer.Option("--other-models", help="Those made with another model, libraries or processor.")
    ] = False,
    scenario: Annotated[str | None, typer.Option("--scenario", metavar="NAME", help="Those of this scenario.")] = None,
    keep: Annotated[list[str] | None, typer.Option("--keep", metavar="KEY", help="But not this run.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only say what would go.")] = False,
) -> None:
    """Remove runs that are no longer wanted; says first what would go, and does it with --yes."""
    from experiments.report.stored_text import runs_text, size_text
    from experiments.storage.stored_runs import prune as prune_runs
    from experiments.storage.stored_runs import stored_runs, to_prune

    runs = to_prune(stored_runs(folder), other_models=other_models, scenario=scenario, keep=keep or ())
    if not runs:
        typer.echo("nothing to prune")
        return
    count = f"{len(runs)} run{'s' if len(runs) > 1 else ''}, {size_text(sum(run.size for run in runs))}"
    if yes:
        prune_runs(folder, runs)
        typer.echo(f"removed {count}")
    else:
        typer.echo(f"{runs_text(runs)}\n\n{count} would go: add --yes to remove them")


COMMANDS: dict[str, Callable[..., None]] = {"list": list_runs, "show": show, "prune": prune}
