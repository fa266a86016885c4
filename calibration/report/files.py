"""What `--out` leaves of a fit, a check or a recovery: text, JSON, tables, figures, and of a fit the scenario itself.

In goes what was found; out come files in a folder, over those of an earlier one of the same kind.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from calibration.calibrator import Calibration
from calibration.checking import Check
from calibration.cohorts.study import CohortStudy
from calibration.recovery import Recovery
from calibration.report.cohort_text import cohort_object, cohort_text
from calibration.report.objects import (
    calibration_object,
    candidates_table,
    check_object,
    posterior_table,
    predictions_table,
    ranks_table,
    recovery_object,
)
from calibration.report.text import METHOD_WORDS, calibration_text, check_text, recovery_text
from calibration.result_file import check_writable, with_fitted_numbers
from calibration.targets.reading import load_fit
from experiments.report.files import keep_report
from sim.errors import RequestError
from sim.scenario.load import Scenario


def fitted_scenario(found: Calibration) -> str:
    """The text of the scenario file with its fitted numbers; RequestError when they cannot be written into it."""
    scenario, note = found.fit.scenario, fit_note(found)
    return with_fitted_numbers(scenario, Path(scenario.file).read_bytes(), found.estimates, note)


def fit_note(found: Calibration) -> str:
    """What a fitted number says of itself."""
    what = "90 % interval" if found.is_posterior else "90 % profile interval"
    return f"fitted to {Path(found.fit.file).name} by {METHOD_WORDS[found.method]}, seed {found.seed}; {what}"


def check_place_for_numbers(scenario: Scenario, targets: str | Path, parameters: Sequence[str] | None = None) -> None:
    """RequestError when the numbers a fit would find could not be written into the scenario file."""
    fitted = load_fit(scenario, targets, parameters).space.parameters
    check_writable(scenario, Path(scenario.file).read_bytes(), fitted)


def check_another_file(scenario: Scenario, file: Path) -> None:
    """RequestError when the file is the scenario itself, which is never overwritten, or cannot be written at all."""
    if file.resolve() == Path(scenario.file).resolve():
        raise RequestError(f"{file} is the scenario that is fitted; write to another file")
    if file.is_dir() or not file.parent.is_dir() or not os.access(file if file.exists() else file.parent, os.W_OK):
        raise RequestError(f"{file} cannot be written; name a file in a folder that is there")


def write_fitted_scenario(found: Calibration, file: Path) -> None:
    """Write it; the scenario that was fitted is never overwritten."""
    check_another_file(found.fit.scenario, file)
    text = fitted_scenario(found)
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RequestError(f"{file} cannot be written ({error.strerror})") from None


def keep_calibration(found: Calibration, folder: Path) -> None:
    """calibration.txt, .json, tables, figures, and fitted.yaml when a parameter was identified."""
    from calibration.report.figures import bands, pairs, profile_panels, shrinkage

    figures = {"shrinkage": lambda: shrinkage(found), "predictive-bands": lambda: bands(found.predicted)}
    figures["profiles"] = lambda: profile_panels(found)
    if found.is_posterior:
        figures["pairs"] = lambda: pairs(found)
    tables = {
        "posterior": posterior_table(found),
        "candidates": candidates_table(found),
        "targets": predictions_table(found.predicted),
    }
    keep_report(folder, "calibration", calibration_text(found), calibration_object(found), tables, figures)
    if any(each.identified for each in found.estimates):
        write_fitted_scenario(found, folder / "fitted.yaml")


def keep_check(found: Check, folder: Path) -> None:
    """check.txt, .json, the table of targets and the bands."""
    from calibration.report.figures import bands

    tables = {"targets": predictions_table(found.predicted)}
    figures = {"predictive-bands": lambda: bands(found.predicted)}
    keep_report(folder, "check", check_text(found), check_object(found), tables, figures)


def keep_study(found: CohortStudy, folder: Path, language: str = "en") -> None:
    """study.txt, .json, the table of all studies, and the differences they found."""
    from calibration.report.cohort_figure import differences_found

    figures = {"differences": lambda: differences_found(found, language)}
    tables = {"studies": found.observations}
    keep_report(folder, "study", cohort_text(found, language), cohort_object(found), tables, figures)


def keep_recovery(found: Recovery, folder: Path) -> None:
    """recovery.txt, .json, the table of fits, intervals and ranks."""
    from calibration.report.figures import rank_panels, truths

    figures = {"truths": lambda: truths(found), "ranks": lambda: rank_panels(found)}
    keep_report(folder, "recovery", recovery_text(found), recovery_object(found), {"fits": ranks_table(found)}, figures)
