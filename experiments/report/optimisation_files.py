"""An optimisation as files: what `--json` prints, and what `--out` leaves beside the runs."""

from pathlib import Path
from typing import Any

from experiments.comparing.intervals import Interval
from experiments.report.files import keep_report
from experiments.report.optimisation_text import optimisation_text, sentences
from experiments.search.constraints import Kept
from experiments.search.overlay import best_plan, named
from experiments.search.result import Finalist, Optimisation

PLAN_FILE = "best-plan.yaml"


def as_object(found: Optimisation) -> dict[str, Any]:
    """The optimisation as one object of plain values; what is undefined is NaN."""
    return {
        "scenario": found.scenario,
        "plan": found.plan,
        "baseline": found.baseline,
        "period": found.period,
        "seed": found.seed,
        "uncertain": found.uncertain,
        "currency": found.currency,
        "objectives": [aim.measure.name for aim in found.aims],
        "tail": found.aims[0].tail,
        "constraints": [
            {"measure": each.measure.name, each.side.replace(" ", "_"): each.limit} for each in found.constraints
        ],
        "levers": {each.path: {"today": each.today, "values": list(each.values)} for each in found.levers},
        "settings": found.settings,
        "every_setting_tried": found.everything,
        "replications": found.replications,
        "fresh_replications": found.fresh,
        "baseline_levels": {
            aim.measure.name: _interval(each) for aim, each in zip(found.aims, found.baseline_levels, strict=True)
        },
        "as_it_stands": _finalist(found, found.today),
        "chosen": [_finalist(found, each) for each in found.chosen],
        "improves": found.improves,
        "finalists": [_finalist(found, each) for each in found.finalists],
        "history": found.history.to_dict(orient="records"),
        "responses": found.responses.to_dict(orient="records"),
        "plans": {name: dict(each.tried.settings) for name, each in named(found)},
        "verdict": sentences(found),
    }


def write_optimisation(found: Optimisation, folder: Path, language: str = "en") -> None:
    """Text, JSON, tables, figures and the best plan in ``folder``, over an earlier report of the same folder."""
    from experiments.report.optimisation_figures import figures  # Matplotlib takes a second to import

    keep_report(
        folder,
        "optimisation",
        optimisation_text(found, language),
        as_object(found),
        {
            "history": found.history,
            "finalists": found.finalists_table,
            "levers": found.levers_table,
            "responses": found.responses.astype({"value": "str"}),
        },
        figures(found, language),
    )
    plan = folder / PLAN_FILE
    if named(found):
        plan.write_text(best_plan(found), encoding="utf-8")
    else:
        plan.unlink(missing_ok=True)


def _finalist(found: Optimisation, each: Finalist) -> dict[str, Any]:
    names = [aim.measure.name for aim in found.aims]
    return {
        "number": each.tried.number,
        "settings": dict(each.tried.settings),
        "levels": dict(zip(names, map(_interval, each.levels), strict=True)),
        "changes": dict(zip(names, map(_interval, each.changes), strict=True)),
        "changes_from_as_it_stands": dict(zip(names, map(_interval, each.from_today), strict=True)),
        "changes_in_the_search": dict(zip(names, map(_interval, each.tried.changes), strict=True)),
        "constraints": {limit.name: _kept(how) for limit, how in zip(found.constraints, each.kept, strict=True)},
        "feasible": each.feasible,
    }


def _kept(how: Kept) -> dict[str, Any]:
    return {**_interval(how.level), "kept": how.on_average, "runs_kept": how.runs, "runs": how.of}


def _interval(interval: Interval) -> dict[str, float]:
    return {"mean": interval.mean, "low": interval.low, "high": interval.high}
