"""The command `sweep`: plans at many values of what is varied.

A scenario and what to vary come in from the command line; text or one JSON object goes out on stdout, progress on
stderr.
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
    Period,
    Quiet,
    Seed,
    Workers,
    names,
    progress_bar,
    width,
)


def sweep(
    file: File,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            metavar="PATH=LOW..HIGH",
            help="A path and its values: 2..8, 2..8/4 (four of them) or a,b,c; PLAN: before it sets one plan only. "
            "Several may be given; left out, the levers of the file.",
        ),
    ] = None,
    assumptions: Annotated[
        bool, typer.Option("--assumptions", help="Vary the assumed ranges instead: all, or the paths of --vary.")
    ] = False,
    design: Annotated[
        str | None,
        typer.Option(
            "--design", help="grid, latin-hypercube or sobol; left out, a grid for one or two and a hypercube for more."
        ),
    ] = None,
    points: Annotated[
        int | None, typer.Option("--points", metavar="N", help="Points of a hypercube or of a Sobol sequence.")
    ] = None,
    measures: Annotated[
        str | None, typer.Option("--measures", metavar="A,B", help="What to look at; the primary measure if left out.")
    ] = None,
    plans: Annotated[str | None, typer.Option("--plans", metavar="A,B", help="These plans; all if left out.")] = None,
    replications: Annotated[int, typer.Option("--replications", help="Runs of each plan at each point.")] = 10,
    most: Annotated[int, typer.Option("--most", metavar="N", help="Refuse more runs than this.")] = 10_000,
    seed: Seed = None,
    workers: Workers = None,
    cluster: Cluster = None,
    period: Period = None,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
    language: Language = "en",
) -> None:
    """Run the plans at many values of any path, and say which point and plan are best and where that changes."""
    from experiments.report.files import as_json as json_text
    from experiments.report.sweep_text import sweep_object, sweep_text
    from experiments.sweeping.sweeps import sweep as swept_plans
    from sim.scenario.load import load_scenario

    scenario = load_scenario(file)
    with progress_bar(shown=not quiet, counted="points x replications") as progress:
        found = swept_plans(
            scenario,
            vary,
            assumptions=assumptions,
            design=design,
            points=points,
            measures=names(measures),
            plans=names(plans),
            replications=replications,
            most=most,
            seed=seed,
            workers=workers,
            cluster=cluster,
            out=out,
            period=period,
            progress=progress,
        )
    if out is not None:
        from experiments.report.sweep_figures import write_sweep

        write_sweep(found, out, language)
    if as_json:
        typer.echo(json_text(sweep_object(found)))
    else:
        typer.echo(sweep_text(found, language, width()), nl=False)


COMMANDS: dict[str, Callable[..., None]] = {"sweep": sweep}
