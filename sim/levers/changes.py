"""Dated changes: the document as it stands on each day. What is dated day k changes nothing before day k."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from sim.calendar import Calendar
from sim.errors import RequestError
from sim.scenario.document import Document

# What a run is built on once: who there is, where, when, and how results are counted.
FIXED = ("currency", "seed", "calendar", "market.customers", "market.sites", "market.segments", "market.tiers",
         "market.traits", "market.talk", "changes", "experiment")  # fmt: skip


def timeline(document: Document, calendar: Calendar) -> dict[int, Document]:
    """Day → the document from that day on. Day 0 is always there; later changes of one path win over earlier ones."""
    spans: list[tuple[int, int, str]] = []
    for name, change in document.changes.items():
        first = calendar.day(change.first)
        last = calendar.days - 1 if change.during is None else calendar.day(change.during.end)
        spans.append((first, last, name))
    days = {0, *(first for first, _, _ in spans), *(last + 1 for _, last, _ in spans)}
    stages: dict[int, Document] = {}
    for day in sorted(day for day in days if 0 <= day < calendar.days):
        changed = document
        for first, last, name in sorted(spans, key=lambda span: span[0]):
            if first <= day <= last:
                for path, value in document.changes[name].values.items():
                    changed = replaced(changed, path, value)
        stages[day] = changed
    return stages


def replaced(document: Document, path: str, value: Any) -> Document:
    """The document with another value at a dotted path, read as the file would be.

    Raises RequestError when the path leads nowhere, may not change during a run, or the value does not fit.
    """
    if any(f"{path}.".startswith(f"{fixed}.") or fixed.startswith(f"{path}.") for fixed in FIXED):
        raise RequestError(f"'{path}' cannot change during a run")
    try:
        changed = _replaced(document, path.split("."), value)
    except ValidationError as error:
        raise RequestError(f"'{path}' cannot become {value!r}: {_said(error)}") from None
    except ValueError as error:
        raise RequestError(f"'{path}' cannot become {value!r}: {error}") from None
    assert isinstance(changed, Document)
    return changed


def _said(error: ValidationError) -> str:
    return error.errors()[0]["msg"].removeprefix("Value error, ")


def _replaced(node: Any, keys: list[str], value: Any, field: FieldInfo | None = None) -> Any:
    if not keys:
        raise RequestError("a path names a value")
    key, rest = keys[0], keys[1:]
    if isinstance(node, BaseModel):
        fields = type(node).model_fields
        if key not in fields:
            raise RequestError(f"'{key}' is not a field here; fields: {', '.join(fields)}")
        child = _replaced(getattr(node, key), rest, value, fields[key]) if rest else _read(fields[key], value)
        return _consistent(node.model_copy(update={key: child}))
    if isinstance(node, dict):
        if key not in node:
            raise RequestError(f"'{key}' is not there; there is: {', '.join(map(str, node))}")
        if rest:
            return {**node, key: _replaced(node[key], rest, value)}
        if isinstance(node[key], BaseModel):
            return {**node, key: type(node[key]).model_validate(value)}
        assert field is not None  # a mapping always stands in a field of a section
        return _read(field, {**node, key: value})
    raise RequestError(f"'{key}' leads nowhere: there is only a value here")


def _consistent(section: BaseModel) -> BaseModel:
    """The section, checked as a whole: a copy with another value passes no rule between its fields by itself."""
    for rule in type(section).__pydantic_decorators__.model_validators.values():
        if rule.info.mode == "after":
            rule.func(section)
    return section


def _read(field: FieldInfo, value: Any) -> Any:
    annotation: Any = field.rebuild_annotation()
    return TypeAdapter(annotation).validate_python(value)
