"""What a reader of a plan finds worth saying: the path it stands at, what was found, what is allowed instead.

Checks and cautions make findings; the pipeline adds file and line and makes problems of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.scenario.tree import TreePath


@dataclass(frozen=True)
class Finding:
    """Something about a plan worth saying, without its file and line; `suggestion` is the nearest right word."""

    path: TreePath
    found: str
    allowed: str = ""
    suggestion: str = ""
