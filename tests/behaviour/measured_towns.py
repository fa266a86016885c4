"""Small towns with a measurement layer laid over them: every kind of instrument, and runs with and without.

In go a document and sections as a file would write them; out come the market and the tables of its run.
"""

from __future__ import annotations

from typing import Any

from sim.market import Market
from sim.results import RunResult
from sim.scenario.document import Document

MEASURES: dict[str, Any] = {
    "surveys": {
        "quality": {"instrument": "servqual", "every": "week", "audience": {}, "visited_within": "14 days"},
        "performance": {"instrument": "servperf", "on": ["2026-06-20"], "scale": "1-5", "share": 0.5},
        "happy": {"instrument": "satisfaction", "every": "week", "sample": 60, "response": {"rate": 0.5}},
        "recommend": {"instrument": "nps", "every": "week"},
        "kinds": {"instrument": "kano", "on": ["2026-06-21"]},
    },
    "loyalty_cells": {},
    "indices": {
        "failures": {
            "failures": {
                "lost": {"weight": 5, "counts": "lost visits"},
                "slips": {"weight": 1, "rate": 0.2},
            }
        }
    },
    "scorecards": {
        "card": {
            "every": "week",
            "checks": {"visits": 5},
            "callbacks": {"per_person": 10, "people": 2, "reached": 0.7},
            "gaming": {"hides": 0.5, "falsifies": 0.5},
            "components": {
                "skill": {"weight": 10, "of": "spot checks failed", "each": -2},
                "calls": {"weight": 10, "of": "callbacks completed", "bands": {"80%": 0, "0": -5}},
                "prompt": {"weight": 5, "of": "standard kept", "standard": "prompt", "bands": {"90%": 0, "0%": -2}},
            },
        }
    },
}


def measuring(document: Document, **sections: Any) -> Document:
    """The same document with these sections of measurement."""
    context = {"run": (document.calendar.run.start, document.calendar.run.end), "periods": {}}
    read = Document.model_validate({"currency": "EUR", "calendar": {"run": "1 Jun 2026 to 25 Jun 2026"},
                                    "market": {"customers": 1, "segments": {"a": {"share": 1}}}, **sections},
                                   context=context)  # fmt: skip
    return document.model_copy(update={name: getattr(read, name) for name in sections})


def run(document: Document, replication: int = 0, **sections: Any) -> tuple[Market, RunResult]:
    """A market run to its end with these measurements."""
    market = Market(measuring(document, **sections), replication=replication, keep_encounters=True)
    return market, market.run()
