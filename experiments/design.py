"""What an experiment is: the runs to make, each a pure function of (resolved document, seed, replication).

In go a scenario and the plans to compare; out come trials, the runs that are compared in pairs and so made together,
each run with the key under which its results are kept. The key also covers the program's code, the libraries and the
processor, because the same bytes are promised only for the same of each.
"""

import hashlib
import json
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np

import sim
from sim.errors import RequestError
from sim.streams import Streams

if TYPE_CHECKING:
    from experiments.comparing.observers import Observer

World = Literal["stated", "drawn"]
"""At the values the scenario states, or with every assumed and masked number drawn from its range."""

RESULT_LIBRARIES = ("mesa", "numpy", "pandas", "pydantic", "scipy", "simpy")


@dataclass(frozen=True, slots=True)
class Run:
    """One run to make: everything that decides its results."""

    plan: str
    world: World
    document: str
    """The resolved document as canonical JSON."""
    seed: int
    replication: int
    warm_up: int = 0
    """Days left out before anything is measured; not in the key, because what the run leaves is the same."""
    is_baseline: bool = True
    """Whether it is the one that the others of its replication are compared with."""

    @property
    def key(self) -> str:
        """SHA-256 that names the run's folder; the plan's name is not in it, so equal plans share one run."""
        parts = {
            "document": document_hash(self.document),
            "seed": self.seed,
            "replication": self.replication,
            **environment(),
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Trial:
    """Runs made together: one luck under every plan, baseline first in each world.

    ``point`` numbers the setting of a study the runs belong to (0 in a comparison, which has one). ``only_periods``:
    nothing but the period measures is wanted of them. ``observer`` looks at more of each run than its periods.
    """

    runs: tuple[Run, ...]
    point: int = 0
    only_periods: bool = False
    observer: "Observer | None" = None


class Trials(Sequence[Trial]):
    """Trials in their order, each made when it is asked for: the documents of ten thousand need not be held at once."""

    def __init__(self, count: int, make: Callable[[int], Trial]) -> None:
        self._places, self._make = range(count), make

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, place: int) -> Trial: ...

    @overload
    def __getitem__(self, place: slice) -> "Trials": ...

    def __getitem__(self, place: "int | slice") -> "Trial | Trials":
        if isinstance(place, slice):
            chosen = self._places[place]
            return Trials(len(chosen), lambda index: self._make(chosen[index]))
        return self._make(self._places[place])


@dataclass(frozen=True)
class Experiment:
    """Plans to compare in pairs on the same luck.

    ``resolve(plan, draws)`` gives a plan's canonical document, with assumption ``path`` at quantile ``draws[path]`` of
    its range when draws are given. ``assumptions`` are the paths that have a range; ``warm_up`` the days left out
    before anything is measured.
    """

    plans: tuple[str, ...]
    baseline: str
    seed: int
    resolve: Callable[[str, Mapping[str, float] | None], str]
    assumptions: tuple[str, ...] = ()
    uncertain: bool = False
    warm_up: int = 0
    only: tuple[str, ...] | None = None
    """The plans that are still run, all when None."""
    _stated: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Documents at the stated values, resolved once a plan."""

    def __post_init__(self) -> None:
        if self.baseline not in self.plans:
            raise RequestError(f"the baseline '{self.baseline}' must be among the plans: {', '.join(self.plans)}")
        if len(self.plans) < 2:
            raise RequestError("a comparison needs the baseline and at least one other plan")
        if self.uncertain and not self.assumptions:
            raise RequestError("no number in this scenario is assumed or masked with a range: nothing to draw")

    @property
    def worlds(self) -> tuple[World, ...]:
        return ("stated", "drawn") if self.uncertain else ("stated",)

    def draws(self, replication: int) -> dict[str, float]:
        """One uniform an assumption, the same for every plan of the replication."""
        return drawn_quantiles(self.seed, replication, self.assumptions)

    def trials(self, replications: Sequence[int]) -> Trials:
        """The trials of these replications, in their order."""
        return Trials(len(replications), lambda place: Trial(self.runs(replications[place])))

    def runs(self, replication: int) -> tuple[Run, ...]:
        """The runs of one replication, baseline first: compared in pairs, so made together."""
        order = [self.baseline, *(plan for plan in self.plans if plan != self.baseline)]
        order = [plan for plan in order if self.only is None or plan in self.only]
        runs = []
        for world in self.worlds:
            draws = self.draws(replication) if world == "drawn" else None
            runs += [
                Run(
                    plan, world, self._document(plan, draws), self.seed, replication, self.warm_up,
                    is_baseline=plan == self.baseline,
                )
                for plan in order
            ]  # fmt: skip
        return tuple(runs)

    def _document(self, plan: str, draws: Mapping[str, float] | None) -> str:
        if draws is not None:
            return self.resolve(plan, draws)
        if plan not in self._stated:
            self._stated[plan] = self.resolve(plan, None)
        return self._stated[plan]


def drawn_quantiles(seed: int, replication: int, assumptions: Sequence[str]) -> dict[str, float]:
    """Where in its range each assumption lies in a replication: one uniform a path, whatever else is drawn."""
    streams = Streams(seed, replication)
    return {path: float(streams.numbers("assumption", 1, identity=path)[0]) for path in assumptions}


def document_hash(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()


@cache
def environment() -> Mapping[str, Any]:
    """What the bytes of a run depend on besides its document: code, libraries and processor."""
    return {"code": code_hash(sim), "libraries": _library_versions(), "processor": _processor()}


def code_hash(package: ModuleType) -> str:
    """SHA-256 over every source file of a package, by its path."""
    folder = Path(package.__path__[0])
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*.py")):
        digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _library_versions() -> dict[str, str]:
    """Installed versions, also of Python, whose rounding and order of work the results rest on."""
    return {"python": platform.python_version()} | {name: metadata.version(name) for name in RESULT_LIBRARIES}


def _processor() -> list[str]:
    """Machine type and the vector instructions NumPy may use on it."""
    configuration: Any = np.show_config(mode="dicts")
    extensions = configuration["SIMD Extensions"]
    return [platform.machine(), *sorted(extensions.get("baseline", [])), *sorted(extensions.get("found", []))]
