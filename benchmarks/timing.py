"""Two ways of doing the same work, timed side by side: ratios of processor time from interleaved pairs.

Speeds in units of time differ between machines and hours; the ratio of two runs made one after the other in one
process does not. What goes in are two functions that do their work anew on every call and return what they made;
what comes out is the median ratio and the medians of both times."""

import gc
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass


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


def interleaved(slower: Callable[[], object], faster: Callable[[], object], pairs: int = 5) -> Pairs:
    """Time both `pairs` times, each pair back to back and each second pair in the other order.

    Both run once before the clock starts: imports, caches and the allocator are then warm for both."""
    slower()
    faster()
    slow, fast = [], []
    for pair in range(pairs):
        if pair % 2:
            fast.append(processor_seconds(faster))
            slow.append(processor_seconds(slower))
        else:
            slow.append(processor_seconds(slower))
            fast.append(processor_seconds(faster))
    return Pairs(tuple(slow), tuple(fast))


def peak_memory_megabytes() -> float:
    """The most memory this process has held so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6
