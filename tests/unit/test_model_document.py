"""The description of the model is true to the program: its defaults, its steps of the day, and the files it names."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from ruamel.yaml import YAML

from sim.customers import PROGRAM_TRAITS
from sim.market import DAY
from sim.scenario.document import Document
from sim.scenario.fields import alternatives, is_mapping, is_model, written_name
from sim.scenario.market import Traits
from sim.scenario.section import Section

ROOT = Path(__file__).parents[2]
DESCRIPTION = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
PLACE = re.compile(r"`([\w.*]+)`(?: \(([\w-]+)\))?")
ENTRY = re.compile(r"`(\w+)` = (\{.*\}|'[^']*'|[^\s,]+)")
PROGRAM = "program"


def described() -> dict[tuple[str, str], dict[str, str]]:
    """The table of parameters: (path, form) of a section to its parameters with their defaults, as text."""
    table = DESCRIPTION[DESCRIPTION.index("| parameter = default") :]
    found = {}
    for row in table[: table.index("\n\n")].splitlines()[2:]:
        _, place, entries, _ = row.split("|", maxsplit=3)
        where = PLACE.fullmatch(place.strip())
        pairs = [ENTRY.match(entry.strip()) for entry in entries.split(";")]
        assert where is not None, row
        assert all(pairs), row
        found[where[1], where[2] or ""] = {pair[1]: pair[2] for pair in pairs if pair}
    return found


def sections(model: type[BaseModel], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], type[BaseModel]]]:
    """Every section of the document with the path it stands at."""
    yield path, model
    for name, field in model.model_fields.items():
        here = (*path, written_name(name, field))
        for arm in alternatives(field.annotation):
            inner = alternatives(get_args(arm)[1]) if is_mapping(arm) else iter([arm])
            for section in inner:
                if is_model(section) and issubclass(section, Section):
                    yield from sections(section, (*here, "*") if is_mapping(arm) else here)


def form_of(section: type[BaseModel]) -> str:
    form = section.model_fields.get("form")
    return "" if form is None else get_args(form.annotation)[0]


def defaults(section: type[BaseModel]) -> dict[str, FieldInfo]:
    """Fields of a section with a default of their own: no sections, no empty ones."""
    return {
        written_name(name, field): field
        for name, field in section.model_fields.items()
        if field.default is not PydanticUndefined and field.default is not None
    }


def where_defaults_stand() -> dict[type[BaseModel], set[tuple[str, str]]]:
    """Each section with defaults, and every place (path, form) of the document where it stands."""
    found: dict[type[BaseModel], set[tuple[str, str]]] = {}
    for path, section in sections(Document, ()):
        if defaults(section):
            found.setdefault(section, set()).add((".".join(path) or "seed", form_of(section)))
    return found


def as_written(value: object, text: str) -> bool:
    """Whether a default is what the text says; a fraction, to the three decimals it is written with."""
    if isinstance(value, str):
        return text == f"'{value}'"
    if isinstance(value, bool):
        return text == str(value).lower()
    assert isinstance(value, (int, float))
    return float(text) == (round(value, 3) if text[-4:-3] == "." else value)


def test_the_steps_of_the_day_are_those_of_the_market_in_their_order() -> None:
    steps = re.findall(r"^\| (\d+) \| (.+?) \| (.+?) \| `sim/day/\w+\.py` \|$", DESCRIPTION, re.MULTILINE)
    assert steps == [(str(number), step.name, step.does) for number, step in enumerate(DAY, start=1)]


def test_each_step_is_in_the_file_named_beside_it() -> None:
    files = re.findall(r"^\| \d+ \| .+? \| .+? \| `(sim/day/\w+)\.py` \|$", DESCRIPTION, re.MULTILINE)
    assert [file.replace("/", ".") for file in files] == [step.act.__module__ for step in DAY]


def test_every_section_with_defaults_is_described_once_and_no_other() -> None:
    rows = [row for row in described() if row[1] != PROGRAM]
    for section, places in where_defaults_stand().items():
        assert len(places.intersection(rows)) == 1, f"{section.__name__}: one row for one of {sorted(places)}"
    assert len(rows) == len(where_defaults_stand())


@pytest.mark.parametrize("section", list(where_defaults_stand()), ids=lambda section: section.__name__)
def test_the_defaults_described_are_those_of_the_program(section: type[BaseModel]) -> None:
    (place,) = where_defaults_stand()[section].intersection(described())
    said, known = described()[place], defaults(section)
    assert set(said) == set(known)
    wrong = {name: field.default for name, field in known.items() if not as_written(field.default, said[name])}
    assert wrong == {}


def test_the_traits_described_are_those_the_program_gives_people() -> None:
    said = described()["market.traits", PROGRAM]
    assert set(said) == set(Traits.model_fields)
    values: dict[str, Any] = {name: YAML(typ="safe", pure=True).load(text) for name, text in said.items()}
    assert Traits.model_validate(values) == PROGRAM_TRAITS


def test_a_wrong_default_would_be_noticed() -> None:
    assert as_written(100 / 6, "16.667")
    assert not as_written(100 / 6, "16.668")
    assert not as_written(0.04, "0")
    assert not as_written(0.0004, "0")
    assert not as_written(4.0, "5")
    assert not as_written("site", "'market'")
    assert not as_written(True, "false")


def test_every_file_named_exists() -> None:
    named = set(re.findall(r"`((?:[\w-]+/)*[\w-]+\.(?:py|md|yaml))`", DESCRIPTION))
    homes = (ROOT, ROOT / "sim", ROOT / "sim" / "behaviour", ROOT / "docs")
    assert len(named) > 40
    assert [file for file in sorted(named) if not any((home / file).is_file() for home in homes)] == []
