"""The JSON Schema of a scenario file, made from the models, for editors and for readers.

Nothing goes in; out comes the schema of the whole file: its head, the sections of the document and its plans. Every
number may also be written with its provenance.
"""

import inspect
import json
from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter

from sim import distributions
from sim.scenario import quantities
from sim.scenario.document import Document
from sim.scenario.sourced import SOURCES

_WITHOUT_SOURCE = ("Text", "Identifier", "HoursOfDay", "Date", "Clock")
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_DEFAULT_UNITS = {"Minutes": "min", "Days": "days", "Rate": "per day"}
_TEXT = {
    "anyOf": [
        {"type": "string"},
        {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1},
    ]
}


def scenario_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a scenario file."""
    document = Document.model_json_schema()
    definitions: dict[str, Any] = document.pop("$defs", {})
    names = {name: _short(name, each) for name, each in definitions.items()}
    sections = {names[name]: {**_family(name), **_tidy(each, names)} for name, each in definitions.items()}
    body = _tidy(document, names)
    everything = {**sections, **_quantities(), "Plan": _plan(tuple(body["properties"]))}
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scenario of Rehearsal",
        "description": "One market and the plans to compare on it.",
        "type": "object",
        "properties": {**_head(), **body["properties"], "plans": _plans()},
        "required": ["scenario", *body["required"], "plans"],
        "additionalProperties": False,
        "$defs": dict(sorted(everything.items())),
    }
    _describe(schema, schema["$defs"])
    return schema


def schema_text() -> str:
    """The schema as the file `scenarios/schema.json` holds it."""
    return json.dumps(scenario_schema(), indent=1, ensure_ascii=False) + "\n"


def _head() -> dict[str, Any]:
    return {
        "scenario": {"type": "string", "pattern": r"^[^\s.]{1,64}$", "description": "name of the scenario, one word"},
        "title": {**_TEXT, "description": "title to print, by language: {en: Autumn campaign, zh: 金秋营销}"},
        "about": {**_TEXT, "description": "what the scenario is for, in a sentence or two"},
        "baseline": {"type": "string", "description": "the plan the others are compared with; the first if left out"},
    }


def _plans() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "the plans to compare, each a set of changes on the document",
        "minProperties": 1,
        "additionalProperties": {"anyOf": [{"$ref": "#/$defs/Plan"}, {"type": "null"}]},
    }


def _plan(sections: tuple[str, ...]) -> dict[str, Any]:
    path = {"type": "string", "description": "a path such as service.stations.counter.staff"}
    return {
        "type": "object",
        "description": "one plan: first remove, then set, then add",
        "additionalProperties": False,
        "properties": {
            "title": {**_TEXT, "description": "title to print, by language"},
            "about": {**_TEXT, "description": "what the plan is, in a sentence or two"},
            "extends": {"type": "string", "description": "the plan this one builds on"},
            "remove": {"type": "array", "items": path, "description": "paths taken out of the document"},
            "set": {"type": "object", "description": "path: new value, for what is there or was left out"},
            "add": {
                "type": "object",
                "description": "what is new, laid out as the document; never replaces",
                "propertyNames": {"enum": list(sections)},
            },
        },
    }


def _short(name: str, schema: dict[str, Any]) -> str:
    """DistributionOfMinutes instead of pydantic's spelling of a generic model with an annotated parameter."""
    generic, bracket, _ = name.rpartition("_Annotated_")
    return f"{generic.rsplit('__', 1)[-1]}Of{next(_kinds(schema))}" if bracket else name


def _family(name: str) -> dict[str, str]:
    """The words of a family of distributions, which pydantic does not hand down to its versions for each quantity."""
    family = getattr(distributions, name.partition("_Annotated_")[0].rsplit("__", 1)[-1], None)
    return {"description": inspect.getdoc(family) or ""} if "_Annotated_" in name and family else {}


def _kinds(schema: Any) -> Iterator[str]:
    """The quantities a schema speaks of, in order."""
    if isinstance(schema, dict):
        if "x-quantity" in schema:
            yield schema["x-quantity"]
        for each in schema.values():
            yield from _kinds(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from _kinds(each)


def _quantities() -> dict[str, Any]:
    """One definition for each quantity, with the form that carries provenance where it is a number."""
    definitions = {}
    for name in quantities.__all__:
        plain = TypeAdapter(getattr(quantities, name)).json_schema()
        if plain.pop("x-quantity", None) is None:
            continue  # Span and ClockSpan are sections of their own
        if name in _WITHOUT_SOURCE:
            definitions[name] = plain
            continue
        description = plain.pop("description")
        form = {"$ref": f"#/$defs/Plain{name}"}
        definitions[f"Plain{name}"] = {**plain, "description": f"{description}; without provenance"}
        definitions[name] = {"anyOf": [form, _sourced(form)], "description": description}
    return definitions


def _sourced(form: dict[str, Any]) -> dict[str, Any]:
    sources = "; ".join(f"{source}: {meaning}" for source, meaning in SOURCES.items())
    return {
        "type": "object",
        "description": "a value with its provenance",
        "properties": {
            "value": {**form, "description": "the value, in its unit"},
            "source": {"enum": list(SOURCES), "description": f"where it comes from. {sources}"},
            "note": {"type": "string", "description": "where it was read, how it was derived"},
            "range": {
                "type": "array",
                "prefixItems": [form, form],
                "minItems": 2,
                "maxItems": 2,
                "description": "lowest and highest value, in the unit of the value; draws are uniform in between",
            },
        },
        "required": ["value", "source"],
        "additionalProperties": False,
    }


def _tidy(schema: Any, names: dict[str, str]) -> Any:
    """Short names for models, references for quantities, no titles made from key names."""
    if isinstance(schema, list):
        return [_tidy(each, names) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "x-quantity" in schema:
        return _reference(schema)
    tidy: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "$ref":
            tidy[key] = f"#/$defs/{names[value.rsplit('/', 1)[1]]}"
        elif key == "properties":
            tidy[key] = {name: _tidy(each, names) for name, each in value.items()}
        elif key not in ("title", "discriminator"):
            tidy[key] = _tidy(value, names)
    return tidy


def _reference(schema: dict[str, Any]) -> dict[str, Any]:
    """A field that holds a quantity: what the field says of itself, and a reference for the rest."""
    name = schema["x-quantity"]
    reference = {"$ref": f"#/$defs/{name}"}
    for key in ("description", *_BOUNDS):
        if key in schema and not ("anyOf" in schema and key in _BOUNDS):
            reference[key] = schema[key]
    if "default" in schema and schema["default"] is not None:
        unit = _DEFAULT_UNITS.get(name)
        reference["default"] = f"{schema['default']:g} {unit}" if unit else schema["default"]
    return reference


def _describe(schema: Any, definitions: dict[str, Any]) -> None:
    """Give every key without words of its own those of the definition it refers to."""
    if isinstance(schema, list):
        for each in schema:
            _describe(each, definitions)
    elif isinstance(schema, dict):
        properties = schema.get("properties")
        for each in properties.values() if isinstance(properties, dict) else ():
            if "const" in each:
                each.setdefault("description", f"the word '{each['const']}'")
            elif "description" not in each:
                arms = [each, *each.get("anyOf", ()), *each.get("oneOf", ())]
                said = [definitions[arm["$ref"].rsplit("/", 1)[1]].get("description") for arm in arms if "$ref" in arm]
                if said and said[0]:
                    each["description"] = said[0]
        for value in schema.values():
            _describe(value, definitions)
