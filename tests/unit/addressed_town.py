"""A town whose people can be contacted by name: documents, and markets day by day, for tests of contacts.

In go channels, campaigns and other sections; out come the market after each day and who was contacted on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.market import Market
from sim.scenario.document import Document
from tests.small_documents import small_document

Rows = NDArray[np.int64]
PEOPLE = 300
LAST = "2009-10-04"
MAIL: dict[str, Any] = {"addressed": True, "cost_per_contact": 1}


def wave(first: str = "2009-09-07", last: str = LAST, reach: float = 1, frequency: float = 9, **more: Any) -> Any:
    """A wave by mail, or by the channels given."""
    channels = more.pop("channels", {"mail": {"reach": reach, "frequency": frequency}})
    return {"during": f"{first} to {last}", "channels": channels, **more}


def town(channels: dict[str, Any], campaigns: dict[str, Any], **sections: Any) -> Document:
    """People of two segments who come to a counter that is never full; some more after hearing of it."""
    market: dict[str, Any] = {
        "customers": PEOPLE,
        "segments": {"young": {"share": 0.5}, "old": {"share": 0.5}},
        "needs": {
            "order": {"task": "errand", "rate": "1 per month", "price": 10, "contested": False,
                      "responds_to_advertising": 20},
            "chat": {"task": "errand", "rate": "2 per month", "price": 0, "contested": False},
        },
        "traits": {"existing": 0.6, "aware": 0.5, "activity": {"constant": 1}},
        "talk": {},
        **sections.pop("market", {}),
    }  # fmt: skip
    return small_document(
        market=market,
        service={
            "stations": {"counter": {"staff": "unlimited", "open": "09:00-17:00"}},
            "tasks": {"errand": {"at": "counter", "takes": {"constant": "1 min"}}},
        },
        behaviour={"leaving": {"form": "none"}, **sections.pop("behaviour", {})},
        channels=channels,
        campaigns=campaigns,
        **sections,
    )


def days(document: Document, replication: int = 0) -> Iterator[Market]:
    """The market after each day."""
    market = Market(document, replication=replication)
    while market.day < market.calendar.days:
        market.step()
        yield market


def finished(document: Document, replication: int = 0) -> Market:
    """The market after its last day."""
    market = Market(document, replication=replication)
    while market.day < market.calendar.days:
        market.step()
    return market


def contacted(market: Market, name: str = "") -> Rows:
    """Everyone exposed today by airings whose identity holds the name, each contact once."""
    found = [rows for identity, rows in market.today.exposed if name in identity]
    return np.concatenate([np.zeros(0, np.int64), *found])


def posted(market: Market, account: str) -> int:
    """What was posted to an account, minor units."""
    table = market.ledger.table()
    return int(table.loc[table["account"] == account, "amount"].sum())
