"""A function that makes each of its results once, however it is asked: `run(plan)` and `run(plan, 0)` are one run."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from inspect import signature
from typing import ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Made = TypeVar("Made")


def once(function: Callable[Asked, Made]) -> Callable[Asked, Made]:
    """Like `functools.cache`, which takes a default left out and the same default written for different questions."""
    remembered, asked_for = cache(function), signature(function)

    @wraps(function)
    def made(*arguments: Asked.args, **named: Asked.kwargs) -> Made:
        asked = asked_for.bind(*arguments, **named)
        asked.apply_defaults()
        return remembered(*asked.args, **asked.kwargs)

    return made
