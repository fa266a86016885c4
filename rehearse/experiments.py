"""Commands that run plans: one run of one plan, and plans compared in pairs.

A scenario comes in from the command line; text or one JSON object goes out on stdout, progress on stderr.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rehearse.selection_options import Budget, Indifference, Most, Probability, Select, wanted

if TYPE_CHECKING:
    from experiments.runner import Progress

File = Annotated[str, typer.Argument(metavar="FILE", help="A scenario file, or the name of a packaged scenario.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Keep the runs and the report in this folder.")]
Seed = Annotated[int | None, typer.Option("--seed", min=0, help="Another seed than the scenario's.")]
Language = Annotated[str, typer.Option("--language", metavar="CODE", help="Language of the titles, such as zh.")]

NARROWEST = 80


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
    plans: Annotated[
        str | None, typer.Option("--plans", metavar="A,B", help="Plans to compare with the baseline; all if left out.")
    ] = None,
    replications: Annotated[
        int | None,
        typer.Option("--replications", help="Exactly so many; left out, as many as the scenario's precision needs."),
    ] = None,
    uncertain: Annotated[
        bool, typer.Option("--uncertain", help="Also draw every assumed or masked number from its range.")
    ] = False,
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
    workers: Annotated[
        int | None, typer.Option("--workers", help="Processes to share the work; left out, the work decides.")
    ] = None,
    period: Annotated[
        str | None, typer.Option("--period", help="before, campaign, aftermath or whole; the campaign if there is one.")
    ] = None,
    out: Out = None,
    as_json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress on stderr.")] = False,
    language: Language = "en",
) -> None:
    """Compare plans in pairs, on the same customers with the same luck, and say which is best and how surely."""
    from experiments.pairwise import compare as compare_plans
    from experiments.report.files import as_json as json_text
    from experiments.report.files import as_object, write_report
    from experiments.report.tables import plain_text
    from sim.scenario.load import load_scenario

    scenario = load_scenario(file)
    with _progress_bar(shown=not quiet) as progress:
        comparison = compare_plans(
            scenario,
            None if plans is None else [name.strip() for name in plans.split(",")],
            replications=replications,
            uncertain=uncertain,
            select=wanted(select, probability, indifference, budget),
            most=most,
            objectives=None if objectives is None else [name.strip() for name in objectives.split(",")],
            simultaneous=simultaneous,
            seed=seed,
            workers=workers,
            out=out,
            period=period,
            progress=progress,
        )
    if out is not None:
        write_report(comparison, out, language)
    if as_json:
        typer.echo(json_text(as_object(comparison, language)))
    else:
        typer.echo(plain_text(comparison, language, _width()), nl=False)


COMMANDS: dict[str, Callable[..., None]] = {"run": run, "compare": compare}


@contextmanager
def _progress_bar(*, shown: bool) -> Iterator["Progress"]:
    """A bar on stderr: replications done and time left; a terminal sees it move, a file gets nothing."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    bar = Progress(
        TextColumn("replications"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
        console=console,
        transient=True,
        disable=not (shown and console.is_terminal),
    )
    with bar:
        task = bar.add_task("replications", total=None, left="")

        def show(done: int, asked: int, seconds_left: float) -> None:
            bar.update(task, completed=done, total=asked, left=_time_left(seconds_left))

        yield show


def _time_left(seconds: float) -> str:
    if seconds < 1.0:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f"about {minutes} min {rest:02d} s left" if minutes else f"about {rest} s left"


def _width() -> int:
    """Columns of the terminal; 120 in a file, where long lines are no trouble."""
    from rich.console import Console

    return max(NARROWEST, Console().width) if sys.stdout.isatty() else 120
