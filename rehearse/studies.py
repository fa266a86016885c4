"""The command `study`: what a study of two groups of customers would find, at the sizes of a real one.

A scenario, two plans and the sizes of the groups come in from the command line; text or one JSON object goes out on
stdout, progress on stderr.
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
    Quiet,
    Seed,
    Workers,
    names,
    progress_bar,
    whole_numbers,
    width,
)


def study(
    file: File,
    plans: Annotated[
        str | None,
        typer.Option("--plans", metavar="A,B", help="The plan of each group; the same twice counts false alarms."),
    ] = None,
    sizes: Annotated[
        str | None, typer.Option("--sizes", metavar="N,N", help="People drawn into each group; everyone if left out.")
    ] = None,
    measures: Annotated[
        str | None,
        typer.Option("--measures", metavar="A,B", help="What is measured of each person, such as complaints."),
    ] = None,
    among: Annotated[
        Literal["customers", "visitors", "everyone"],
        typer.Option("--among", help="Who may be drawn: customers before the period, its visitors, or everyone."),
    ] = "customers",
    period: Annotated[
        Literal["before", "campaign", "aftermath", "whole"],
        typer.Option("--period", help="The days of the study; without a campaign window all of them."),
    ] = "campaign",
    observed: Annotated[
        str | None,
        typer.Option("--observed", metavar="TARGETS", help="A targets file with what a real study of both reported."),
    ] = None,
    replications: Annotated[int, typer.Option("--replications", help="How many times the study is done.")] = 100,
    seed: Seed = None,
    workers: Workers = None,
    cluster: Cluster = None,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
    language: Language = "en",
) -> None:
    """Study two groups of customers as a firm would: means ± SD, n (%), the usual tests, and how often they find it."""
    from calibration.cohorts.study import study as do_study
    from calibration.report.cohort_text import cohort_object, cohort_text
    from calibration.report.files import keep_study
    from experiments.report.files import as_json as json_text

    with progress_bar(shown=not quiet, counted="markets") as progress:
        found = do_study(
            file, names(plans), whole_numbers(sizes, "--sizes"), measures=names(measures), among=among, period=period,
            observed=observed, replications=replications, seed=seed, workers=workers, cluster=cluster, out=out,
            progress=progress,
        )  # fmt: skip
    if out is not None:
        keep_study(found, out, language)
    if as_json:
        typer.echo(json_text(cohort_object(found)))
    else:
        typer.echo(cohort_text(found, language, width()), nl=False)


COMMANDS: dict[str, Callable[..., None]] = {"study": study}
