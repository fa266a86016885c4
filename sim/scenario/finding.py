"""One thing about a plan worth saying, as checks and cautions find it; the pipeline adds file and line."""

from __future__ import annotations

from dataclasses import dataclass

from sim.scenario.tree import TreePath


@dataclass(frozen=True)
class Finding:
    """Something about a plan worth saying, without its file and line."""

    path: TreePath
    found: str
    allowed: str = ""
