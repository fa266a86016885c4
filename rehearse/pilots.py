"""The command `pilot`: what a small trial of a plan could tell before it is rolled out.

A scenario and the sizes of the pilot come in from the command line; text or one JSON object goes out on stdout.
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
    Quiet,
    Seed,
    Workers,
    names,
    progress_bar,
    whole_numbers,
    width,
)


def pilot(
    file: File,
    plan: Annotated[str, typer.Option("--plan", help="The plan to try out, against the baseline.")],
    customers: Annotated[
        str, typer.Option("--customers", metavar="N,N", help="Customers in each of the two markets of the pilot.")
    ],
    days: Annotated[str, typer.Option("--days", metavar="D,D", help="Days, from the first day of the campaign.")],
    observe: Annotated[
        str, typer.Option("--observe", metavar="A,B", help="Measures the firm takes in the pilot.")
    ] = "satisfaction,profit",
    replications: Annotated[int, typer.Option("--replications", help="Pilots simulated at the stated values.")] = 20,
    worlds: Annotated[int, typer.Option("--worlds", help="Worlds drawn from the assumed ranges; 0 for none.")] = 100,
    seed: Seed = None,
    workers: Workers = None,
    cluster: Cluster = None,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
    language: Language = "en",
) -> None:
    """What a pilot of so many customers for so many days could detect, and what it is worth."""
    from experiments.pilots.pilot_markets import Size
    from experiments.pilots.pilot_study import pilot as run_pilot
    from experiments.report.files import as_json as json_text
    from experiments.report.files import keep_report
    from experiments.report.pilot_text import as_object, plain_text

    sizes = [
        Size(people, length)
        for people in whole_numbers(customers, "--customers") or ()
        for length in whole_numbers(days, "--days") or ()
    ]
    with progress_bar(shown=not quiet) as progress:
        found = run_pilot(
            file,
            plan,
            sizes,
            observe=names(observe) or (),
            replications=replications,
            worlds=worlds,
            seed=seed,
            workers=workers,
            cluster=cluster,
            out=out,
            progress=progress,
        )
    if out is not None:
        from experiments.report.pilot_figure import shown_and_true

        tables = {"pilots": found.observations}
        figures = {"pilots": lambda: shown_and_true(found, language)}
        keep_report(out, "pilot", plain_text(found, language), as_object(found), tables, figures)
    if as_json:
        typer.echo(json_text(as_object(found)))
    else:
        typer.echo(plain_text(found, language, width()), nl=False)


COMMANDS: dict[str, Callable[..., None]] = {"pilot": pilot}
