"""The command `discover`: in which futures a plan fails.

A scenario comes in from the command line; text or one JSON object goes out on stdout, progress on stderr.
"""

from collections.abc import Callable
from typing import Annotated

import typer

from rehearse.options import Cluster, File, Json, Language, Out, Plans, Quiet, Seed, Workers, names, progress_bar, width


def discover(
    file: File,
    plan: Annotated[str, typer.Option("--plan", help="The plan that may fail.")],
    keeps: Annotated[
        str | None,
        typer.Option(
            "--keeps",
            metavar="LIMIT",
            help="What it should keep to: 'wait_p90 <= 15 min', 'gain in profit >= 0'; a gain if left out.",
        ),
    ] = None,
    plans: Plans = None,
    worlds: Annotated[int, typer.Option("--worlds", help="Worlds drawn from the assumed ranges.")] = 200,
    seed: Seed = None,
    workers: Workers = None,
    cluster: Cluster = None,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
    language: Language = "en",
) -> None:
    """Find the assumptions under which a plan fails, in plain words."""
    from experiments.discovery.failing_worlds import discover as run_discover
    from experiments.report.discover_text import as_object, plain_text
    from experiments.report.files import as_json as json_text
    from experiments.report.files import keep_report

    with progress_bar(shown=not quiet, counted="worlds") as progress:
        found = run_discover(
            file,
            plan,
            keeps=keeps,
            plans=names(plans),
            worlds=worlds,
            seed=seed,
            workers=workers,
            cluster=cluster,
            out=out,
            progress=progress,
        )
    if out is not None:
        from experiments.report import discover_figures

        tables = {"worlds": found.worlds, "regrets": found.regrets}
        figures = {
            "where": lambda: discover_figures.where(found, language),
            "trade-off": lambda: discover_figures.trade_off(found, language),
        }
        keep_report(out, "discover", plain_text(found, language), as_object(found), tables, figures)
    if as_json:
        typer.echo(json_text(as_object(found)))
    else:
        typer.echo(plain_text(found, language, width()), nl=False)


COMMANDS: dict[str, Callable[..., None]] = {"discover": discover}
