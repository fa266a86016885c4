"""What rivals take, what share of each product line the firm has, and what is lost for which cause.

A document goes in; out come the measures its rivals, lines and departures add, and the day's columns of what was lost.
What is lost by line is of lines taken elsewhere one by one, for whatever cause; who leaves altogether is in no line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.loyalty import CAUSES
from sim.measures import CATALOGUE, Measure
from sim.scenario.document import Document
from sim.scenario.units import text_in

WALLET_OF: Final = "wallet_share_"
SHARE_OF_GROUP: Final = "line_share_"
LOST_TO: Final = "lost_to_"
LOST_AMOUNT_TO: Final = "lost_amount_to_"
LOST_AMOUNT_OF: Final = "lost_amount_of_"
_TITLES: Final = {
    "service_failure": "bad service",
    "waiting": "waiting",
    "price": "the price",
    "rival": "a better rival",
    "promise_broken": "broken promises",
    "involuntary": "reasons of their own",
    "failed_recovery": "complaints refused",
}


def competition_measures(document: Document) -> list[Measure]:
    """The measures of each rival, each line (in all and by segment and tier) and each cause of leaving."""
    return [*_of_rivals(document), *_of_lines(document), *_of_causes(document)]


def losses_of_parts(document: Document) -> Mapping[str, Measure]:
    """What is known of each segment, tier and site about the revenue that was lost: in all, by cause and by line."""
    whole = (CATALOGUE["lost_amount"], CATALOGUE["lost_amount_rate"])
    parts = [*_of_causes(document), *_of_lines(document)]
    return {each.name: each for each in (*whole, *parts) if each.name.startswith("lost_amount")}


def kinds_of_loss(document: Document) -> tuple[str, ...]:
    """Columns of the revenue lost that a run keeps by part: by cause, then by line; none where it tells no causes."""
    if not _tells_causes(document):
        return ()
    causes = tuple(f"{LOST_AMOUNT_TO}{name}" for name in (*CAUSES, *document.market.departures))
    return (*causes, *(f"{LOST_AMOUNT_OF}{name}" for name in document.market.lines))


def _of_rivals(document: Document) -> Iterator[Measure]:
    for name, rival in document.market.rivals.items():
        words = text_in(rival.title or name)
        yield Measure(f"needs_at_{name}", f"needs taken to {words}", "count", "flow", "lower", 0, f"needs_at_{name}")
        yield Measure(f"sales_of_{name}", f"sales of {words}", "money", "flow", "neither", 0, f"sales_of_{name}")
        yield Measure(f"price_of_{name}", f"price of {words}, of our usual one", "share", "stock", "neither", 3,
                      f"price_of_{name}")  # fmt: skip


def _of_lines(document: Document) -> Iterator[Measure]:
    market = document.market
    groups = (*market.segments, *(tier for tier in market.tiers if tier not in market.segments))
    for name, line in market.lines.items():
        words = text_in(line.title or name)
        yield Measure(f"{WALLET_OF}{name}", f"share of wallet: {words}", "share", "ratio", "higher", 3,
                      f"ours_{name}", f"wallet_{name}")  # fmt: skip
        yield Measure(f"{LOST_AMOUNT_OF}{name}", f"revenue a year lost: {words} taken elsewhere", "money", "flow",
                      "lower", 0, f"{LOST_AMOUNT_OF}{name}")  # fmt: skip
        for group in groups:
            ours, wallet = f"ours_{name}_of_{group}", f"wallet_{name}_of_{group}"
            yield Measure(f"{SHARE_OF_GROUP}{name}_of_{group}", f"share of wallet: {words}, {group.replace('_', ' ')}",
                          "share", "ratio", "higher", 3, ours, wallet)  # fmt: skip


def _of_causes(document: Document) -> Iterator[Measure]:
    """What is lost for which cause, where a file says more of leaving than how satisfied people are."""
    if not _tells_causes(document):
        return
    for name in CAUSES:
        yield from _of_cause(name, _TITLES[name], "customers")
    for name, departure in document.market.departures.items():
        words = text_in(departure.title or name.replace("_", " "))
        yield from _of_cause(name, words, "customers" if departure.line is None else "lines")


def _of_cause(name: str, words: str, what: str) -> Iterator[Measure]:
    yield Measure(f"{LOST_TO}{name}", f"{what} lost: {words}", "count", "flow", "lower", 0, f"{LOST_TO}{name}")
    yield Measure(f"{LOST_AMOUNT_TO}{name}", f"revenue a year lost: {words}", "money", "flow", "lower", 0,
                  f"{LOST_AMOUNT_TO}{name}")  # fmt: skip


def _tells_causes(document: Document) -> bool:
    return bool(document.market.departures or document.market.lines)


def losses_by_cause(document: Document, lost: NDArray[np.float64], by_line: Sequence[float]) -> dict[str, float]:
    """The day's columns: `lost` is (3, causes), customers, lines and revenue a year, in the order of the causes.

    `by_line`: revenue a year of the lines taken elsewhere, (lines,).
    """
    found = {"lost_amount": float(lost[2].sum())}
    if _tells_causes(document):
        found["lines_lost"] = float(lost[1].sum())
        lines = {name for name, departure in document.market.departures.items() if departure.line is not None}
        for place, name in enumerate((*CAUSES, *document.market.departures)):
            found[f"{LOST_TO}{name}"] = float(lost[int(name in lines), place])
            found[f"{LOST_AMOUNT_TO}{name}"] = float(lost[2, place])
        for name, amount in zip(document.market.lines, by_line, strict=True):
            found[f"{LOST_AMOUNT_OF}{name}"] = float(amount)
    return found
