"""Reads the ties that a scenario keeps in a CSV file beside it into the document, which is then the only input.

In go the trees of the plans and the folder of the scenario; the name of the file gives way to the ties in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sim.errors import Problem
from sim.scenario.refusal import shown
from sim.scenario.tree import Tree, dotted

MOST_NAMED: Final = 200_000
_PLACE: Final = ("market", "talk", "edges")
_HEADS: Final = ("from,to", "from,to,tie")


def read_ties(trees: Mapping[str, Tree], file: str) -> list[Problem]:
    """Put the ties of `market.talk.edges.file` where it is named, in every plan; what cannot be read is a problem."""
    problems: list[Problem] = []
    read: dict[str, list[str]] = {}
    for tree in trees.values():
        edges = tree.value(_PLACE) if tree.has(_PLACE) else None
        if not isinstance(edges, dict) or set(edges) != {"file"} or not isinstance(edges["file"], str):
            continue  # the models say what is wrong with it
        name, path = edges["file"], (*_PLACE, "file")
        try:
            if name not in read:
                read[name] = _ties_in(Path(file).parent, name)
        except ValueError as error:
            allowed = "a CSV file beside the scenario, each line a tie: from,to or from,to,tie"
            problems.append(Problem(file, tree.line(path), dotted(path), str(error), allowed))
            continue
        edges["pairs"] = list(read[name])
        del edges["file"]
    return problems


def _ties_in(folder: Path, name: str) -> list[str]:
    """The lines of the file without its head and empty ones; ValueError when it cannot be read."""
    if Path(name).name != name or name in (".", ".."):
        raise ValueError(f"{shown(name)} is not the name of a file in the scenario's own folder")
    try:
        text = (folder / name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ValueError(f"{shown(name)} cannot be read: {said}") from None
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if lines and lines[0].replace(" ", "").lower() in _HEADS:
        lines = lines[1:]
    if len(lines) > MOST_NAMED:
        raise ValueError(f"{shown(name)} holds {len(lines):,} ties; at most {MOST_NAMED:,} can be named one by one")
    return lines
