"""The command `stress`: plans under shocks.

A scenario comes in from the command line; text or one JSON object goes out on stdout, progress on stderr.
"""

from collections.abc import Callable
from typing import Annotated

import typer

from rehearse.options import (
    Cluster,
    File,
    Json,
    Language,
    Out,
    Plans,
    Quiet,
    Seed,
    Uncertain,
    Workers,
    names,
    progress_bar,
    width,
)


def stress(
    file: File,
    plans: Plans = None,
    shocks: Annotated[
        str | None, typer.Option("--shocks", metavar="A,B", help="Only these shocks of the file; all if left out.")
    ] = None,
    replications: Annotated[int, typer.Option("--replications", help="Of each shock, alone and in pairs.")] = 10,
    draws: Annotated[int, typer.Option("--draws", help="Futures in which each shock happens by its chance.")] = 100,
    tail: Annotated[
        str, typer.Option("--tail", metavar="SHARE", help="Share of the futures that counts as bad.")
    ] = "5%",
    uncertain: Uncertain = False,
    seed: Seed = None,
    workers: Workers = None,
    cluster: Cluster = None,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
    language: Language = "en",
) -> None:
    """Stress plans with shocks: what they do, how likely a plan is to fail, and what it survives."""
    from experiments.report.files import as_json as json_text
    from experiments.report.files import keep_report
    from experiments.report.stress_text import as_object, plain_text
    from experiments.stressing.shocked_plans import stress as run_stress
    from sim.errors import RequestError
    from sim.scenario.units import percentage

    share = percentage(tail)
    if share is None:
        raise RequestError(f"--tail {tail}: write a share such as 5%")
    with progress_bar(shown=not quiet) as progress:
        found = run_stress(
            file,
            names(plans),
            shocks=names(shocks),
            replications=replications,
            draws=draws,
            tail=float(share),
            uncertain=uncertain,
            seed=seed,
            workers=workers,
            cluster=cluster,
            out=out,
            progress=progress,
        )
    if out is not None:
        from experiments.report import stress_figures

        tables = {name: getattr(found, name) for name in ("effects", "gains", "interactions", "futures")}
        figures = {
            "shocks": lambda: stress_figures.shocks(found, language),
            "futures": lambda: stress_figures.futures(found, language),
        }
        keep_report(out, "stress", plain_text(found, language), as_object(found), tables, figures)
    if as_json:
        typer.echo(json_text(as_object(found)))
    else:
        typer.echo(plain_text(found, language, width()), nl=False)


COMMANDS: dict[str, Callable[..., None]] = {"stress": stress}
