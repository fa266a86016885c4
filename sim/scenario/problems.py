"""What pydantic found wrong, said to the person who wrote the file.

In go a ValidationError and the tree that was validated; out come Problems with the line, the dotted path, what was
found, what is allowed in plain words and the nearest right word.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from sim.errors import Problem
from sim.scenario.fields import description_at, known_keys, words_at
from sim.scenario.refusal import REFUSAL, nearest, shown
from sim.scenario.tree import Tree, TreePath, dotted

_MOST_WORDS = 24
_MISSING = "this key is missing"
_UNKNOWN = "unknown key"
_PLAIN = {
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "string_type": "a text",
    "list_type": "a list, such as [a, b]",
    "tuple_type": "a list, such as [a, b]",
    "dict_type": "a mapping of names to values",
    "decimal_type": "a number",
    "none_required": "nothing",
    "finite_number": "a finite number",
}
_BOUNDS = {
    "greater_than": ("gt", "more than {}"),
    "greater_than_equal": ("ge", "at least {}"),
    "less_than": ("lt", "less than {}"),
    "less_than_equal": ("le", "at most {}"),
    "too_short": ("min_length", "at least {} of them"),
    "too_long": ("max_length", "at most {} of them"),
    "string_too_short": ("min_length", "a text of at least {} character(s)"),
    "string_too_long": ("max_length", "a text of at most {} characters"),
}
_MODEL_TYPES = ("model_type", "model_attributes_type", "dataclass_type")


@dataclass(frozen=True)
class _Finding:
    """One pydantic error, placed in the tree; `arm` is set when it comes from one arm of a union at `union`."""

    path: TreePath
    error: Any
    union: TreePath | None
    arm: str


def problems_of(error: ValidationError, tree: Tree, file: str, model: Any) -> list[Problem]:
    """Every problem of a document, in the order pydantic found them."""
    findings = [_placed(each, tree) for each in error.errors(include_url=False)]
    findings = _without_consequences(findings)
    problems: list[Problem] = []
    unions: dict[TreePath, list[_Finding]] = {}
    for finding in findings:
        if finding.union is None:
            problems.append(_problem([finding], tree, file, model))
        else:
            unions.setdefault(finding.union, []).append(finding)
    for path, inside in unions.items():
        problems.extend(_union_problems(path, inside, tree, file, model))
    mistyped = {(_place(each.path)[0], each.suggestion) for each in problems if each.found.startswith(_UNKNOWN)}
    return [each for each in problems if each.found != _MISSING or _place(each.path) not in mistyped]


def _place(path: str) -> tuple[str, str]:
    """Section and key, as an unknown key and its right word are noted: a key mistyped is not missing too."""
    section, _, key = path.rpartition(".")
    return section, key


def _without_consequences(findings: list[_Finding]) -> list[_Finding]:
    """Leave out what only says that another place could not be read, because that place says so itself."""

    def follows(finding: _Finding) -> bool:
        cause = finding.error.get("ctx", {}).get("depends_on")
        if not cause:
            return False
        place = tuple(cause.split("."))
        return any(other is not finding and other.path[: len(place)] == place for other in findings)

    return [finding for finding in findings if not follows(finding)]


def _placed(error: Any, tree: Tree) -> _Finding:
    """Follow pydantic's location through the data; a part that is no key there names an arm of a union."""
    path: list[str] = []
    union: TreePath | None = None
    arm = ""
    place: Any = tree.data
    location: Sequence[str | int] = error["loc"]
    for position, part in enumerate(location):
        last = position == len(location) - 1
        key = str(part)
        if part == "[key]":
            continue
        if isinstance(place, dict) and key in place:
            place = place[key]
            path.append(key)
        elif isinstance(place, list) and isinstance(part, int) and part < len(place):
            place = place[part]
            path.append(key)
        elif last and error["type"] == "missing":
            path.append(key)
        elif union is None:
            union, arm = tuple(path), key
    if error["type"] in ("union_tag_invalid", "union_tag_not_found"):
        # The word that says which of several sections this is (`form: prospect`) is wrong or missing.
        path.append(str(error["ctx"]["discriminator"]).strip("'"))
    return _Finding(tuple(path), error, union, arm)


def _union_problems(path: TreePath, inside: list[_Finding], tree: Tree, file: str, model: Any) -> list[Problem]:
    """The errors of the one arm the writer meant; where no arm fits at all, one problem that names all arms."""
    arms: dict[str, list[_Finding]] = {}
    for finding in inside:
        arms.setdefault(finding.arm, []).append(finding)
    meant = [found for found in arms.values() if all(_is_within(each, path) for each in found)]
    if meant:
        best = min(meant, key=len)
        return [_problem([each], tree, file, model) for each in best]
    return [_problem([each for each in inside if not _is_within(each, path)], tree, file, model)]


def _is_within(finding: _Finding, path: TreePath) -> bool:
    """Whether the error lies inside the value, so that the value as a whole was of the right kind."""
    return len(finding.path) > len(path) or finding.error["type"] in ("value_error", "extra_forbidden")


def _problem(findings: list[_Finding], tree: Tree, file: str, model: Any) -> Problem:
    first = findings[0]
    found, alloweds, suggestion = "", [], ""
    for finding in findings:
        found_here, allowed, better = _words(finding, tree, model)
        found = found or found_here
        suggestion = suggestion or better
        if allowed and allowed not in alloweds:
            alloweds.append(allowed)
    path = first.path
    return Problem(file, line_of(tree, path), dotted(path), found, ", or ".join(alloweds), suggestion)


def line_of(tree: Tree, path: TreePath) -> int:
    """The line of the path; for a number with provenance, the line its value is written on."""
    source = tree.provenance.get(path)
    return source.line if source is not None and source.line else tree.line(path)


def _words(finding: _Finding, tree: Tree, model: Any) -> tuple[str, str, str]:
    """What was found, what is allowed, and the nearest right word."""
    error, path = finding.error, finding.path
    kind: str = error["type"]
    context: dict[str, Any] = error.get("ctx", {})
    if kind == REFUSAL:
        return context["found"], context["allowed"], context.get("suggestion", "")
    if kind == "missing":
        return _MISSING, description_at(model, path) or "a value", ""
    if kind == "extra_forbidden":
        return _unknown_key(path, tree, model)
    if kind == "value_error":
        return str(context["error"]), "", ""
    if kind == "union_tag_not_found":
        return _MISSING, "one of " + ", ".join(words_at(model, path)), ""
    found = _found(error, path, tree)
    if kind == "union_tag_invalid":
        words = words_at(model, path)
        return found, "one of " + ", ".join(words), nearest(str(context["tag"]), words) or ""
    if kind == "literal_error":
        fixed = re.findall(r"'((?:[^'\\]|\\.)*)'", str(context["expected"])) or [str(context["expected"])]
        better = nearest(error["input"], fixed) if isinstance(error["input"], str) else None
        return found, "one of " + ", ".join(fixed) if len(fixed) > 1 else fixed[0], better or ""
    if kind in _BOUNDS:
        name, sentence = _BOUNDS[kind]
        bound = context[name]
        return found, sentence.format(f"{bound:,}" if isinstance(bound, int) else f"{bound:g}"), ""
    if kind in _MODEL_TYPES:
        keys = known_keys(model, path)
        return found, "a mapping" + (f" with keys such as {', '.join(keys[:8])}" if keys else ""), ""
    return found, _PLAIN.get(kind, str(error["msg"])[:1].lower() + str(error["msg"])[1:]), ""


def _found(error: Any, path: TreePath, tree: Tree) -> str:
    """The value as the file writes it, where it stands there; else as pydantic saw it."""
    try:
        return shown(tree.value(path))
    except (KeyError, IndexError, ValueError, TypeError):
        return shown(error["input"])


def _unknown_key(path: TreePath, tree: Tree, model: Any) -> tuple[str, str, str]:
    try:
        present = tree.value(path[:-1])
    except (KeyError, IndexError, ValueError, TypeError):
        present = {}
    keys = known_keys(model, path[:-1], present)
    free = [key for key in keys if key not in present] or list(keys)
    listed = ", ".join(keys[:_MOST_WORDS]) + (", ..." if len(keys) > _MOST_WORDS else "")
    allowed = f"one of {listed}" if len(keys) > 1 else f"only {listed}" if keys else "no keys here"
    return f"{_UNKNOWN} '{path[-1]}'", allowed, nearest(path[-1], free) or ""
