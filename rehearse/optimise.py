"""The command that searches a plan's levers for the best setting under a budget and service constraints.

A scenario comes in from the command line; text or one JSON object goes out on stdout, progress on stderr.
"""

from collections.abc import Callable
from typing import Annotated, Literal

import typer

from rehearse.options import (
    Cluster,
    File,
    Json,
    Language,
    Out,
    Period,
    Quiet,
    Seed,
    Uncertain,
    Workers,
    progress_bar,
    width,
)

Risk = Literal["mean", "cvar"]


def optimise(
    file: File,
    vary: Annotated[
        list[str] | None,
        typer.Option("--vary", metavar="PATH=VALUES", help="A lever: PATH=2..8 or PATH=a,b; else those of the file."),
    ] = None,
    objective: Annotated[
        list[str] | None,
        typer.Option("--objective", metavar="MEASURE", help="What to make best; several give their trade-offs."),
    ] = None,
    constraint: Annotated[
        list[str] | None,
        typer.Option("--constraint", metavar="LIMIT", help="Such as 'wait_p90 <= 15 min', besides those of the file."),
    ] = None,
    plan: Annotated[
        str | None, typer.Option("--plan", help="Whose levers; the first plan that has them all when left out.")
    ] = None,
    trials: Annotated[int, typer.Option("--trials", help="Settings to try.")] = 40,
    replications: Annotated[
        int | None, typer.Option("--replications", help="Of each setting in the search: 8, or what a tail needs.")
    ] = None,
    fresh: Annotated[
        int | None, typer.Option("--fresh", help="Replications of the best few afterwards: 24, or what a tail needs.")
    ] = None,
    risk: Annotated[
        Risk, typer.Option("--risk", help="Judge by the mean of all runs, or by that of the worst (cvar).")
    ] = "mean",
    tail: Annotated[
        str | None, typer.Option("--tail", metavar="SHARE", help="With --risk cvar: which share is worst; 10 %.")
    ] = None,
    uncertain: Uncertain = False,
    seed: Seed = None,
    workers: Workers = None,
    cluster: Cluster = None,
    period: Period = None,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
    language: Language = "en",
) -> None:
    """Search a plan's levers for the best setting, under a budget and service constraints."""
    from experiments.report.files import as_json as json_text
    from experiments.report.optimisation_files import as_object, write_optimisation
    from experiments.report.optimisation_text import optimisation_text
    from experiments.search.best_setting import optimise as search
    from sim.scenario.load import load_scenario

    share = _tail(risk, tail)
    scenario = load_scenario(file)
    with progress_bar(shown=not quiet, counted="settings × replications") as progress:
        found = search(
            scenario,
            vary or (),
            objectives=objective or (),
            constraints=constraint or (),
            plan=plan,
            trials=trials,
            replications=replications,
            fresh=fresh,
            tail=share,
            uncertain=uncertain,
            seed=seed,
            workers=workers,
            cluster=cluster,
            out=out,
            period=period,
            progress=progress,
        )
    if out is not None:
        write_optimisation(found, out, language)
    if as_json:
        typer.echo(json_text(as_object(found)))
    else:
        typer.echo(optimisation_text(found, language, width()), nl=False)


def _tail(risk: Risk, written: str | None) -> float | None:
    """The share of worst runs, None when all count."""
    from sim.errors import RequestError
    from sim.scenario.limits import limit_in

    if risk == "mean":
        if written is not None:
            raise RequestError("--tail says which runs are worst; it needs --risk cvar")
        return None
    text = (written or "10%").strip()
    try:
        return limit_in("share", float(text) if text.replace(".", "", 1).isdigit() else text)
    except ValueError:
        raise RequestError(f"--tail {text}: ask for a share of the runs, such as 5%") from None


COMMANDS: dict[str, Callable[..., None]] = {"optimise": optimise}
