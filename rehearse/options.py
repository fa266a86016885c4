"""What the commands that run plans have in common: their options, the progress bar, the width of the terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from experiments.engines.runner import Progress

File = Annotated[str, typer.Argument(metavar="FILE", help="A scenario file, or the name of a packaged scenario.")]
Plans = Annotated[
    str | None, typer.Option("--plans", metavar="A,B", help="These plans and the baseline; all if left out.")
]
Uncertain = Annotated[bool, typer.Option("--uncertain", help="Also draw every number with a range from it.")]
Seed = Annotated[int | None, typer.Option("--seed", min=0, help="Another seed than the scenario's.")]
Workers = Annotated[
    int | None, typer.Option("--workers", help="Processes to share the work; left out, the work decides.")
]
Cluster = Annotated[
    str | None,
    typer.Option("--cluster", metavar="ADDRESS", help="tcp://HOST:PORT of a dask scheduler whose workers do the work."),
]
Period = Annotated[
    str | None, typer.Option("--period", help="before, campaign, aftermath or whole; the campaign if there is one.")
]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Keep the runs and the report in this folder.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress on stderr.")]
Language = Annotated[str, typer.Option("--language", metavar="CODE", help="Language of the titles, such as zh.")]

NARROWEST = 80


def names(text: str | None) -> list[str] | None:
    """The names of a list written with commas."""
    return None if text is None else [name.strip() for name in text.split(",") if name.strip()]


def whole_numbers(text: str | None, option: str) -> list[int] | None:
    """The whole numbers of a list written with commas; RequestError for anything else."""
    from sim.errors import RequestError

    try:
        return None if text is None else [int(each) for each in names(text) or ()]
    except ValueError:
        raise RequestError(f"{option} {text}: write whole numbers, with commas between several") from None


@contextmanager
def progress_bar(*, shown: bool, counted: str = "replications") -> Iterator["Progress"]:
    """A bar on stderr: how many of what is counted are done, and time left; a file gets nothing."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    bar = Progress(
        TextColumn(counted),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
        console=console,
        transient=True,
        disable=not (shown and console.is_terminal),
    )
    with bar:
        task = bar.add_task(counted, total=None, left="")

        def show(done: int, asked: int, seconds_left: float) -> None:
            bar.update(task, completed=done, total=asked, left=_time_left(seconds_left))

        yield show


def _time_left(seconds: float) -> str:
    if seconds < 1.0:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f"about {minutes} min {rest:02d} s left" if minutes else f"about {rest} s left"


def width() -> int:
    """Columns of the terminal; 120 in a file, where long lines are no trouble."""
    from rich.console import Console

    return max(NARROWEST, Console().width) if sys.stdout.isatty() else 120
