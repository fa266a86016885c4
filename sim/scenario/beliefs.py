"""Contested beliefs of a file: what each answer sets must be there, and must make plans that can be.

In go the resolved trees of all plans and the beliefs declared under `experiment.beliefs`; out come the problems, each
at the line of the path that is wrong.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sim.errors import Problem
from sim.scenario.document import Document
from sim.scenario.experiment import Answer, Belief
from sim.scenario.overlay import can_set, lost_path, path_of
from sim.scenario.refusal import shown
from sim.scenario.tree import Tree, TreePath, dotted
from sim.scenario.validating import validated


def belief_problems(
    trees: Mapping[str, Tree], beliefs: Mapping[str, Belief], baseline: str, fixed: tuple[str, ...], file: str
) -> list[Problem]:
    """Everything wrong with what the answers set; ``fixed`` are the sections that change nothing in a run."""
    lines = trees[baseline]
    problems: list[Problem] = []
    taken: dict[TreePath, str] = {}
    for name, belief in beliefs.items():
        mine: dict[TreePath, str] = {}
        for answer, said in belief.either.items():
            place = ("experiment", "beliefs", name, "either", answer, "set")
            lost = list(_lost_paths(trees, said, place, lines, fixed, taken, file))
            problems += lost or _impossible(trees, said, place, lines, file)
            mine |= {path: name for text in said.settings if (path := path_of(text)) is not None}
        taken |= mine
    return problems


def _lost_paths(
    trees: Mapping[str, Tree],
    answer: Answer,
    place: TreePath,
    lines: Tree,
    fixed: tuple[str, ...],
    taken: Mapping[TreePath, str],
    file: str,
) -> Iterator[Problem]:
    """Paths that lead nowhere, that no run depends on, or that another belief sets already."""
    for text in answer.settings:
        where = (*place, text)
        path = path_of(text)
        found, allowed, better = shown(text), "a path of keys joined by dots", ""
        if path is not None and path[0] in fixed:
            found, allowed = (
                f"{dotted(path)} does not change what happens in a run",
                "a path of the market or of a plan",
            )
        elif path is not None and any(can_set(tree, path, Document) for tree in trees.values()):
            other = next((name for known, name in taken.items() if _touch(known, path)), None)
            if other is None:
                continue
            found, allowed = f"the belief {other} sets {dotted(path)} too", "one belief for what belongs together"
        elif path is not None:
            tries = [lost_path(tree, path, Document) for tree in trees.values()]
            found, better = next((each for each in tries if each[1]), tries[0])
            allowed = "a path of the document, in one of the plans"
        yield Problem(file, lines.line(where), dotted(where), found, allowed, better)


def _impossible(trees: Mapping[str, Tree], answer: Answer, place: TreePath, lines: Tree, file: str) -> list[Problem]:
    """The first thing that is not allowed when the answer is true, in the first plan in which it shows."""
    for plan, tree in trees.items():
        changed, settings = with_settings(tree, answer.settings)
        problems = validated(changed, file)[1] if settings else []
        if problems:
            first = problems[0]
            at = tuple(first.path.split("."))
            near = [path for path in settings if _touch(path, at)] or list(settings)
            where = (*place, dotted(near[0]))
            inside = "" if dotted(near[0]) == first.path else f"{first.path}, "
            said = f"{inside}in plan {plan}: {first.found}"
            return [Problem(file, lines.line(where), dotted(where), said, first.allowed, first.suggestion)]
    return []


def with_settings(tree: Tree, settings: Mapping[str, Any]) -> tuple[Tree, list[TreePath]]:
    """A copy of the tree with those of the settings it has a place for, and their paths; None takes a key out."""
    changed, placed = tree.copy(), []
    for text, value in settings.items():
        path = path_of(text)
        if path is None or not can_set(tree, path, Document):
            continue
        placed.append(path)
        if value is not None:
            changed.graft(path, Tree(value))
        elif changed.has(path):
            changed.prune(path)
    return changed, placed


def _touch(path: TreePath, other: TreePath) -> bool:
    """Whether one of the paths lies at or inside the other."""
    length = min(len(path), len(other))
    return path[:length] == other[:length]
