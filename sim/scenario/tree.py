"""A scenario file as plain data, with the line and the provenance of every path in it.

`reading.py` makes one from a file, `sourced.py` takes the provenance out of its numbers, `overlay.py` turns it into one
tree for each plan. A path is a tuple of keys; an item of a list is addressed by its position, as text.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

TreePath = tuple[str, ...]


def dotted(path: TreePath) -> str:
    """The path as it is written in plans and shown in errors: service.stations.counter.staff."""
    return ".".join(path)


@dataclass(frozen=True)
class Provenance:
    """Where a number comes from. `range` holds the lowest and the highest value it may have, as written in the file."""

    source: str
    note: str = ""
    range: tuple[Any, Any] | None = None
    line: int = 0


@dataclass
class Tree:
    """Plain data (mappings, lists, texts, numbers, truth values), 1-based lines and provenance by path."""

    data: Any
    lines: dict[TreePath, int] = field(default_factory=dict)
    provenance: dict[TreePath, Provenance] = field(default_factory=dict)

    def line(self, path: TreePath) -> int:
        """The line of the path, or of its nearest ancestor that is written in the file (0: none is)."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 0

    def has(self, path: TreePath) -> bool:
        """Whether every key of the path is a key of a mapping."""
        place = self.data
        for key in path:
            if not isinstance(place, dict) or key not in place:
                return False
            place = place[key]
        return True

    def value(self, path: TreePath) -> Any:
        """What stands at the path; positions in lists count. KeyError or IndexError when nothing does."""
        place = self.data
        for key in path:
            place = place[int(key)] if isinstance(place, list) else place[key]
        return place

    def copy(self) -> "Tree":
        """A tree that can be changed without changing this one."""
        return Tree(_copied(self.data), dict(self.lines), dict(self.provenance))

    def branch(self, path: TreePath) -> "Tree":
        """The tree below the path, with paths that begin there and the path's own line and provenance under ()."""
        value = self.value(path)
        part = Tree(_copied(value))
        for inner in paths_under(value):
            if path + inner in self.lines:
                part.lines[inner] = self.lines[path + inner]
            if path + inner in self.provenance:
                part.provenance[inner] = self.provenance[path + inner]
        return part

    def graft(self, path: TreePath, branch: "Tree") -> None:
        """Put the branch at the path, in place of what stood there; mappings on the way are made."""
        if self.has(path):
            self._forget(path)
        place = self.data
        for key in path[:-1]:
            if not isinstance(place.get(key), dict):
                place[key] = {}
            place = place[key]
        place[path[-1]] = _copied(branch.data)
        self.lines |= {path + inner: line for inner, line in branch.lines.items()}
        self.provenance |= {path + inner: each for inner, each in branch.provenance.items()}

    def prune(self, path: TreePath) -> None:
        """Take out what stands at the path; KeyError when nothing does."""
        self._forget(path)
        del self.value(path[:-1])[path[-1]]

    def _forget(self, path: TreePath) -> None:
        for inner in paths_under(self.value(path)):
            self.lines.pop(path + inner, None)
            self.provenance.pop(path + inner, None)


def paths_under(data: Any, path: TreePath = ()) -> Iterator[TreePath]:
    """The path itself and every path below it, in file order."""
    yield path
    if isinstance(data, dict):
        for key, value in data.items():
            yield from paths_under(value, (*path, key))
    elif isinstance(data, list):
        for position, value in enumerate(data):
            yield from paths_under(value, (*path, str(position)))


def _copied(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _copied(value) for key, value in data.items()}
    return [_copied(value) for value in data] if isinstance(data, list) else data
