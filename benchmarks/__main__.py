"""`python -m benchmarks`: measure everything and print one table, what was measured beside what was promised.

Exits with 1 when a promise is not kept."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from benchmarks import acquaintance, hall


@dataclass(frozen=True)
class Row:
    """One promise: what was measured, in words with its unit, what is asked, and whether it is kept."""

    what: str
    measured: str
    asked: str
    kept: bool


def hall_rows() -> Iterator[Row]:
    """The facility against a process for each visit; the waits of both must be the same."""
    visits, asked = 50_000, 2.5
    for name, load, patience in (("M/M/10", 0.9, None), ("M/M/10 with patience", 1.1, 5.0)):
        pairs, difference = hall.compare(visits, load=load, patience=patience)
        low, high = pairs.spread
        microseconds = pairs.faster_seconds / visits * 1e6
        yield Row(
            f"{name}: facility against SimPy processes",
            f"{pairs.ratio:.1f} times ({low:.1f}-{high:.1f}), {microseconds:.1f} µs a visit",
            f"{asked} times",
            pairs.ratio >= asked,
        )
        yield Row(f"{name}: largest difference of a wait", f"{difference:.1e} min", "1e-9 min", difference <= 1e-9)


def network_rows() -> Iterator[Row]:
    """Building the network of acquaintances."""
    pairs = acquaintance.compare(20_000)
    yield Row("20,000 acquaintances against networkx", f"{pairs.ratio:.1f} times", "faster", pairs.ratio > 1)
    seconds = acquaintance.seconds_for(1_000_000)
    yield Row("1,000,000 customers of degree 8", f"{seconds:.1f} s", "10 s", seconds <= 10)


SECTIONS: tuple[Callable[[], Iterator[Row]], ...] = (hall_rows, network_rows)


def main() -> int:
    """Measure, print, and say by the exit code whether every promise is kept."""
    table = Table("what", "measured", "asked", "", title="Speed, by processor time, medians of interleaved pairs")
    kept = True
    for section in SECTIONS:
        for row in section():
            table.add_row(row.what, row.measured, row.asked, "kept" if row.kept else "MISSED")
            kept = kept and row.kept
    Console(width=120).print(table)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
