"""A picture of many studies of two groups: the difference each found, beside the true and the reported one."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from calibration.cohorts.findings import SIGNIFICANT
from calibration.cohorts.study import CohortStudy
from experiments.report.drawing import NUMBERS, PLAN_COLOURS, grid, look
from experiments.report.numbers import style_of
from sim.scenario.units import text_in


def differences_found(found: CohortStudy, language: str = "en") -> Figure:
    """A panel a measure: how many studies found which difference, those with p < 0.05 darker."""
    real = {each.person.name: each.test for each in found.reported}
    with look():
        figure, axes = grid(len(found.findings), width=5.2, height=2.6)
        for axis, each in zip(axes, found.findings, strict=True):
            style = style_of(each.person.measure, float(np.abs(each.differences).max()), found.currency)
            values, significant = each.differences * style.factor, each.p_values < SIGNIFICANT
            edges = np.histogram_bin_edges(values, "auto").tolist()
            parts, labels = [values[significant], values[~significant]], ["p < 0.05", "p ≥ 0.05"]
            axis.hist(parts, edges, stacked=True, color=[PLAN_COLOURS[1], "#cccccc"], label=labels)
            axis.axvline(0.0, color="#999999", linewidth=0.8)
            axis.axvline(each.truth.mean * style.factor, color="black", linewidth=1.4, label="in truth")
            if each.person.name in real and each.person.kind == "share":  # a mean may be on a scale of the firm's own
                at = real[each.person.name].difference * style.factor
                axis.axvline(at, color=PLAN_COLOURS[2], linewidth=1.4, linestyle="--", label="reported")
            axis.set_title(style.row_title, loc="left", fontsize=9)
            unit = style.change_unit if style.unit else ""
            axis.set_xlabel(f"group 2 less group 1, {unit}" if unit else "group 2 less group 1")
            axis.set_ylabel("studies")
            axis.xaxis.set_major_formatter(NUMBERS)
        if axes:
            handles = {
                label: handle for axis in axes for handle, label in zip(*axis.get_legend_handles_labels(), strict=True)
            }
            figure.legend(handles.values(), handles.keys(), loc="outside lower center", ncols=4, frameon=False)
        sizes = " and ".join(f"{drawn:,}" for drawn in found.drawn)
        plans = " against ".join(group.plan for group in found.groups)
        figure.suptitle(
            f"{text_in(found.title, language)}\n{found.replications} studies of {sizes}: {plans}", fontsize=10.5
        )
    return figure
