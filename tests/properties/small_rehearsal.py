"""A small scenario that uses nearly every section of the language, and other values to write into it.

`STANDING` is the file. `places` gives every place where a value stands or may stand; `candidates` what a file might
hold there: bounds, tiny and huge numbers, the other words and names. Not all of them are allowed.
"""

import pathlib
from collections.abc import Iterator
from typing import Any, Final, get_origin

from sim.scenario.document import Document
from sim.scenario.fields import annotations_at, is_mapping, is_model, quantities_at, words_at, written_name
from sim.scenario.reading import parse

Path = tuple[str, ...]

STANDING: Final = pathlib.Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")

HUGE: Final = (1e6, 1e15)
BY_QUANTITY: Final[dict[str, tuple[Any, ...]]] = {
    "Share": (0, 1, 0.5, 1e-9),
    "Minutes": ("0 min", "1 s", "10 min", "1 week", "10000000 h"),
    "Days": ("0 days", "1 h", "3 days", "100 years"),
    "Rate": ("0 per day", "1 per year", "30 per day", "1000000 per hour"),
    "Amount": (0, 0.001, 7, 999_999_999_999),
    "SignedAmount": (0, -0.005, 7, -999_999_999_999, 999_999_999_999),
    "Count": (0, 1, 3, 1_000_000_000),
    "PositiveCount": (1, 2, 3, 7, 5_000),
    "Number": (0, -3, 3, *HUGE, -1e15),
    "PositiveNumber": (1e-9, 1, *HUGE),
    "NonNegative": (0, 1e-9, 1, *HUGE),
    "Scale": (1, 4, 7),
    "Text": ("words", {"zh": "词"}),
}
NAMES: Final = (
    "counter",
    "machine",
    "desk",
    "errand",
    "loan",
    "gold",
    "plain",
    "many",
    "few",
    "autumn",
    "pens",
    "spend",
    "delivery",
    "other",
    "plain_ones",
)
SPANS: Final = ("campaign", "run", "7 Sep", "11 Sep", "9 Sep to 11 Sep", "1 Sep to 30 Sep 2009")
HOURS: Final = ("00:00-24:00", "22:00-06:00", "12:00-12:01", "23:59-23:58", "08:00-16:00")
TIMES: Final = (
    {"constant": "0 min"},
    {"exponential": {"mean": "1 s"}},
    {"lognormal": {"mean": "1 s", "sd": "1000 h"}},
    {"gamma": {"mean": "1 h", "sd": "1 s"}},
    {"normal": {"mean": "0 min", "sd": "5 min"}},
)
NUMBERS: Final = (
    {"constant": 0},
    {"constant": -1},
    {"constant": 1e15},
    {"normal": {"mean": 0, "sd": 100}},
    {"gamma": {"mean": 1e-6, "sd": 100}},
    {"lognormal": {"mean": 1, "sd": 1e6}},
    {"beta": {"mean": 0.5, "sd": 0.1}},
    {"exponential": {"mean": 1e15}},
)
TENURES: Final = ({"constant": "0 days"}, {"exponential": {"mean": "100 years"}})


def written() -> dict[str, Any]:
    """The scenario as plain data, without what only a file has."""
    data = parse(STANDING.encode(), "small-rehearsal.yaml").data
    return {key: value for key, value in data.items() if key not in ("scenario", "plans")}


def places(data: Any, path: Path = ()) -> Iterator[Path]:
    """Every place of the data, and every key its sections leave out; the dates of the run and of changes stay."""
    if path:
        yield path
    if isinstance(data, dict):
        for key, value in data.items():
            if path or key not in ("calendar", "changes"):
                yield from places(value, (*path, key))
        for section in (each for each in annotations_at(Document, path) if is_model(each)):
            for name, field in section.model_fields.items():
                key = written_name(name, field)
                if key not in data and key not in ("calendar", "changes"):
                    yield (*path, key)
    elif isinstance(data, list):
        for position in range(len(data)):
            yield (*path, str(position))


def candidates(path: Path) -> list[Any]:
    """Values a file might hold at the place."""
    quantities = quantities_at(Document, path)
    found = [value for name in quantities for value in BY_QUANTITY.get(name, ())]
    if "Identifier" in quantities or path[-1].isdecimal():
        found += NAMES
    found += words_at(Document, path)
    for annotation in annotations_at(Document, path):
        name = getattr(annotation, "__name__", "")
        if annotation is bool:
            found += [True, False]
        elif name == "Span":
            found += SPANS
        elif name == "ClockSpan":
            found += HOURS
        elif name.startswith("Duration"):
            found += TIMES
        elif name.startswith("Distribution"):
            found += TENURES if path[-1] == "tenure" else NUMBERS
        elif is_mapping(annotation) or is_model(annotation):
            found += [{}, *({"form": word} for word in words_at(Document, (*path, "form")))]
        elif get_origin(annotation) is list:
            found.append([])
    return found
