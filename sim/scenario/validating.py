"""From the tree of one resolved plan to its validated document.

The models read every value; then names must be declared, dates must lie inside the run, what a dated change sets must
be possible, and the plan as a whole must be one that can be. Out comes the document, or everything wrong with the plan.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from pydantic import ValidationError

from sim.errors import Problem
from sim.scenario.cautions import cautions
from sim.scenario.checks import check_stages
from sim.scenario.document import Document
from sim.scenario.finding import Finding
from sim.scenario.moments import parse_span
from sim.scenario.overlay import can_set, lost_path, path_of
from sim.scenario.problems import line_of, problems_of
from sim.scenario.references import date_problems, reference_problems
from sim.scenario.refusal import shown
from sim.scenario.stages import FIXED, ChangeError, is_fixed, stages
from sim.scenario.tree import Tree, TreePath, dotted


def validated(tree: Tree, file: str) -> tuple[Document | None, list[Problem]]:
    """The document of one resolved tree, or everything wrong with it."""
    document, problems = _checked(tree, file)
    if document is not None:
        problems = list(_change_problems(tree, file)) or _plan_problems(tree, document, file)
    return (None, problems) if problems else (document, [])


def warnings_of(tree: Tree, document: Document, file: str) -> list[Problem]:
    """What deserves a word about a plan that can be."""
    return [_problem(tree, finding, file) for finding in cautions(stages(document))]


def _plan_problems(tree: Tree, document: Document, file: str) -> list[Problem]:
    try:
        return [_problem(tree, finding, file) for finding in check_stages(stages(document))]
    except ChangeError as error:
        path = ("changes", error.change, *(("set", error.path) if error.path else ()))
        return [_problem(tree, Finding(path, error.found, error.allowed), file)]


def _problem(tree: Tree, finding: Finding, file: str) -> Problem:
    path = dotted(finding.path)
    return Problem(file, line_of(tree, finding.path), path, finding.found, finding.allowed, finding.suggestion)


def date_context(data: Any) -> dict[str, Any]:
    """The run and the named periods that dates without a year, and spans such as `campaign`, refer to."""
    calendar = data.get("calendar") if isinstance(data, dict) else None
    if not isinstance(calendar, dict):
        return {}
    context: dict[str, Any] = {}
    periods: dict[str, tuple[date, date]] = {}
    for name in ("run", "campaign"):
        try:
            span = parse_span(calendar.get(name), context)
        except ValueError:  # the section itself reports what is wrong with it
            continue
        periods[name] = span
        if name == "run":
            context["run"] = span
    return {**context, "periods": periods}


def _checked(tree: Tree, file: str) -> tuple[Document | None, list[Problem]]:
    context = date_context(tree.data)
    document, problems = None, []
    try:
        document = Document.model_validate(tree.data, context=context)
    except ValidationError as error:
        problems = problems_of(error, tree, file, Document)
    problems += [*reference_problems(tree, file), *date_problems(tree, file, context)]
    return (None, problems) if problems else (document, [])


def _change_problems(tree: Tree, file: str) -> Iterator[Problem]:
    """What a dated change sets must be there and be possible, at the line that sets it."""
    changes: dict[str, Any] = tree.data.get("changes", {})
    for name, change in changes.items():
        changed = tree.copy()
        changed.prune(("changes",))
        lines: dict[TreePath, int] = {}
        for text, value in change["set"].items():
            where = ("changes", name, "set", text)
            path = path_of(text)
            if path is not None and is_fixed(dotted(path)):
                found = f"{dotted(path)} cannot change during a run"
                allowed = f"anything but {', '.join(FIXED)} and what holds one of them"
                yield Problem(file, tree.line(where), dotted(where), found, allowed)
                return
            if path is None or not can_set(changed, path, Document):
                found, better = lost_path(changed, path, Document) if path else (shown(text), "")
                yield Problem(file, tree.line(where), dotted(where), found, "a path of the document", better)
                continue
            changed.graft(path, Tree(value))
            lines[path] = tree.line(where)
        for problem in _checked(changed, file)[1]:
            yield replace(problem, line=_nearest_line(problem, lines, tree.line(("changes", name))))


def _nearest_line(problem: Problem, lines: dict[TreePath, int], otherwise: int) -> int:
    at = tuple(problem.path.split("."))
    near = [line for path, line in lines.items() if at[: len(path)] == path or path[: len(at)] == at]
    return near[0] if near else otherwise
