"""A fit, a check and a recovery as one object of plain values, for `--json`, and as tables.

In goes what was found; out come dictionaries and data frames; what is undefined is NaN.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from calibration.calibrator import Calibration
from calibration.checking import Check
from calibration.posterior import known_together
from calibration.predictive import Prediction
from calibration.recovery import Recovery
from calibration.report.text import calibration_sentences, check_sentences, recovery_sentences


def calibration_object(found: Calibration) -> dict[str, Any]:
    """Everything of a fit but its candidates, which are in the tables."""
    return {
        "scenario": found.fit.scenario.name,
        "targets_file": found.fit.file,
        "method": found.method,
        "seed": found.seed,
        "candidates": len(found.tried.z),
        "replications": found.replications,
        "parameters": [
            {
                "name": each.parameter.name, "path": each.parameter.path, "plans": list(each.parameter.plans),
                "unit": each.parameter.unit, "low": each.low, "median": each.median, "high": each.high,
                "prior_low": each.prior_low, "prior_median": each.prior_median, "prior_high": each.prior_high,
                "shrinkage": each.shrinkage, "profile_width": None if each.profile is None else each.profile.width,
                "identified": each.identified, "at_edge": each.at_edge,
            }
            for each in found.estimates
        ],
        "correlations": found.correlations.tolist(),
        "known_together": [
            {
                "parameters": [found.fit.space.names[each.first], found.fit.space.names[each.second]],
                "correlation": each.correlation, "ends": [list(end) for end in each.ends],
            }
            for each in (known_together(found.fit.space.parameters, found.sample) if found.is_posterior else ())
        ],
        "targets": _predicted(found.predicted),
        "held_out": {"log_score": found.score, "log_score_before": found.prior_score},
        "generations": [
            {"temperature": each.temperature, "tried": each.tried, "taken": each.taken} for each in found.generations
        ],
        "sentences": calibration_sentences(found),
    }  # fmt: skip


def check_object(found: Check) -> dict[str, Any]:
    return {
        "scenario": found.fit.scenario.name,
        "targets_file": found.fit.file,
        "seed": found.seed,
        "replications": found.replications,
        "met": found.met,
        "of": len(found.predicted),
        "targets": _predicted(found.predicted),
        "sentences": check_sentences(found),
    }


def recovery_object(found: Recovery) -> dict[str, Any]:
    return {
        "scenario": found.fit.scenario.name,
        "targets_file": found.fit.file,
        "seed": found.seed,
        "fits": found.fits,
        "candidates": found.candidates,
        "replications": found.replications,
        "rounds": found.rounds,
        "parameters": [
            {
                "name": each.parameter.name, "path": each.parameter.path, "held": each.held,
                "allowed": list(each.band), "recovered": each.recovered, "bias": each.bias,
                "chance_of_ranks_as_uneven": each.uneven, "shrinkage": float(each.shrinkage.mean()),
            }
            for each in found.parameters
        ],
        "sentences": recovery_sentences(found),
    }  # fmt: skip


def posterior_table(found: Calibration) -> pd.DataFrame:
    """The weighted sample: one column a parameter, in its unit, and weight."""
    values = found.fit.space.values(found.sample.z)
    return pd.DataFrame(values, columns=list(found.fit.space.names)).assign(weight=found.sample.weights)


def candidates_table(found: Calibration) -> pd.DataFrame:
    """Every candidate: its parameters, the mean of each target's ensemble, and log_likelihood."""
    columns = dict(zip(found.fit.space.names, found.fit.space.values(found.tried.z).T, strict=True))
    for each in found.fit.observations:
        centre = found.tried.centre(each)
        for place in range(centre.shape[1]):
            part = each.component(place).replace(" ", "_")
            columns[f"{each.name}.{part}" if part else each.name] = centre[:, place]
    return pd.DataFrame({**columns, "log_likelihood": found.log_likelihood})


def predictions_table(found: Sequence[Prediction]) -> pd.DataFrame:
    return pd.DataFrame(_predicted(found))


def ranks_table(found: Recovery) -> pd.DataFrame:
    """A row a fit and parameter: truth, low, median, high, shrinkage, rank."""
    tables = [
        pd.DataFrame(
            {
                "fit": np.arange(found.fits), "parameter": each.parameter.name, "truth": each.truth, "low": each.low,
                "median": each.median, "high": each.high, "shrinkage": each.shrinkage, "rank": each.rank,
            }
        )
        for each in found.parameters
    ]  # fmt: skip
    return pd.concat(tables, ignore_index=True).astype({"parameter": "str"})


def _predicted(found: Sequence[Prediction]) -> list[dict[str, Any]]:
    return [
        {
            "target": each.observation.name, "plan": each.observation.plan, "measure": each.observation.measure.name,
            "component": each.observation.component(each.component), "hold_out": each.observation.hold_out,
            "as_the_firm_sees_it": each.observation.as_measured, "observed": each.observed, "low": each.low,
            "median": each.median, "high": each.high, "z": each.z, "verdict": each.verdict, "log_score": each.score,
        }
        for each in found
    ]  # fmt: skip
