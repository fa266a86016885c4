"""Numbers with provenance: `{value: 0.9125, source: observed, note: "146 of 160", range: [0.86, 0.95]}`.

In goes the tree of a file; out comes the same tree with each such mapping replaced by its value, and its provenance
kept by path. A range is drawn from uniformly, in the unit it is written in; whole numbers stay whole.
"""

import math
import re
from collections import Counter
from decimal import Decimal
from typing import Any

from sim.errors import Problem
from sim.scenario.refusal import nearest, shown
from sim.scenario.tree import Provenance, Tree, TreePath, dotted
from sim.scenario.units import DAYS_PER_RATE_UNIT, DAYS_PER_UNIT, MINUTES_PER_UNIT, NUMBER_PATTERN, is_number

SOURCES: dict[str, str] = {
    "observed": "measured; the note says where and on how many",
    "rule": "laid down by the firm or the law",
    "target": "what the firm wants to reach; never an input to what it checks",
    "derived": "computed or fitted from other numbers; the note says how, a range how surely",
    "assumed": "nobody knows; a range says how far it may lie",
    "masked": "known to someone but withheld; a range is required",
}
DRAWN = ("derived", "assumed", "masked")
"""Sources of numbers that are drawn from their range, where they have one."""
UNTAGGED = "untagged"

_KEYS = ("value", "source", "note", "range")
_QUANTITY = re.compile(rf"({NUMBER_PATTERN})\s*(.*)", re.DOTALL)


def take_sources(tree: Tree, file: str) -> tuple[Tree, list[Problem]]:
    """The tree with plain values and its provenance by path, and what is wrong with the provenance written."""
    reader = _SourceReader(tree, file)
    data = reader.plain(tree.data, (), ())
    return Tree(data, reader.lines, reader.provenance), reader.problems


def is_sourced(data: object) -> bool:
    """Whether a mapping of the file is a value with its provenance (and not, say, segments of which one is `value`)."""
    if not isinstance(data, dict) or not data:
        return False
    if set(data) <= set(_KEYS):
        return "value" in data or "source" in data
    mistyped = any(nearest(key, _KEYS[1:]) for key in data)
    return "value" in data and ("source" in data or (mistyped and not isinstance(data["value"], dict)))


class _SourceReader:
    def __init__(self, tree: Tree, file: str) -> None:
        self.tree = tree
        self.file = file
        self.lines: dict[TreePath, int] = {}
        self.provenance: dict[TreePath, Provenance] = {}
        self.problems: list[Problem] = []

    def plain(self, data: Any, written: TreePath, path: TreePath) -> Any:
        """The value without its provenance; `written` is its path in the file, `path` where it stands afterwards."""
        if written in self.tree.lines:
            self.lines[path] = self.tree.lines[written]
        if is_sourced(data):
            return self._sourced(data, written, path)
        if isinstance(data, dict):
            return {key: self.plain(value, (*written, key), (*path, key)) for key, value in data.items()}
        if isinstance(data, list):
            return [self.plain(item, (*written, str(i)), (*path, str(i))) for i, item in enumerate(data)]
        return data

    def _sourced(self, data: dict[str, Any], written: TreePath, path: TreePath) -> Any:
        for key in data:
            if key not in _KEYS:
                allowed = f"one of {', '.join(_KEYS)}"
                if data[key] is None:
                    allowed += "; a note with a comma stands in quotes"
                self._note(written, key, f"unknown key '{key}'", allowed, nearest(key, _KEYS))
        if "value" not in data:
            self._note(written, None, "a source without a value", "{value: ..., source: ..., note: ..., range: ...}")
            return None
        source = data.get("source")
        if not isinstance(source, str) or source not in SOURCES:
            found = "a value without a source" if source is None else f"the source {shown(source)}"
            better = nearest(source, SOURCES) if isinstance(source, str) else None
            self._note(written, "source" if "source" in data else None, found, f"one of {', '.join(SOURCES)}", better)
            source = "assumed"
        note = data.get("note", "")
        if not isinstance(note, str):
            self._note(written, "note", f"the note {shown(note)}", "a text, in quotes where it is a number")
            note = ""
        if is_sourced(data["value"]):
            self._note(written, "value", "a value that has a source of its own", "one source for one value")
        value = self.plain(data["value"], (*written, "value"), path)
        span = self._range(data, written, source)
        self.provenance[path] = Provenance(source, note, span, self.tree.line((*written, "value")))
        return value

    def _range(self, data: dict[str, Any], written: TreePath, source: str) -> tuple[Any, Any] | None:
        if "range" not in data:
            if source == "masked":
                self._note(written, None, "a masked value without a range", "range: [lowest, highest]")
            return None
        span, value = data["range"], data["value"]
        if not isinstance(span, list) or len(span) != 2:
            self._note(written, "range", f"the range {shown(span)}", "two values: [lowest, highest]")
            return None
        parts = [number_and_unit(each) for each in (span[0], value, span[1])]
        if any(part is None for part in parts):
            self._note(written, "range", f"a range around {shown(value)}", "a range of numbers around a number")
            return None
        low, middle, high = (part for part in parts if part is not None)
        written_as = {isinstance(each, str) for each in (*span, value)}
        if not low[1] == middle[1] == high[1] or len(written_as) > 1:
            found = f"the range from {shown(span[0])} to {shown(span[1])} around {shown(value)}"
            self._note(written, "range", found, "the value and both ends in the same unit")
            return None
        if not low[0] <= middle[0] <= high[0]:
            found = f"{shown(value)} outside its range from {shown(span[0])} to {shown(span[1])}"
            self._note(written, "range", found, "lowest <= value <= highest")
            return None
        return span[0], span[1]

    def _note(self, written: TreePath, key: str | None, found: str, allowed: str, better: str | None = None) -> None:
        path = written if key is None else (*written, key)
        self.problems.append(Problem(self.file, self.tree.line(path), dotted(written), found, allowed, better or ""))


def number_and_unit(value: object) -> tuple[Decimal, str] | None:
    """Number and unit of a written quantity: "73.2 %" is (73.2, "%"), 5 is (5, ""); None for anything else."""
    if is_number(value):
        return Decimal(str(value)), ""
    match = _QUANTITY.fullmatch(value.strip()) if isinstance(value, str) and len(value) <= 80 else None
    return (Decimal(match[1]), " ".join(match[2].split())) if match else None


def unit_of(value: object) -> str:
    """The unit a quantity is written in; empty for a plain number."""
    part = number_and_unit(value)
    return part[1] if part is not None else ""


def _continuous(unit: str) -> bool:
    """Whether the unit measures something that can lie between whole numbers: shares, times, rates."""
    per, _, of = unit.partition(" ")
    if per == "per":
        return of in DAYS_PER_RATE_UNIT
    return unit.startswith("%") or unit in MINUTES_PER_UNIT or unit in DAYS_PER_UNIT


def draw(value: Any, low: Any, high: Any, uniform: float, whole: bool) -> Any:
    """The value at `uniform` in (0, 1) of the range from `low` to `high`, written in the unit of `value`.

    Uniform over the range. Where a `whole` number is wanted, every one from `low` to `high` has the same chance.
    """
    parts = [number_and_unit(each) for each in (low, high)]
    (least, unit), (most, _) = (part for part in parts if part is not None)
    if whole:
        return min(int(least) + math.floor(uniform * (int(most) - int(least) + 1)), int(most))
    between = float(least) + uniform * (float(most) - float(least))
    if not isinstance(value, str):
        return between
    digits = repr(between) if "e" not in repr(between) else f"{between:.15f}"
    return f"{digits}{'' if unit.startswith('%') else ' '}{unit}".strip()


def count_sources(tree: Tree, within: tuple[str, ...]) -> dict[str, int]:
    """How many numbers of the sections `within` carry which source; those with none count as 'untagged'."""
    counts: Counter[str] = Counter()

    def visit(data: Any, path: TreePath, source: str | None) -> None:
        source = tree.provenance[path].source if path in tree.provenance else source
        if isinstance(data, dict):
            for key, value in data.items():
                visit(value, (*path, key), source)
        elif isinstance(data, list):
            for position, value in enumerate(data):
                visit(value, (*path, str(position)), source)
        else:
            part = number_and_unit(data)
            if part is not None and (is_number(data) or _continuous(part[1])):
                counts[source or UNTAGGED] += 1

    for section in within:
        if section in tree.data:
            visit(tree.data[section], (section,), None)
    return {source: counts[source] for source in (*SOURCES, UNTAGGED) if counts[source]}
