"""The canonical text of a resolved plan: what a run depends on, and nothing else, as JSON.

In goes the plain data of one plan; out comes text that is equal whenever the runs are. Titles, and how runs are
compared, are left out; the keys of a section are sorted; the scenario's own names keep their order, because steps are
taken in it.
"""

import json
from typing import Any, get_args

from sim.errors import ScenarioError
from sim.scenario.document import Document
from sim.scenario.fields import alternatives, field_at, is_mapping, is_model
from sim.scenario.tree import Tree
from sim.scenario.validating import validated

_FOR_READERS = ("title", "about")
_BESIDE_RUNS = ("experiment",)


def canonical_text(data: dict[str, Any]) -> str:
    """JSON of the resolved document, one line, in the order described above."""
    ordered = _ordered({key: value for key, value in data.items() if key not in _BESIDE_RUNS}, (Document,))
    return json.dumps(ordered, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def document_from_canonical(text: str) -> Document:
    """The document a canonical text stands for; ScenarioError when it is not one."""
    document, problems = validated(Tree(json.loads(text)), "canonical text")
    if document is None:
        raise ScenarioError(tuple(problems))
    return document


def _ordered(data: Any, annotations: tuple[Any, ...]) -> Any:
    if isinstance(data, list):
        inner = [arm for each in annotations for argument in get_args(each)[:1] for arm in alternatives(argument)]
        return [_ordered(item, tuple(inner)) for item in data]
    if not isinstance(data, dict):
        return data
    sections = [each for each in annotations if is_model(each) and any(field_at(each, key) for key in data)]
    if not sections:
        inner = [arm for each in annotations if is_mapping(each) for arm in alternatives(get_args(each)[1])]
        return {key: _ordered(value, tuple(inner)) for key, value in data.items()}
    ordered = {}
    for key in sorted(data):
        if key not in _FOR_READERS:
            fields = [field for each in sections if (field := field_at(each, key)) is not None]
            inner = [arm for field in fields for arm in alternatives(field.annotation)]
            ordered[key] = _ordered(data[key], tuple(inner))
    return ordered
