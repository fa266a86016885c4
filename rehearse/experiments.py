"""Commands that run plans: one run of one plan, and plans compared in pairs.

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
    Period,
    Plans,
    Quiet,
    Seed,
    Uncertain,
    Workers,
    names,
    progress_bar,
    width,
)
from rehearse.selection_options import Budget, Indifference, Most, Probability, Select, wanted


def run(
    file: File,
    plan: Annotated[str | None, typer.Option("--plan", help="The plan to run; the baseline when left out.")] = None,
    replication: Annotated[int, typer.Option("--replication", min=0, help="Which luck: 0, 1, 2, ...")] = 0,
    seed: Seed = None,
    out: Out = None,
    as_json: Json = False,
    language: Language = "en",
) -> None:
    """Run one plan once, and print its measures before, during and after the campaign."""
    from experiments.report.files import as_json as json_text
    from experiments.report.one_run import run_object, run_text
    from experiments.single import single_run
    from sim.scenario.load import load_scenario

    scenario = load_scenario(file)
    chosen = plan or scenario.baseline
    used = scenario.document(chosen).seed if seed is None else seed
    result = single_run(scenario, chosen, replication, used, out)
    if as_json:
        typer.echo(json_text(run_object(scenario, chosen, result, seed=used, replication=replication)))
    else:
        text = run_text(scenario, chosen, result, seed=used, replication=replication, language=language)
        typer.echo(text, nl=False)


def compare(
    file: File,
    plans: Plans = None,
    replications: Annotated[
        int | None,
        typer.Option("--replications", help="Exactly so many; left out, as many as the scenario's precision needs."),
    ] = None,
    uncertain: Uncertain = False,
    select: Select = None,
    probability: Probability = None,
    indifference: Indifference = None,
    budget: Budget = None,
    most: Most = None,
    objectives: Annotated[
        str | None, typer.Option("--objectives", metavar="A,B", help="Measures to judge side by side, by name.")
    ] = None,
    simultaneous: Annotated[
        bool, typer.Option("--simultaneous", help="Intervals wide enough for the whole table together.")
    ] = False,
    seed: Seed = None,
    workers: Workers = None,
    cluster: Cluster = None,
    period: Period = None,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="PARTS", help="segment, tier or site: every change for each of them too."),
    ] = None,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
    language: Language = "en",
) -> None:
    """Compare plans in pairs, on the same customers with the same luck, and say which is best and how surely."""
    from experiments.comparing.pairwise import compare as compare_plans
    from experiments.report.files import as_json as json_text
    from experiments.report.files import as_object, write_report
    from experiments.report.tables import plain_text
    from sim.scenario.load import load_scenario

    scenario = load_scenario(file)
    with progress_bar(shown=not quiet) as progress:
        comparison = compare_plans(
            scenario,
            names(plans),
            replications=replications,
            uncertain=uncertain,
            select=wanted(select, probability, indifference, budget),
            most=most,
            objectives=names(objectives),
            simultaneous=simultaneous,
            seed=seed,
            workers=workers,
            cluster=cluster,
            out=out,
            period=period,
            by=by,
            progress=progress,
        )
    if out is not None:
        write_report(comparison, out, language)
    if as_json:
        typer.echo(json_text(as_object(comparison, language)))
    else:
        typer.echo(plain_text(comparison, language, width()), nl=False)


COMMANDS: dict[str, Callable[..., None]] = {"run": run, "compare": compare}
