"""The commands that fit a scenario to what was observed, prove the fit on known truths, and check a scenario as it is.

A scenario and a targets file come in from the command line; text or one JSON object goes out on stdout, progress on
stderr.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import typer

from rehearse.options import Cluster, File, Json, Out, Quiet, Seed, Workers, names, progress_bar, width

Targets = Annotated[
    str, typer.Argument(metavar="TARGETS", help="A targets file, or the name of packaged targets such as ward-nursing.")
]
Method = Annotated[
    Literal["regression", "emulator", "smc", "tpe", "cma-es"],
    typer.Option(
        "--method",
        help="A quick posterior, one through an emulator, a longer one to check both (smc), or one best point.",
    ),
]
Parameters = Annotated[
    str | None,
    typer.Option("--parameters", metavar="A,B", help="Fit these alone; the others stay as the scenario has them."),
]
COUNTED = "candidates × replications"


def calibrate(
    file: File,
    targets: Targets,
    parameters: Parameters = None,
    method: Method = "regression",
    candidates: Annotated[
        int | None,
        typer.Option(
            "--candidates", help="Settings to try: 256, with an emulator 128; with smc how many particles: 100."
        ),
    ] = None,
    replications: Annotated[int, typer.Option("--replications", help="Of each candidate, at least 2.")] = 2,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="NEW.yaml", help="Write the scenario with its fitted numbers.")
    ] = None,
    seed: Seed = None,
    workers: Workers = None,
    cluster: Cluster = None,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Fit numbers of a scenario to what was observed: a posterior, what it predicts, and what stays unidentified."""
    from calibration.calibrator import calibrate as fit
    from calibration.report.files import (
        check_another_file,
        check_place_for_numbers,
        keep_calibration,
        write_fitted_scenario,
    )
    from calibration.report.objects import calibration_object
    from calibration.report.text import calibration_text
    from experiments.report.files import as_json as json_text
    from sim.scenario.load import load_scenario

    scenario = load_scenario(file)
    if write is not None:
        check_another_file(scenario, write)
    if write is not None or out is not None:
        check_place_for_numbers(scenario, targets, names(parameters))
    with progress_bar(shown=not quiet, counted=COUNTED) as progress:
        found = fit(
            scenario, targets, parameters=names(parameters), method=method, candidates=candidates,
            replications=replications, seed=seed, workers=workers, cluster=cluster, out=out, progress=progress,
        )  # fmt: skip
    if out is not None:
        keep_calibration(found, out)
    if write is not None:
        write_fitted_scenario(found, write)
    _print(json_text(calibration_object(found)) if as_json else calibration_text(found, width()), as_json=as_json)


def recover(
    file: File,
    targets: Targets,
    parameters: Parameters = None,
    fits: Annotated[int, typer.Option("--fits", help="How many known truths to look for.")] = 20,
    candidates: Annotated[int, typer.Option("--candidates", help="Settings to try in each fit.")] = 256,
    replications: Annotated[int, typer.Option("--replications", help="Of each candidate, at least 2.")] = 2,
    rounds: Annotated[int, typer.Option("--rounds", help="1 shares all candidates; 2 looks twice in each fit.")] = 1,
    seed: Seed = None,
    workers: Workers = None,
    cluster: Cluster = None,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Fit made-up data of known truths: whether 90 % intervals hold the truth nine times in ten."""
    from calibration.recovery import recover as look_for
    from calibration.report.files import keep_recovery
    from calibration.report.objects import recovery_object
    from calibration.report.text import recovery_text
    from experiments.report.files import as_json as json_text
    from sim.scenario.load import load_scenario

    scenario = load_scenario(file)
    with progress_bar(shown=not quiet, counted=COUNTED) as progress:
        found = look_for(
            scenario, targets, parameters=names(parameters), fits=fits, candidates=candidates,
            replications=replications, rounds=rounds, seed=seed, workers=workers, cluster=cluster, out=out,
            progress=progress,
        )  # fmt: skip
    if out is not None:
        keep_recovery(found, out)
    _print(json_text(recovery_object(found)) if as_json else recovery_text(found, width()), as_json=as_json)


def check(
    file: File,
    targets: Targets,
    replications: Annotated[int, typer.Option("--replications", help="Of each plan, at least 2.")] = 10,
    seed: Seed = None,
    workers: Workers = None,
    cluster: Cluster = None,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Hold a scenario as it stands against what was observed."""
    from calibration.checking import check as hold_against
    from calibration.report.files import keep_check
    from calibration.report.objects import check_object
    from calibration.report.text import check_text
    from experiments.report.files import as_json as json_text
    from sim.scenario.load import load_scenario

    scenario = load_scenario(file)
    with progress_bar(shown=not quiet) as progress:
        found = hold_against(
            scenario, targets, replications=replications, seed=seed, workers=workers, cluster=cluster, out=out,
            progress=progress,
        )  # fmt: skip
    if out is not None:
        keep_check(found, out)
    _print(json_text(check_object(found)) if as_json else check_text(found, width()), as_json=as_json)


def _print(text: str, *, as_json: bool) -> None:
    typer.echo(text, nl=as_json)


COMMANDS: dict[str, Callable[..., None]] = {"calibrate": calibrate, "recover": recover, "check": check}
