"""Plans as overlays on a scenario: `extends` another plan, `remove` paths, `set` paths, `add` what is new.

In goes the tree of a file; out comes one resolved tree for each plan, with the lines and the provenance of what the
plan wrote, or the problems of its overlays. Within one plan the order is always remove, set, add.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.errors import Problem
from sim.scenario.fields import known_keys
from sim.scenario.refusal import nearest, shown
from sim.scenario.tree import Tree, TreePath, dotted
from sim.scenario.units import parse_identifier, parse_text

HEAD = ("scenario", "title", "about", "baseline", "plans")
PLAN_KEYS = ("title", "about", "extends", "set", "add", "remove")
MOST_PLANS = 100


@dataclass(frozen=True)
class Overlay:
    """One plan as written: its operations are paths with what to put there."""

    name: str
    extends: str | None
    removed: tuple[tuple[TreePath, int], ...]
    settings: tuple[tuple[TreePath, Tree], ...]
    added: Tree | None

    @property
    def empty(self) -> bool:
        """Whether the plan writes nothing of its own."""
        return not self.removed and not self.settings and self.added is None


@dataclass(frozen=True)
class Resolved:
    """All plans, resolved in file order, the problems met and what deserves a word."""

    overlays: Mapping[str, Overlay]
    trees: Mapping[str, Tree]
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...]


def path_of(text: object) -> TreePath | None:
    """The path written as service.stations.counter.staff, or None when it is not one."""
    if not isinstance(text, str) or not 1 <= len(text) <= 500:
        return None
    path = tuple(part.strip() for part in text.split("."))
    return path if all(path) else None


def resolve(tree: Tree, file: str, model: Any) -> Resolved:
    """Resolve every plan of the file against `model`, which says what keys the file may leave out."""
    return _Resolver(tree, file, model).resolve()


class _Resolver:
    def __init__(self, tree: Tree, file: str, model: Any) -> None:
        self.file, self.tree, self.model = file, tree, model
        self.problems: list[Problem] = []
        self.warnings: list[str] = []
        self.overlays: dict[str, Overlay] = {}
        self.trees: dict[str, Tree] = {}
        self.circling: set[str] = set()
        self.base = tree.copy()
        for key in HEAD:
            if key in self.base.data:
                self.base.prune((key,))

    def resolve(self) -> Resolved:
        plans = self.tree.data.get("plans")
        if not isinstance(plans, dict) or not plans:
            found = "this key is missing" if "plans" not in self.tree.data else shown(plans)
            self._note(("plans",), found, "the plans to compare, such as {none: {}, more-staff: {set: {...}}}")
            plans = {"none": {}}
        elif len(plans) > MOST_PLANS:
            self._note(("plans",), f"{len(plans)} plans", f"at most {MOST_PLANS}")
            plans = dict(list(plans.items())[:1])
        for name, written in plans.items():
            self.overlays[name] = self._read(name, {} if written is None else written)
        for name in self.overlays:
            self._resolve(name, ())
        ordered = {name: self.trees[name] for name in self.overlays if name in self.trees}
        return Resolved(self.overlays, ordered, tuple(self.problems), tuple(self.warnings))

    # --- reading what a plan writes ---------------------------------------------------------------------------------

    def _read(self, name: str, written: object) -> Overlay:
        place = ("plans", name)
        try:
            parse_identifier(name)
        except ValueError as error:
            self._note(place, *_found_and_allowed(error))
        if not isinstance(written, dict):
            self._note(place, shown(written), f"a mapping with the keys {', '.join(PLAN_KEYS)}")
            return Overlay(name, None, (), (), None)
        for key in written:
            if key not in PLAN_KEYS:
                better = nearest(key, PLAN_KEYS)
                self._note((*place, key), f"unknown key '{key}'", f"one of {', '.join(PLAN_KEYS)}", better)
        for key in ("title", "about"):
            if key in written:
                try:
                    parse_text(written[key])
                except ValueError as error:
                    self._note((*place, key), *_found_and_allowed(error))
        return Overlay(
            name, self._parent(name, written), self._removed(name, written), self._settings(name, written),
            self._added(name, written),
        )  # fmt: skip

    def _parent(self, name: str, written: dict[str, Any]) -> str | None:
        if "extends" not in written:
            return None
        plans = self.tree.data["plans"]
        parent = written["extends"]
        if isinstance(parent, str) and parent in plans:
            return parent
        better = nearest(parent, plans) if isinstance(parent, str) else None
        self._note(("plans", name, "extends"), f"the plan {shown(parent)}", f"one of {', '.join(plans)}", better)
        return None

    def _removed(self, name: str, written: dict[str, Any]) -> tuple[tuple[TreePath, int], ...]:
        place = ("plans", name, "remove")
        paths = written.get("remove", [])
        if not isinstance(paths, list):
            self._note(place, shown(paths), "a list of paths, such as [campaigns.autumn]")
            return ()
        found = []
        for position, text in enumerate(paths):
            where = (*place, str(position))
            path = self._path(text, where)
            if path is not None:
                found.append((path, self.tree.line(where)))
        return tuple(found)

    def _settings(self, name: str, written: dict[str, Any]) -> tuple[tuple[TreePath, Tree], ...]:
        place = ("plans", name, "set")
        settings = written.get("set", {})
        if not isinstance(settings, dict):
            self._note(place, shown(settings), "a mapping of paths to values: {service.stations.counter.staff: 6}")
            return ()
        found = []
        for text in settings:
            path = self._path(text, (*place, text))
            if path is not None:
                found.append((path, self.tree.branch((*place, text))))
        return tuple(found)

    def _added(self, name: str, written: dict[str, Any]) -> Tree | None:
        place = ("plans", name, "add")
        if "add" not in written:
            return None
        if not isinstance(written["add"], dict) or not written["add"]:
            self._note(place, shown(written["add"]), "a mapping laid out as the document: {campaigns: {autumn: ...}}")
            return None
        return self.tree.branch(place)

    def _path(self, text: object, where: TreePath) -> TreePath | None:
        path = path_of(text)
        if path is None:
            self._note(where, shown(text), "a path of keys joined by dots, such as service.stations.counter.staff")
        elif path[0] in HEAD:
            self._note(where, f"the path {shown(text)}", "a path of the document; a plan cannot change the file's head")
            return None
        return path

    # --- resolving --------------------------------------------------------------------------------------------------

    def _resolve(self, name: str, below: tuple[str, ...]) -> Tree | None:
        if name in self.trees:
            return self.trees[name]
        if name in below:
            circle = below[below.index(name) :]
            if not self.circling.intersection(circle):
                found = f"plans that extend each other in a circle: {' -> '.join((*circle, name))}"
                self._note(("plans", name, "extends"), found, "a chain of plans that ends")
            self.circling.update(circle)
            return None
        overlay = self.overlays[name]
        parent: Tree | None = self.base
        if overlay.extends is not None:
            parent = self._resolve(overlay.extends, (*below, name))
        if parent is None:
            return None
        self.trees[name] = self._laid_over(parent.copy(), overlay)
        return self.trees[name]

    def _laid_over(self, tree: Tree, overlay: Overlay) -> Tree:
        place = ("plans", overlay.name)
        for position, (path, _) in enumerate(overlay.removed):
            if tree.has(path):
                tree.prune(path)
            else:
                self._missing(tree, path, (*place, "remove", str(position)), "a path that is there to be removed")
        for path, branch in overlay.settings:
            where = (*place, "set", dotted(path))
            if not can_set(tree, path, self.model):
                self._missing(tree, path, where, "a path of the scenario; `add` brings new names")
                continue
            if tree.has(path) and tree.value(path) == branch.data:
                self.warnings.append(
                    f"plan {overlay.name} sets {dotted(path)} to {shown(branch.data)}, which it already is"
                )
            tree.graft(path, branch)
        if overlay.added is not None:
            self._add(tree, (), overlay.added, (), (*place, "add"))
        return tree

    def _missing(self, tree: Tree, path: TreePath, where: TreePath, allowed: str) -> None:
        found, better = lost_path(tree, path, self.model)
        self._note(where, found, allowed, better)

    def _add(self, tree: Tree, path: TreePath, added: Tree, inner: TreePath, where: TreePath) -> None:
        """Merge what is new; descend only through mappings both sides have, never replace."""
        for key, value in added.value(inner).items():
            here, source, line = (*path, key), (*inner, key), (*where, key)
            if not path and key in HEAD:
                self._note(line, f"the key '{key}'", "sections of the document; a plan cannot change the file's head")
            elif not tree.has(here):
                tree.graft(here, added.branch(source))
            elif isinstance(value, dict) and value and isinstance(tree.value(here), dict):
                self._add(tree, here, added, source, line)
            else:
                self._note(line, f"{dotted(here)} already exists", "something new; `set` changes what is there")

    def _note(self, where: TreePath, found: str, allowed: str, better: str | None = None) -> None:
        self.problems.append(Problem(self.file, self.tree.line(where), dotted(where), found, allowed, better or ""))


def _found_and_allowed(error: ValueError) -> tuple[str, str]:
    context = getattr(error, "context", None) or {}
    return str(context.get("found", error)), str(context.get("allowed", ""))


def can_set(tree: Tree, path: TreePath, model: Any) -> bool:
    """Whether the path is there, or is a key of `model` the file left out (the scenario's own names must be there)."""
    for length in range(len(path)):
        if tree.has(path[: length + 1]):
            continue
        if path[length] not in known_keys(model, path[:length]):
            return False
        above = tree.value(path[:length]) if tree.has(path[:length]) else {}
        if not isinstance(above, dict):
            return False
    return True


def lost_path(tree: Tree, path: TreePath, model: Any) -> tuple[str, str]:
    """What to say of a path that leads nowhere: the first key that is not there, and the path that was meant, or ""."""
    missing = [length for length in range(len(path)) if not tree.has(path[: length + 1])]
    # A section the file leaves out is not what is wrong: the first key that is neither there nor known is.
    depth = next((each for each in missing if path[each] not in known_keys(model, path[:each])), missing[0])
    above = tree.value(path[:depth]) if tree.has(path[:depth]) else {}
    known = [*(above if isinstance(above, dict) else ()), *known_keys(model, path[:depth])]
    better = nearest(path[depth], known)
    inside = f"in {dotted(path[:depth])}" if depth else "at the top of the document"
    found = f"the path {dotted(path)}: there is no '{path[depth]}' {inside}"
    return found, dotted((*path[:depth], better, *path[depth + 1 :])) if better else ""


def differences(old: Any, new: Any, path: TreePath = ()) -> list[tuple[str, Any, Any]]:
    """What differs between two resolved trees: dotted path, old value, new value (None where it is absent)."""
    if isinstance(old, dict) and isinstance(new, dict):
        keys = [*old, *(key for key in new if key not in old)]
        return [each for key in keys for each in differences(old.get(key), new.get(key), (*path, key))]
    return [] if _same(old, new) else [(dotted(path), old, new)]


def _same(old: Any, new: Any) -> bool:
    return type(old) is type(new) and old == new
