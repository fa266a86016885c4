"""Documents of a few lines for tests of what stands on the document: one counter, one errand, one segment.

In go sections as a scenario file would write them; out comes the resolved document of one plan.
"""

from __future__ import annotations

from typing import Any, Final

from sim.scenario.document import Document

FIRST_DAY: Final = "2009-09-07"
"""A Monday."""

COUNTER: Final[dict[str, Any]] = {"staff": 2, "open": "09:00-17:00"}
ERRAND: Final[dict[str, Any]] = {"at": "counter", "takes": {"exponential": {"mean": "5 min"}}}


def small_document(**sections: Any) -> Document:
    """The smallest document, with other sections where given."""
    standing: dict[str, Any] = {
        "currency": "CNY",
        "seed": 1,
        "calendar": {"run": f"{FIRST_DAY} to 2009-10-04"},
        "market": {"customers": 100, "segments": {"everyone": {"share": 1}}},
        "service": {"stations": {"counter": COUNTER}, "tasks": {"errand": ERRAND}},
    }
    return Document.model_validate({**standing, **sections})


def with_stations(stations: dict[str, dict[str, Any]], **service: Any) -> Document:
    """A document with these stations; each is the usual counter where it says nothing else."""
    return small_document(
        service={
            "stations": {name: {**COUNTER, **station} for name, station in stations.items()},
            "tasks": {"errand": {**ERRAND, "at": next(iter(stations))}},
            **service,
        }
    )
