"""The scenario with its fitted numbers: the same file, byte for byte, but for the numbers that were fitted.

In go the scenario's text and estimates; out comes text in which each identified parameter is written with its median,
its 90 % interval as range, `source: derived` and a note that says to what it was fitted; comments and layout stay. What
is written is read again before it is handed out, so a file that would not hold the fit is never written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node

from calibration.parameters import Fitted
from calibration.posterior import Estimate
from sim.errors import RequestError, ScenarioError
from sim.scenario.load import Scenario, read_scenario
from sim.scenario.sourced import is_sourced

Place = tuple[str, ...]


@dataclass(frozen=True)
class Edit:
    """``text`` in place of what stands from ``start`` to ``end``."""

    start: int
    end: int
    text: str


def with_fitted_numbers(scenario: Scenario, content: bytes, estimates: Sequence[Estimate], note: str) -> str:
    """The text of the scenario file with the fitted numbers in it.

    Parameters that were not identified are left as they stand. Raises RequestError when a number cannot be written into
    this file.
    """
    text = content.decode("utf-8-sig")
    chosen = [each for each in estimates if each.identified]
    for each in chosen:
        for place in _places(scenario, _root(text), each.parameter):
            text = _written(text, place, numbered(each, note))
    _check(scenario, text, chosen)
    return text


def check_writable(scenario: Scenario, content: bytes, parameters: Sequence[Fitted]) -> None:
    """RequestError when a parameter could not be written into the file: to be known before a fit, not after."""
    text = content.decode("utf-8-sig")
    for each in parameters:
        for place in _places(scenario, _root(text), each):
            _written(text, place, "0")


def numbered(estimate: Estimate, note: str) -> str:
    """The number as the file writes it: value, range, source and note on one line."""
    parameter = estimate.parameter
    ends = [parameter.written(value) for value in (estimate.low, estimate.median, estimate.high)]
    low, value, high = (_plain(end) for end in ends)
    words = note.replace('"', "'")
    return f'{{value: {value}, range: [{low}, {high}], source: derived, note: "{words}"}}'


def _plain(value: Any) -> str:
    return str(value) if not isinstance(value, float) else repr(value) if "e" not in repr(value) else f"{value:.12f}"


def _root(text: str) -> MappingNode:
    node = YAML().compose(text)
    assert isinstance(node, MappingNode)  # the scenario has been read
    return node


def _places(scenario: Scenario, root: MappingNode, parameter: Fitted) -> list[Place]:
    """Where in the file the number must be written so that each of its plans has it.

    In the body of the file when every plan is fitted or only plans without a number of their own are; in each plan that
    has its own; and in each plan that is fitted while others that share the body are not.
    """
    path = parameter.path
    own = {plan: _own(root, plan, path) for plan in scenario.plans}
    inherited = {plan: _heir_of(root, plan, own) for plan in scenario.plans}
    places: list[Place] = []
    for plan in parameter.plans:
        source = inherited[plan]
        sharing = [other for other, its in inherited.items() if its == source]
        if all(other in parameter.plans for other in sharing):
            places.append(tuple(path.split(".")) if source is None else own[source] or _set(source, path))
        else:
            places.append(own[plan] or _set(plan, path))
    return list(dict.fromkeys(places))


def _heir_of(root: MappingNode, plan: str, own: Mapping[str, Place | None]) -> str | None:
    """The plan whose number this one has: itself, one it extends, or None for the body of the file."""
    while own[plan] is None:
        above = _child(_at(root, ("plans", plan)), "extends")
        if above is None:
            return None
        plan = str(above.value)
    return plan


def _own(root: MappingNode, plan: str, path: str) -> Place | None:
    """Where the plan itself writes the number: under `set`, by its whole path or a part of it, or under `add`."""
    keys = path.split(".")
    settings = [("plans", plan, "set", ".".join(keys[:count]), *keys[count:]) for count in range(len(keys), 0, -1)]
    for place in (*settings, ("plans", plan, "add", *keys)):
        if _at(root, place) is not None:
            return place
    return None


def _set(plan: str, path: str) -> Place:
    return ("plans", plan, "set", path)


def _at(node: Node | None, place: Place) -> Node | None:
    """The node at a place; one that stands under `value:` of a number with provenance is found through it."""
    for key in place:
        inside = _child(node, key)
        if inside is None:
            inside = _child(_child(node, "value"), key)
        if inside is None:
            return None
        node = inside
    return node


def _child(node: Node | None, key: str) -> Node | None:
    if isinstance(node, MappingNode):
        for name, value in node.value:
            if str(name.value) == key:
                found: Node = value
                return found
    return None


def _written(text: str, place: Place, number: str) -> str:
    """The text with the number at the place, replaced where one stands, else added."""
    root = _root(text)
    node = _at(root, place)
    if node is not None:
        return _edited(text, _replacement(text, node, number))
    if place[:1] == ("plans",) and len(place) == 4:
        return _edited(text, _addition(text, root, place, number))
    raise RequestError(
        f"{'.'.join(place)} stands nowhere in the scenario file (it has the program's default); write it there first"
    )


def _replacement(text: str, node: Node, number: str) -> Edit:
    start, end = node.start_mark.index, node.end_mark.index
    inside = text[start:end]
    kept = len(inside.rstrip())
    tail = inside[kept:]
    block = isinstance(node, MappingNode) and not node.flow_style
    if block and not is_sourced({str(key.value): value.value for key, value in node.value}):
        raise RequestError(f"what stands there is no number: {inside.splitlines()[0]}")
    return Edit(start, end, number + tail)


def _addition(text: str, root: MappingNode, place: Place, number: str) -> Edit:
    """A new entry under a plan's `set`, which is made where the plan has none."""
    _, plan, _, path = place
    node = _at(root, ("plans", plan))
    entry = f"{path}: {number}"
    settings = _child(node, "set")
    if settings is not None:
        return _entry(text, settings, entry)
    if isinstance(node, MappingNode) and node.value:
        if node.flow_style:
            return _entry(text, node, f"set: {{{entry}}}")
        indent = " " * node.value[0][0].start_mark.column
        return _entry(text, node, f"set:\n{indent}  {entry}")
    raise RequestError(f"plan '{plan}' is empty in the file, so {path} cannot be written into it")


def _entry(text: str, node: Node, entry: str) -> Edit:
    """An edit that puts one entry in front of the first of a mapping."""
    assert isinstance(node, MappingNode)
    if node.flow_style or not node.value:
        at = text.index("{", node.start_mark.index) + 1
        return Edit(at, at, f"{entry}, " if node.value else entry)
    first = node.value[0][0].start_mark
    return Edit(first.index, first.index, f"{entry}\n{' ' * first.column}")


def _edited(text: str, edit: Edit) -> str:
    return text[: edit.start] + edit.text + text[edit.end :]


def _check(scenario: Scenario, text: str, chosen: Sequence[Estimate]) -> None:
    """The file must read, and every plan must have the number it was fitted with."""
    try:
        again = read_scenario(text.encode(), scenario.file)
    except ScenarioError as error:
        first = error.problems[0]
        raise RequestError(f"the fitted numbers do not make a scenario that can be: {first}") from None
    wanted = {
        (plan, each.parameter.path): each.parameter.written(each.median)
        for each in chosen
        for plan in each.parameter.plans
    }
    for path in dict.fromkeys(each.parameter.path for each in chosen):
        for plan in scenario.plans:
            expected = wanted.get((plan, path), scenario.written(plan, path))
            if again.written(plan, path) != expected:
                raise RequestError(
                    f"with the fitted number plan '{plan}' would have {again.written(plan, path)} at {path}, not "
                    f"{expected}: it extends a plan that is fitted; write a number of its own into it first"
                )
