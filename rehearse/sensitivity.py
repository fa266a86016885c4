"""Commands that ask what a verdict rests on: factors ranked by what they do to it, and beliefs run side by side.

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
    Quiet,
    Seed,
    Workers,
    names,
    progress_bar,
    width,
)

Measure = Annotated[str | None, typer.Option("--measure", help="The measure that decides; the scenario's primary one.")]
OnlyPlans = Annotated[str | None, typer.Option("--plans", metavar="A,B", help="Only these plans; all if left out.")]


def sensitivity(
    file: File,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            metavar="PATH[=VALUES]",
            help="A lever with its values (PATH=2..8), or the path of an assumed number; may be repeated. "
            "All assumed and masked numbers with a range if left out.",
        ),
    ] = None,
    levers: Annotated[bool, typer.Option("--levers", help="Vary the levers the file names.")] = False,
    method: Annotated[
        str, typer.Option("--method", help="morris, sobol, or one-at-a-time (the ends of each range only).")
    ] = "morris",
    size: Annotated[
        int | None,
        typer.Option("--size", min=1, help="Morris: trajectories (10); Sobol: base sample, a power of two (128)."),
    ] = None,
    measure: Measure = None,
    of: Annotated[
        str, typer.Option("--of", help="difference (best plan less runner-up) or level (of the best plan).")
    ] = "difference",
    plans: OnlyPlans = None,
    replications: Annotated[int, typer.Option("--replications", help="Replications at every point.")] = 4,
    seed: Seed = None,
    workers: Workers = None,
    cluster: Cluster = None,
    period: Period = None,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
    language: Language = "en",
) -> None:
    """Rank assumptions or levers by what they do to the decision: swings, Morris screening or Sobol indices."""
    from experiments.assumptions.decision_sensitivity import sensitivity as analyse
    from experiments.report.files import as_json as json_text
    from experiments.report.sensitivity_text import sensitivity_object, sensitivity_text

    with progress_bar(shown=not quiet, counted="points") as progress:
        found = analyse(
            file, vary or (), levers=levers, method=method, size=size, of=of,  # type: ignore[arg-type]  # it checks them
            measure=measure, plans=names(plans), replications=replications, period=period, seed=seed,
            workers=workers, cluster=cluster, out=out, progress=progress,
        )  # fmt: skip
    if out is not None:
        from experiments.report.sensitivity_files import keep_sensitivity

        keep_sensitivity(found, out, language)
    if as_json:
        typer.echo(json_text(sensitivity_object(found, language)))
    else:
        typer.echo(sensitivity_text(found, language, width()), nl=False)


def flip(
    file: File,
    belief: Annotated[
        list[str] | None,
        typer.Option(
            "--belief",
            metavar="'NAME: PATH=VALUE'",
            help="What may be true instead of what the file says; may be repeated, the same name for several answers. "
            "The beliefs the file declares if left out; if it declares none, the mechanisms of behaviour.",
        ),
    ] = None,
    mechanisms: Annotated[
        bool, typer.Option("--mechanisms", help="The cited forms of each mechanism of behaviour as the beliefs.")
    ] = False,
    one_at_a_time: Annotated[
        bool | None,
        typer.Option(
            "--one-at-a-time/--every-combination",
            help="One belief changed at a time, or every combination; by their number if left out.",
            show_default=False,
        ),
    ] = None,
    assumption: Annotated[
        str | None,
        typer.Option(
            "--assumption",
            metavar="PATH[=LOW..HIGH]",
            help="Instead: find the value of one number at which the best plan changes.",
        ),
    ] = None,
    measure: Measure = None,
    plans: OnlyPlans = None,
    replications: Annotated[int, typer.Option("--replications", help="Paired replications of every plan.")] = 10,
    seed: Seed = None,
    workers: Workers = None,
    cluster: Cluster = None,
    period: Period = None,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
    language: Language = "en",
) -> None:
    """Run contested beliefs side by side and say where the best plan changes; or find the value at which it does."""
    from experiments.report.files import as_json as json_text
    from sim.errors import RequestError

    if assumption is not None and (belief or mechanisms or one_at_a_time is not None):
        raise RequestError("--assumption looks along one number; leave the options of beliefs out")
    if belief and mechanisms:
        raise RequestError("either --belief or --mechanisms")
    with progress_bar(shown=not quiet, counted="runs of all plans") as progress:
        if assumption is not None:
            from experiments.assumptions.turning_point import turning_point
            from experiments.report.turning_text import turning_object, turning_text

            turned = turning_point(
                file, assumption, measure=measure, plans=names(plans), replications=replications, period=period,
                seed=seed, workers=workers, cluster=cluster, out=out, progress=progress,
            )  # fmt: skip
            text, content = turning_text(turned, language, width()), turning_object(turned, language)
            if out is not None:
                from experiments.report.flip_figures import keep_turning_point

                keep_turning_point(turned, out, language)
        else:
            from experiments.assumptions.side_by_side import flip as run_beliefs
            from experiments.report.flip_text import flip_object, flip_text

            found = run_beliefs(
                file, belief or (), one_at_a_time=one_at_a_time, mechanisms=mechanisms, measure=measure,
                plans=names(plans), replications=replications, period=period, seed=seed,
                workers=workers, cluster=cluster, out=out, progress=progress,
            )  # fmt: skip
            text, content = flip_text(found, language, width()), flip_object(found, language)
            if out is not None:
                from experiments.report.flip_figures import keep_flip

                keep_flip(found, out, language)
    if as_json:
        typer.echo(json_text(content))
    else:
        typer.echo(text, nl=False)


COMMANDS: dict[str, Callable[..., None]] = {"sensitivity": sensitivity, "flip": flip}
