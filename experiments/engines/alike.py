"""Whether another process is the same program: the same bytes need the same code, libraries and processor.

In goes what this program is; a worker compares it with what itself is, before its first run and in every task, so
that one that joins later, or was started again after the code had changed, is refused too.
"""

import os
import platform
from collections.abc import Mapping
from functools import cache
from typing import Any

import experiments
from experiments.design import code_hash, environment
from sim.errors import RehearsalError

ALLOCATOR = {
    # dask's own trim threshold (65,536) makes glibc hand memory back and fault it in again all the time: two workers
    # were then slower than one.
    "MALLOC_TRIM_THRESHOLD_": 268_435_456,
    "MALLOC_MMAP_THRESHOLD_": 268_435_456,
}
"""Bytes; read by glibc when a process starts."""


class ClusterError(RehearsalError):
    """The cluster cannot do the work; says why, and what to do about it."""


@cache
def this_program() -> Mapping[str, Any]:
    """What decides the bytes of an experiment besides the scenario: `environment`, and the code that reduces runs."""
    return {**environment(), "experiments": code_hash(experiments)}


def differences(expected: Mapping[str, Any]) -> list[str]:
    """How the process this is called in differs from the program that asks: phrases, none when they are alike."""
    mine = this_program()
    found = []
    if (mine["code"], mine["experiments"]) != (expected["code"], expected["experiments"]):
        found.append("other code")
    for name, wanted in expected["libraries"].items():
        if (here := mine["libraries"].get(name, "none")) != wanted:
            found.append(f"{'Python' if name == 'python' else name} {here} instead of {wanted}")
    if mine["processor"] != expected["processor"]:
        both = sorted({*mine["processor"]} ^ {*expected["processor"]})
        found.append(f"another processor (they differ in {', '.join(both)})")
    return found


def refuse_unless_alike(expected: Mapping[str, Any]) -> None:
    """Raise `ClusterError` in a worker that is not the program which sent it work."""
    if found := differences(expected):
        raise ClusterError(f"a worker on {platform.node()} cannot give the same results: it has {', '.join(found)}")


def slowing() -> list[str]:
    """Settings of this process that make runs slow, as assignments that were missing when it was started."""
    if platform.libc_ver()[0] != "glibc":
        return []
    return [f"{name}={wanted}" for name, wanted in ALLOCATOR.items() if _number(os.environ.get(name)) < wanted]


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isdigit() else 0
