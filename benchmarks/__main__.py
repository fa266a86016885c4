"""`python -m benchmarks`: measure everything and print one table, what was measured beside what was promised.

The last line is `ratio: N`, the whole market against the plain model on the same mechanisms. Exits with 1 when a
promise is not kept. `--quick` leaves out what takes a million customers or many minutes."""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from benchmarks import acquaintance, departments, hall, market, yardstick
from benchmarks.timing import Pairs

PAIRS = 5
CUSTOMERS = 100_000
QUICK_CUSTOMERS = 10_000
MEGABYTES_A_RUN_MAY_LEAVE = 1.0


@dataclass(frozen=True)
class Row:
    """One line: what was measured, with its unit; what is promised and whether it is kept (None: no promise)."""

    what: str
    measured: str
    asked: str = ""
    kept: bool | None = None


def _times(pairs: Pairs) -> str:
    low, high = pairs.spread
    return f"{pairs.ratio:.1f} times ({low:.1f}-{high:.1f})"


def market_rows(customers: int, promised: bool) -> Iterator[tuple[Row, float]]:
    """Each row with its ratio; on the yardstick's own mechanisms first, then with everything on."""
    plans = {yardstick.PLAIN: ("same mechanisms", 12.0), yardstick.EVERYTHING: ("everything on", 6.0)}
    for (work, asked), pairs in zip(plans.values(), market.compare(customers, tuple(plans), PAIRS), strict=True):
        measured = f"{_times(pairs)}, {pairs.faster_seconds / customers / yardstick.days() * 1e6:.2f} µs a customer-day"
        what = f"market of {customers:,}: {work}, against plain Mesa and SimPy"
        yield (
            (Row(what, measured, f"{asked:.0f} times", pairs.ratio >= asked) if promised else Row(what, measured)),
            pairs.ratio,
        )


def visits_rows() -> Iterator[Row]:
    """How alike the work is."""
    for name, visits in market.visits_per_customer_day(QUICK_CUSTOMERS).items():
        yield Row(f"visits a customer-day: {name}", f"{visits:.4f}")


def hall_rows() -> Iterator[Row]:
    """The facility against a process for each visit; the waits of both must be the same."""
    visits, asked = 50_000, 2.5
    for name, load, patience in (("M/M/10", 0.9, None), ("M/M/10 with patience", 1.1, 5.0)):
        pairs, difference = hall.compare(visits, load=load, patience=patience, pairs=PAIRS)
        microseconds = pairs.faster_seconds / visits * 1e6
        yield Row(
            f"{name}: facility against SimPy processes",
            f"{_times(pairs)}, {microseconds:.1f} µs a visit",
            f"{asked} times",
            pairs.ratio >= asked,
        )
        yield Row(f"{name}: largest difference of a wait", f"{difference:.1e} min", "1e-9 min", difference <= 1e-9)


def departments_rows() -> Iterator[Row]:
    """Twelve stations, forty servers, tiers, patience and rework; and twice as many visits as can be served."""
    visits, asked = 20_000, 100_000
    usual = departments.middle(visits, 0.9)
    yield Row(
        "12 stations, 40 servers, tiers, patience, rework", f"{usual.a_second:,.0f} step-services/s", f"{asked:,}/s",
        usual.a_second >= asked,
    )  # fmt: skip
    short, long = (departments.middle(count, 2.0) for count in (visits, 4 * visits))
    growth = (long.seconds / long.services) / (short.seconds / short.services)
    yield Row("the same at load 2: cost of a service with four times the visits", f"{growth:.2f} times")


def cost_rows(sizes: tuple[int, ...]) -> Iterator[Row]:
    """Runs against 0.6 ms a day + 0.3 µs a customer-day + 5 µs a step served."""
    runs = {f"yardstick, {size:,} customers": yardstick.document(size) for size in sizes}
    runs["bank-autumn, plan gifts"] = market.gallery_document("bank-autumn", "gifts")
    for name, document in runs.items():
        cost = market.cost(document, rounds=3)
        share = cost.seconds / cost.allowed
        yield Row(
            f"{name}: {cost.days} days, {cost.steps:,} steps",
            f"{cost.seconds:.2f} s, {share:.2f} of the budget",
            f"{cost.allowed:.2f} s",
            share <= 1,
        )


def case_rows() -> Iterator[Row]:
    """One run of every case of the gallery against the same budget; small markets live off the price of a day."""
    for name, plan, cost in market.gallery_costs():
        share = cost.seconds / cost.allowed
        yield Row(
            f"{name}, plan {plan}: {cost.customers:,} customers, {cost.days} days, {cost.steps:,} steps",
            f"{cost.seconds:.2f} s, {1e3 * cost.seconds / cost.days:.1f} ms a day, {share:.1f} of the budget",
            f"{cost.allowed:.2f} s",
            share <= 1,
        )


def network_rows() -> Iterator[Row]:
    """Building the network of acquaintances."""
    pairs = acquaintance.compare(20_000, PAIRS)
    yield Row("20,000 acquaintances against networkx", _times(pairs), "faster", pairs.ratio > 1)


def start_rows() -> Iterator[Row]:
    """How soon the command answers."""
    seconds = market.seconds_of_help(PAIRS)
    yield Row("rehearse --help", f"{seconds:.2f} s", "0.5 s", seconds < 0.5)


def memory_rows() -> Iterator[Row]:
    """Whether runs leave anything behind in their process."""
    five, twenty = market.in_its_own_process(market.twenty_runs)
    left = (twenty - five) / 15
    yield Row(
        "memory left behind by a run of 20,000, 5th to 20th",
        f"{left:.2f} MB ({five:.0f} to {twenty:.0f} MB)",
        f"{MEGABYTES_A_RUN_MAY_LEAVE:.0f} MB",
        left <= MEGABYTES_A_RUN_MAY_LEAVE,
    )


def million_rows() -> Iterator[Row]:
    """A million customers: the network, what a day costs, how much they hold."""
    seconds = acquaintance.seconds_for(1_000_000)
    yield Row("acquaintances of 1,000,000, degree 8", f"{seconds:.1f} s", "10 s", seconds < 10)
    ratio = market.ratio_of_a_customer_day(1_000_000, 100_000, blocks=3)
    yield Row("a customer-day at 1,000,000 against 100,000", f"{ratio:.2f} times", "1.3 times", ratio <= 1.3)
    megabytes, seconds = market.in_its_own_process(market.million_by_30_days)
    yield Row(
        "memory of 1,000,000 customers × 30 days", f"{megabytes:.0f} MB, {seconds:.0f} s", "1000 MB", megabytes <= 1000
    )


def rows(quick: bool) -> Iterator[tuple[Row, float | None]]:
    """Every row, the ratio of the yardstick beside the one that has it."""
    for row in (*start_rows(), *memory_rows(), *hall_rows(), *departments_rows(), *network_rows(), *visits_rows()):
        yield row, None
    for row in cost_rows((10_000,) if quick else (10_000, 100_000)):
        yield row, None
    sizes = (QUICK_CUSTOMERS,) if quick else (QUICK_CUSTOMERS, CUSTOMERS)
    for size in sizes:
        same, everything = market_rows(size, promised=size == CUSTOMERS)
        yield same
        yield everything[0], None
    if not quick:
        for row in (*case_rows(), *million_rows()):
            yield row, None


def main() -> int:
    """Measure, print, and say by the exit code whether every promise is kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Speed and memory, measured.")
    parser.add_argument("--quick", action="store_true", help="small sizes only; promises about large ones are left out")
    quick = parser.parse_args().quick
    console = Console(width=140)
    table = Table("what", "measured", "promised", "", title="Speed by processor time, medians of interleaved pairs")
    missed, ratio = [], float("nan")
    with console.status("measuring") as status:
        for row, found in rows(quick):
            status.update(f"measured: {row.what}")
            verdict = {None: "", True: "kept", False: "MISSED"}[row.kept]
            table.add_row(row.what, row.measured, row.asked, verdict)
            missed += [row.what] if row.kept is False else []
            ratio = ratio if found is None else found
    console.print(table)
    for what in missed:
        console.print(f"missed: {what}", highlight=False)
    print(f"ratio: {ratio:.1f}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
