"""Two ways of doing the same work, timed side by side: ratios of processor time from interleaved pairs.

Speeds in units of time differ between machines and hours; the ratio of two runs made one after the other in one
process does not. What goes in are two functions that do their work anew on every call and return what they made;
what comes out is the median ratio and the medians of both times."""

import gc
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Pairs:
    """Processor seconds of both ways, one entry a pair, in the order they were run."""

    slower: tuple[float, ...]
    faster: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """How many times the faster way is faster: the median over the pairs of their own ratios."""
        return statistics.median(slow / fast for slow, fast in zip(self.slower, self.faster, strict=True))

    @property
    def spread(self) -> tuple[float, float]:
        """The smallest and the largest ratio of a pair."""
        ratios = [slow / fast for slow, fast in zip(self.slower, self.faster, strict=True)]
        return min(ratios), max(ratios)

    @property
    def slower_seconds(self) -> float:
        return statistics.median(self.slower)

    @property
    def faster_seconds(self) -> float:
        return statistics.median(self.faster)


def processor_seconds(work: Callable[[], object]) -> float:
    """Processor time of one call, after a collection so that no one pays for another's rubbish."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def alternating(ways: Sequence[Callable[[], Callable[[], object]]], rounds: int) -> list[tuple[float, ...]]:
    """Processor seconds of several ways of doing the same work, one tuple a way with one entry a round.

    Each way prepares its work, which is not timed, and returns what is. All take their turn in every round, each
    second round in the other order, after every way has run once: imports, caches and the allocator are then warm
    for all. What one way has made is gone before the next begins, or its rubbish would be collected at their cost.
    """
    for prepare in ways:
        processor_seconds(prepare())
    times: list[list[float]] = [[] for _ in ways]
    for turn in range(rounds):
        order = range(len(ways)) if turn % 2 == 0 else reversed(range(len(ways)))
        for way in order:
            times[way].append(processor_seconds(ways[way]()))
    return [tuple(seconds) for seconds in times]


def interleaved(slower: Callable[[], object], faster: Callable[[], object], pairs: int = 5) -> Pairs:
    """Time two functions that need no preparation as `pairs` pairs."""
    return Pairs(*alternating((lambda: slower, lambda: faster), pairs))


def peak_memory_megabytes() -> float:
    """The most memory this process has held so far, in MB."""
    status = Path("/proc/self/status")
    if status.exists():
        # On Linux `getrusage` would also count what the process that started this one held at that moment.
        (peak,) = (line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(peak) * 1024 / 1e6
    peak_units = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak_units / 1e6 if sys.platform == "darwin" else peak_units * 1024 / 1e6


def children_seconds(command: Sequence[str]) -> float:
    """Processor time, of user and system, of one command run to its end; it must succeed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
