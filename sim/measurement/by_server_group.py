"""How busy each group of servers was, where a station's servers differ in what they may do.

In go a document, or the plant and a day's monitors; out come one measure for each group and the columns behind it.
"""

from __future__ import annotations

from typing import Final

from sim.measures import Measure
from sim.scenario.document import Document
from sim.service.monitors import Monitors
from sim.service.plant import Plant

UTILISATION_OF: Final = "utilisation_"


def group_measures(document: Document) -> list[Measure]:
    """The utilisation of each group; none where the servers of every station are alike."""
    return [
        Measure(f"{UTILISATION_OF}{name}_{group}", f"{group.replace('_', ' ')} of {name.replace('_', ' ')} at work",
                "share", "ratio", "neither", 3, f"busy_time_{name}_{group}", f"staffed_time_{name}_{group}")
        for name, station in document.service.stations.items()
        for group in station.groups
    ]  # fmt: skip


def columns_by_group(plant: Plant, monitors: Monitors) -> dict[str, float]:
    """Server-minutes at work and present, by group, over all sites; none where unlimited staff is not measured."""
    found: dict[str, float] = {}
    if not plant.facility.most_groups:
        return found
    for row, station in enumerate(plant.facility.stations):
        if station.groups is not None:
            pools = plant.facility.station_of_pool == row
            measured = pools & (monitors.staffed_time > 0)
            for group, name in enumerate(station.groups.names):
                found[f"busy_time_{station.id}_{name}"] = float(monitors.group_busy_time[measured, group].sum())
                found[f"staffed_time_{station.id}_{name}"] = float(monitors.group_staffed_time[measured, group].sum())
    return found
