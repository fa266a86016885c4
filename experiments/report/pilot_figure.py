"""A picture of what pilots tell: in each world drawn, what the pilot showed against what the roll-out brings."""

import numpy as np
from matplotlib.figure import Figure

from experiments.pilots.pilot_study import ARMS, Pilot
from experiments.report.drawing import NUMBERS, PLAN_COLOURS, grid, look
from experiments.report.numbers import style_of
from sim.scenario.units import text_in


def shown_and_true(found: Pilot, language: str = "en") -> Figure:
    """A panel a size and measure; each dot a world: the pilot's difference across, the roll-out's gain upwards."""
    table = found.observations
    table = table[table["drawn"]] if found.worlds else table
    panels = [(place, size, reading) for place, size in enumerate(found.sizes) for reading in size.readings]
    with look():
        figure, axes = grid(len(panels), width=5.2, height=3.0)
        for axis, (place, size, reading) in zip(axes, panels, strict=True):
            rows = table[table["size"] == place]
            shown = (rows[f"{reading.measure}_{ARMS[0]}"] - rows[f"{reading.measure}_{ARMS[1]}"]).to_numpy(np.float64)
            gain = rows["gain"].to_numpy(np.float64)
            across = style_of(found.measures[reading.measure], float(np.abs(shown).max()), found.currency)
            upwards = style_of(found.measures[found.measure], float(np.abs(gain).max()), found.currency)
            axis.axhline(0.0, color="#999999", linewidth=0.8)
            axis.axvline(0.0, color="#999999", linewidth=0.8)
            right = gain > 0.0
            for wins, colour, label in ((right, PLAN_COLOURS[2], "pays"), (~right, PLAN_COLOURS[1], "does not pay")):
                axis.plot(shown[wins] * across.factor, gain[wins] * upwards.factor, "o", color=colour, markersize=3.5,
                          alpha=0.7, label=label)  # fmt: skip
            axis.set_title(f"{size.size.customers:,} customers, {size.size.days} days", loc="left", fontsize=9)
            axis.set_xlabel(f"shown by the pilot: {across.change_axis_title}")
            axis.set_ylabel(upwards.change_axis_title)
            axis.xaxis.set_major_formatter(NUMBERS)
            axis.yaxis.set_major_formatter(NUMBERS)
        if axes:
            handles, labels = axes[0].get_legend_handles_labels()
            figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False)
        what = f"{found.worlds} worlds drawn" if found.worlds else f"{found.replications} pilots at the stated values"
        plan = text_in(found.plan_title, language)
        figure.suptitle(f"{text_in(found.title, language)}\na pilot of: {plan} · {what}", fontsize=10.5)
    return figure
