"""A counter whose every visit goes wrong and whose customers all complain: recovery, and nothing else, can be seen.

In go words of the recovery section; out come documents. Nobody waits, scatters, talks or leaves unless asked to.
"""

from __future__ import annotations

from typing import Any, Final

from sim.scenario.document import Document

SAME: Final = {"reliability": 5.0, "responsiveness": 5.0, "assurance": 5.0, "empathy": 5.0, "tangibles": 5.0}
HIGHER: Final = dict.fromkeys(SAME, 6.0)
CHANNEL: Final[dict[str, Any]] = {"share": 1, "at": "desk", "takes": {"constant": "1 min"}, "resolves": 1}
ALWAYS_VOICE: Final[dict[str, Any]] = {"voice": 40, "exit": -40}


def world(
    recovery: dict[str, Any] | None,
    *,
    days: int = 20,
    customers: int = 300,
    desk: dict[str, Any] | None = None,
    behaviour: dict[str, Any] | None = None,
    service: dict[str, Any] | None = None,
    needs: dict[str, Any] | None = None,
    **sections: Any,
) -> Document:
    """All customers of one firm; one in ten comes each day, is served at once, and badly."""
    need = {"task": "errand", "rate": "0.1 per day", "contested": False}
    last = f"2026-06-{days:02d}" if days <= 30 else f"2026-07-{days - 30:02d}"
    return Document.model_validate(
        {
            "currency": "EUR",
            "seed": 3,
            "calendar": {"run": f"2026-06-01 to {last}"},
            "market": {
                "customers": customers,
                "segments": {"everyone": {"share": 1}},
                "traits": {
                    "existing": 1,
                    "expectations": {"will": HIGHER, "desired": HIGHER, "adequate": SAME, "spread": 0},
                    "importance_spread": 0,
                    "satisfaction": {"constant": 80},
                    "loyalty": {"constant": 0.6},
                    "switching_cost": {"constant": 0},
                    "activity": {"constant": 1},
                },
                "needs": {"errand": {**need, **(needs or {})}},
            },
            "service": {
                "tasks": {"errand": {"at": "counter", "takes": {"constant": "1 min"}}},
                "stations": {
                    "counter": {"staff": "unlimited", "open": "09:00-17:00"},
                    "desk": {"staff": "unlimited", "open": "09:00-17:00", **(desk or {})},
                },
                "quality": {
                    "right_first_time": 0, "failure_level": 1, "noise": 0,
                    "levels": {"reliability": 6, "assurance": 5, "empathy": 5, "tangibles": 5},
                },
                **({} if recovery is None else {"recovery": recovery}),
                **(service or {}),
            },
            "behaviour": {
                "complaining": ALWAYS_VOICE,
                "word_of_mouth": "none",
                "leaving": {"form": "none"},
                **(behaviour or {}),
            },
            **sections,
        }
    )  # fmt: skip
