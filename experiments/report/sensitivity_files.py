"""What `--out` leaves of a sensitivity analysis: text, JSON, tables and figures beside the runs."""

from pathlib import Path

from experiments.assumptions.decision_sensitivity import Sensitivity
from experiments.report.files import keep_report
from experiments.report.sensitivity_figures import index_bars, tornado
from experiments.report.sensitivity_text import sensitivity_object, sensitivity_text, swing_table


def keep_sensitivity(found: Sensitivity, folder: Path, language: str = "en") -> None:
    """Write the report into ``folder``, over an earlier one of the same folder."""
    figures = {"tornado": lambda: tornado(found, language)}
    if not found.indices.empty:
        figures["indices"] = lambda: index_bars(found, language)
    keep_report(
        folder,
        "sensitivity",
        sensitivity_text(found, language),
        sensitivity_object(found, language),
        {"swings": swing_table(found), "indices": found.indices, "sample": found.sample, "values": found.values},
        figures,
    )
