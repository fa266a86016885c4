"""The JSON Schema: up to date, every key described, every number with room for its provenance."""

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from sim.scenario.schema import scenario_schema, schema_text


def keys_of(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every key the schema describes, with its path."""
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
            for key, each in schema["properties"].items():
                yield f"{path}.{key}", each
        for key, value in schema.items():
            yield from keys_of(value, f"{path}/{key}")
    elif isinstance(schema, list):
        for each in schema:
            yield from keys_of(each, path)


def references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"].rsplit("/", 1)[1]
        for value in schema.values():
            yield from references(value)
    elif isinstance(schema, list):
        for each in schema:
            yield from references(each)


def test_the_schema_in_the_gallery_is_that_of_the_models() -> None:
    kept = (files("scenarios") / "schema.json").read_text(encoding="utf-8")
    assert kept == schema_text(), "stale: rehearse schema > scenarios/schema.json"


def test_every_key_says_what_it_means() -> None:
    silent = [path for path, each in keys_of(scenario_schema()) if not each.get("description")]
    assert silent == []


def test_every_reference_leads_to_a_definition() -> None:
    schema = scenario_schema()
    assert set(references(schema)) <= set(schema["$defs"])


def test_definitions_have_names_a_reader_can_use() -> None:
    assert all(name.isalnum() for name in scenario_schema()["$defs"])


def test_a_number_may_be_written_with_its_provenance() -> None:
    share = scenario_schema()["$defs"]["Share"]
    sourced = next(form for form in share["anyOf"] if form.get("type") == "object")
    assert sourced["required"] == ["value", "source"]
    assert "masked" in sourced["properties"]["source"]["enum"]


def test_defaults_of_times_are_written_with_their_unit() -> None:
    scale = scenario_schema()["$defs"]["WaitScale"]["properties"]
    assert scale["desired"]["default"].endswith(" min")


def test_unknown_keys_are_refused_by_the_schema_too() -> None:
    schema = json.loads(schema_text())
    assert schema["additionalProperties"] is False
    assert schema["$defs"]["Station"]["additionalProperties"] is False
