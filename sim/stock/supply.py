"""Suppliers of one run: lots day by day, which of them gates find bad, marks, and who is out.

The document's supply section and the luck of a day go in; out comes the share of the day's lots that are used though
bad. A plan with more gates has the same lots: what one gate finds, it finds whatever other gates there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.measures import Measure
from sim.scenario.document import Document
from sim.scenario.supply import Scores, Supply
from sim.scenario.units import text_in
from sim.streams import Streams

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]

_LUCK: Final = 4
"""Of a lot: whose it is, whether it is bad, whether seriously, whether it is in the sample."""


@dataclass(frozen=True)
class Delivered:
    """What came of one day's lots: those bad, found and used though bad; `checked`, lots that reached each gate."""

    lots: int
    bad: int
    found: int
    checked: tuple[int, ...]

    @property
    def used_bad(self) -> float:
        """Share of the lots used that are bad."""
        return (self.bad - self.found) / self.lots


def supply_measures(document: Document) -> list[Measure]:
    """Lots, and the mark of each supplier; none without a supply section."""
    supply = document.service.supply
    if supply is None:
        return []
    found = [
        Measure("lots_bad", "lots delivered bad", "share", "ratio", "lower", 3, "lots_bad", "lots"),
        Measure("lots_used_bad", "lots used though bad", "share", "ratio", "lower", 3, "lots_used_bad", "lots"),
        Measure("lots_found_bad", "lots found bad at a gate", "count", "flow", "neither", 0, "lots_found_bad"),
    ]
    if supply.scores is not None:
        found.append(Measure("suppliers_out", "suppliers dropped", "count", "flow", "neither", 0, "suppliers_out"))
        for name, supplier in supply.suppliers.items():
            title = f"mark of {text_in(supplier.title or name.replace('_', ' '))}, 0-100"
            found.append(
                Measure(f"mark_of_{name}", title, "points", "ratio", "higher", 1, f"marks_{name}", f"marked_{name}")
            )
    return found


class Suppliers:
    """Who delivers in one run. `active`: not out; `left`: bad lots left after improvements, share of the document's,
    all of them again when a dated change sets another; `serious`: serious quality problems since the last improvement;
    each (suppliers,).
    """

    def __init__(self, document: Document) -> None:
        supply = document.service.supply
        self.names = () if supply is None else tuple(supply.suppliers)
        self.active = np.ones(len(self.names), np.bool_)
        self.left = np.ones(len(self.names))
        self.serious = np.zeros(len(self.names), np.int64)
        self._stated = np.zeros(0) if supply is None else _bad(supply)
        self._period: list[tuple[Integers, Flags, Floats]] = []

    def deliver(self, supply: Supply, streams: Streams, day: int) -> Delivered:
        """The lots of one day, through all gates in their order."""
        luck = streams.numbers("lots", supply.lots * _LUCK, day=day).reshape(supply.lots, _LUCK)
        share = np.array([supplier.share for supplier in supply.suppliers.values()]) * self.active
        if not share.any():  # the shares of those who are left may be set to 0
            share = self.active.astype(np.float64)
        supplier = np.searchsorted(np.cumsum(share / share.sum())[:-1], luck[:, 0], side="right")
        stated = _bad(supply)
        self.left[stated != self._stated] = 1.0  # a new cause: what was put right before does not help against it
        self._stated = stated
        chance = stated * self.left
        bad = luck[:, 1] < chance[supplier]
        undetected, checked, rejected = bad.copy(), [], np.zeros(supply.lots, np.bool_)
        for name, gate in supply.gates.items():
            checked.append(int(np.count_nonzero(~rejected)))
            finds = streams.numbers("gate", supply.lots, identity=name, day=day) < gate.finds
            rejected |= undetected & finds
            undetected &= ~finds
        if supply.scores is not None:
            grave = bad & (luck[:, 2] < supply.scores.serious)
            self.serious += np.bincount(supplier[grave], minlength=len(self.names))
            self._period.append((supplier, bad, luck[:, 3]))
        return Delivered(supply.lots, int(np.count_nonzero(bad)), int(np.count_nonzero(rejected)), tuple(checked))

    def mark(self, scores: Scores, streams: Streams, day: int) -> Floats:
        """The marks at the end of a period, 0-100, (suppliers,), NaN for who delivered nothing; and what follows.

        Out is who is marked below `out_below` or had too many serious problems without improving; the last one stays.
        """
        supplier, bad, luck = (np.concatenate(column) for column in zip(*self._period, strict=True))
        self._period = []
        marks = np.full(len(self.names), np.nan)
        for place in range(len(self.names)):
            theirs = np.flatnonzero(supplier == place)
            if len(theirs):
                sample = theirs[np.argsort(luck[theirs], kind="stable")[: scores.lots]]
                marks[place] = 100.0 * (1.0 - np.count_nonzero(bad[sample]) / len(sample))
        told = self.active & ((marks < scores.good_from) | (self.serious > 0))
        out = self.active & ((marks < scores.out_below) | (self.serious >= scores.most_serious))
        if (out == self.active).all():  # somebody has to deliver: the best marked of them
            out[int(np.argmax(np.where(out, np.nan_to_num(marks, nan=-1.0), -2.0)))] = False
        self.active &= ~out
        improves = told & ~out & (streams.numbers("improvement", len(self.names), day=day) < scores.improves)
        self.left[improves] *= 1.0 - scores.improvement
        self.serious[improves] = 0
        return marks


def _bad(supply: Supply) -> Floats:
    """The share of each supplier's lots that are bad by the document."""
    return np.array([each.bad for each in supply.suppliers.values()])
