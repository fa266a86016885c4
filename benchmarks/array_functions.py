"""`python -m benchmarks.array_functions [CASE...]`: what NumPy's own functions take of a day, beside the day's budget.

A day is a number of operations on columns. This counts, for the last plan of each case, the calls of NumPy's compiled
functions and the processor time spent inside them alone: no Python between them, and no arithmetic written with
operators, which a profiler does not see. Where that comes near the budget, the budget cannot be kept by writing the
same day better, only by having fewer operations in it or by compiling them together.
"""

import cProfile
import sys
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from benchmarks.market import cost
from sim.market import Market
from sim.scenario.document import Document
from sim.scenario.gallery import gallery
from sim.scenario.load import load_scenario


@dataclass(frozen=True)
class DayOfArrays:
    """Of one case: milliseconds a day as run, allowed, and inside NumPy's functions; their calls a day."""

    milliseconds: float
    allowed: float
    inside: float
    calls: float


def measured(document: Document) -> DayOfArrays:
    """One run timed, and one profiled."""
    timed = cost(document, rounds=1)
    market, profile = Market(document), cProfile.Profile()
    profile.enable()
    market.run()
    profile.disable()
    calls, inside = 0, 0.0
    for entry in profile.getstats():
        name = entry.code
        if isinstance(name, str) and ("numpy" in name or "ufunc" in name):  # a compiled function is a name, not code
            calls, inside = calls + entry.callcount, inside + entry.inlinetime
    a_day = 1e3 / timed.days
    return DayOfArrays(timed.seconds * a_day, timed.allowed * a_day, inside * a_day, calls / timed.days)


def main(names: list[str]) -> int:
    """Print a row a case, and in how many of them NumPy's functions alone take more than the budget."""
    table = Table("case", "a day, ms", "allowed, ms", "inside NumPy's functions, ms", "their calls a day")
    beyond = 0
    for name in names or list(gallery()):
        scenario = load_scenario(name)
        found = measured(scenario.document(list(scenario.plans)[-1]))
        beyond += found.inside > found.allowed
        table.add_row(
            name, f"{found.milliseconds:.1f}", f"{found.allowed:.1f}", f"{found.inside:.2f}", f"{found.calls:.0f}"
        )
    console = Console(width=120)
    console.print(table)
    console.print(f"{beyond} of {table.row_count} cases: NumPy's functions alone take more than the budget")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
