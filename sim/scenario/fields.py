"""What the models say about a place in the document: which keys it knows and what they mean.

In goes a model and a path of keys; out come the annotations that may stand there. Plans use it to tell a key the file
leaves out from a mistyped one, errors to name the right word, the canonical text to tell sections from names.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, WithJsonSchema
from pydantic.fields import FieldInfo


def alternatives(annotation: Any) -> Iterator[Any]:
    """The arms of a union without None, unwrapped; the annotation itself when it is no union."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from alternatives(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for arm in get_args(annotation):
            yield from alternatives(arm)
    elif annotation is not NoneType:
        yield annotation


def written_name(name: str, field: FieldInfo) -> str:
    """The key of a field as the file writes it."""
    return field.alias or name


def is_model(annotation: Any) -> bool:
    """Whether the annotation is a section: a pydantic model."""
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def is_mapping(annotation: Any) -> bool:
    """Whether the annotation is a mapping by names of the scenario's own."""
    return get_origin(annotation) in (dict, Mapping)


def field_at(annotation: Any, key: str) -> FieldInfo | None:
    """The field a section has under the key, or None."""
    if not is_model(annotation):
        return None
    for name, field in annotation.model_fields.items():
        if written_name(name, field) == key:
            return field if isinstance(field, FieldInfo) else None
    return None


def _inside(annotation: Any, key: str) -> Iterator[Any]:
    field = field_at(annotation, key)
    if field is not None:
        yield from alternatives(field.annotation)
    elif is_mapping(annotation):
        yield from alternatives(get_args(annotation)[1])
    elif get_origin(annotation) in (list, tuple) and key.isdecimal():
        yield from alternatives(get_args(annotation)[0])


def annotations_at(model: Any, path: tuple[str, ...]) -> tuple[Any, ...]:
    """Everything that may stand at the path; empty when the models know no such place."""
    places: list[Any] = [model]
    for key in path:
        places = [inner for place in places for inner in _inside(place, key)]
    return tuple(places)


def quantities_at(model: Any, path: tuple[str, ...]) -> tuple[str, ...]:
    """The names of the quantities (Share, Count, ...) that may stand at the path."""
    found: list[str] = []
    for place in annotations_at(model, path[:-1]):
        field = field_at(place, path[-1])
        if field is not None:
            found += [*_named(field.metadata), *_quantities_in(field.annotation)]
        elif is_mapping(place):
            found += _quantities_in(get_args(place)[1])
    return tuple(dict.fromkeys(found))


def _quantities_in(annotation: Any) -> list[str]:
    if get_origin(annotation) is Annotated:
        return _named(get_args(annotation)[1:])
    if get_origin(annotation) in (Union, UnionType):
        return [name for arm in get_args(annotation) for name in _quantities_in(arm)]
    return []


def _named(metadata: Iterable[Any]) -> list[str]:
    schemas = [each.json_schema for each in metadata if isinstance(each, WithJsonSchema) and each.json_schema]
    return [str(schema["x-quantity"]) for schema in schemas if "x-quantity" in schema]


def known_keys(model: Any, path: tuple[str, ...], data: object = None) -> tuple[str, ...]:
    """The keys the models allow at the path; empty where the scenario chooses its own names.

    Where several sections may stand there, the data present says by its fixed words (`form: prospect`) which is meant.
    """
    sections = [place for place in annotations_at(model, path) if is_model(place)]
    meant = [place for place in sections if _says(place, data)] or sections
    return tuple(
        dict.fromkeys(written_name(name, field) for place in meant for name, field in place.model_fields.items())
    )


def words_at(model: Any, path: tuple[str, ...]) -> tuple[str, ...]:
    """The fixed words the models allow at the path, over all sections that may stand there."""
    places = annotations_at(model, path)
    fixed = [place for place in places if get_origin(place) is Literal]
    return tuple(dict.fromkeys(str(word) for place in fixed for word in get_args(place)))


def _says(section: Any, data: object) -> bool:
    if not isinstance(data, dict):
        return True
    for name, field in section.model_fields.items():
        written = data.get(written_name(name, field))
        if get_origin(field.annotation) is Literal and isinstance(written, str):
            return written in get_args(field.annotation)
    return True


def description_at(model: Any, path: tuple[str, ...]) -> str:
    """What the key at the path means, in the words of its field; empty when nothing is said."""
    if not path:
        return ""
    for place in annotations_at(model, path[:-1]):
        field = field_at(place, path[-1])
        if field is not None and field.description:
            return field.description
    return ""
