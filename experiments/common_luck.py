"""What common luck is worth: how much less the difference of two plans varies because both meet the same luck.

`python -m experiments.common_luck [FILE...]` runs the plans of each scenario (the whole gallery when none is named) in
pairs and prints, for each plan and measure, how many times larger the variance of its difference from the baseline
would be were the two plans run with luck of their own. Tables go to stdout, progress to stderr.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite, isnan, nan, sqrt
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from experiments.comparing.intervals import LEVEL, UNDEFINED, Interval
from experiments.engines.runner import Evaluator, Progress, engine, ignore_progress
from experiments.report.layout import Column, table, wrapped
from experiments.report.measures import CARRIED_PROFIT, WINDOW_PROFIT
from experiments.study import Point, Study, outcomes
from sim.errors import RehearsalError, RequestError
from sim.scenario.gallery import gallery
from sim.scenario.load import Scenario, load_scenario

MEASURES: Final = (CARRIED_PROFIT, WINDOW_PROFIT, "wait_mean", "satisfaction")
LEAST_REPLICATIONS: Final = 3
"""Fewer leave no degree of freedom to the interval."""
WORTH_A_BOUND: Final = 20.0
"""The most that is possible is printed where it is less than this."""
ROUNDING: Final = 1e-12
"""Spread below this share of the values themselves is rounding, not luck."""


@dataclass(frozen=True)
class CommonLuck:
    """What common luck did for one scenario.

    ``found``: plan, measure, paired_sd and independent_sd (standard deviations of the difference from the baseline, in
    the measure's unit), cut (how many times the variance is cut), low, high, most (`most_cut`): one row a plan other
    than the baseline and measure. Where neither plan varies, or the measure is not defined, ``cut`` is NaN; where the
    difference has no spread at all it is infinite.
    """

    scenario: str
    baseline: str
    period: str
    replications: int
    found: pd.DataFrame

    def __str__(self) -> str:
        return report(self)


def variance_cut(plan: ArrayLike, baseline: ArrayLike, level: float = LEVEL) -> Interval:
    """How many times common luck cuts the variance of ``plan - baseline``: (Var X + Var Y) / Var(X - Y).

    One value a replication in each, of the same replications. The two variances say what independent runs would give,
    so none have to be made. With D = X - Y and S = X + Y the cut is (1 + Var S / Var D) / 2; the interval is the exact
    one for the ratio of the variances of two correlated normal variables (Pitman 1939, *Biometrika* 31, 9-12):
    F (K ± √(K² - 1)) with F = s²_S / s²_D, K = 1 + 2 (1 - r²) t² / (n - 2), r the correlation of S and D. Infinite
    where the difference has no spread; undefined where nothing varies or a value is missing.
    """
    one, other = np.asarray(plan, dtype=np.float64), np.asarray(baseline, dtype=np.float64)
    if one.size < LEAST_REPLICATIONS or not (np.isfinite(one).all() and np.isfinite(other).all()):
        return UNDEFINED
    rounding = ROUNDING * float(np.abs([one, other]).max())
    difference, total = one - other, one + other
    of_difference, of_total = float(difference.std(ddof=1)), float(total.std(ddof=1))
    if max(of_difference, of_total) <= rounding:
        return UNDEFINED
    if of_difference <= rounding:
        return Interval(inf, inf, inf)
    ratio = (of_total / of_difference) ** 2
    if of_total <= rounding:
        return Interval(0.5, nan, nan)
    correlation = float(np.corrcoef(difference, total)[0, 1])
    freedom = one.size - 2
    wide = 1.0 + 2.0 * (1.0 - correlation**2) * float(stats.t.ppf(0.5 + level / 2.0, freedom)) ** 2 / freedom
    stretch = wide + sqrt(wide**2 - 1.0)
    return Interval(*((1.0 + ratio * factor) / 2.0 for factor in (1.0, 1.0 / stretch, stretch)))


def most_cut(plan: ArrayLike, baseline: ArrayLike) -> float:
    """The cut if plan and baseline were perfectly correlated: (a² + b²) / (a - b)², of their standard deviations.

    A plan whose own spread is twice the baseline's (it fills the queues, or pays for what the baseline has not) keeps
    the part of its luck that the baseline does not know, however the luck is shared: no cut above 5 is possible then.
    """
    a, b = (float(np.std(np.asarray(each, dtype=np.float64), ddof=1)) for each in (plan, baseline))
    return inf if a == b else (a**2 + b**2) / (a - b) ** 2


def common_luck(
    scenario: Scenario,
    working: Evaluator,
    replications: int = 20,
    measures: Sequence[str] = MEASURES,
    period: str | None = None,
    progress: Progress = ignore_progress,
) -> CommonLuck:
    """Run every plan in pairs with the baseline and measure what the common luck takes out of the differences."""
    if replications < LEAST_REPLICATIONS:
        raise RequestError(f"{replications} replications show no spread: ask for at least {LEAST_REPLICATIONS}")
    study = Study.of(scenario, [])
    ran = outcomes(study, [Point()], range(replications), measures, working, period, progress)
    rows = []
    for plan in study.plans:
        if plan == scenario.baseline:
            continue
        for measure in measures:
            one, other = ran.of(measure, plan)[0], ran.of(measure, scenario.baseline)[0]
            cut = variance_cut(one, other)
            paired, independent = float((one - other).std(ddof=1)), sqrt(one.var(ddof=1) + other.var(ddof=1))
            rows.append((plan, measure, paired, independent, cut.mean, cut.low, cut.high, most_cut(one, other)))
    columns = ["plan", "measure", "paired_sd", "independent_sd", "cut", "low", "high", "most"]
    return CommonLuck(scenario.name, scenario.baseline, ran.period, replications, pd.DataFrame(rows, columns=columns))


def report(luck: CommonLuck) -> str:
    """One table: a row a plan, a column a measure, how many times the variance is cut with its 95 % interval."""
    found = luck.found
    plans, measures = list(dict.fromkeys(found["plan"])), list(dict.fromkeys(found["measure"]))
    columns = [Column(("", "plan"), tuple(plans))]
    for measure in measures:
        rows = found[found["measure"] == measure]
        cells = tuple(
            _cut(Interval(*cut), most) for *cut, most in rows[["cut", "low", "high", "most"]].to_numpy().tolist()
        )
        columns.append(Column(("", measure.replace("_", " ")), cells))
    known = found[np.isfinite(found["cut"])]
    lines = [
        f"{luck.scenario}: variance of the difference from {luck.baseline} cut so many times by common luck",
        f"{luck.replications} replications · {luck.period} · ( ) 95 % interval · of: the most possible",
        table(columns),
    ]
    if len(known):
        least = known.loc[known["cut"].idxmin()]
        said = f"Least: {_times(least['cut'])} times, {least['measure'].replace('_', ' ')} of {least['plan']}."
        worse = known[known["cut"] < 1.0]
        if len(worse):
            said += " Worse than luck of its own: " + "; ".join(
                f"{row.measure.replace('_', ' ')} of {row.plan}, variance {1.0 / row.cut:.2f} of independent runs"
                for row in worse.itertuples()
            )  # fmt: skip
            said += "."
        lines += wrapped(said, 120)
    return "\n".join(lines)


def _cut(cut: Interval, most: float) -> str:
    if isnan(cut.mean):
        return "–"
    if not isfinite(cut.mean):
        return "no luck left"
    bound = f" of {_times(most)}" if most < WORTH_A_BOUND else ""
    return f"{_times(cut.mean)}{bound}  ({_times(cut.low)} to {_times(cut.high)})"


def _times(value: float) -> str:
    if isnan(value):
        return "–"
    return f"{value:,.0f}" if value >= 20.0 else f"{value:.1f}" if value >= 2.0 else f"{value:.2f}"


def _shown(name: str) -> Progress:
    """Progress of a scenario as one line on stderr that is written over."""

    def show(done: int, asked: int, seconds_left: float) -> None:
        end = "\n" if done == asked else ""
        said = f"\r{name}: {done} of {asked} replications, {seconds_left:.0f} s left    "
        print(said, end=end, file=sys.stderr, flush=True)

    return show


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m experiments.common_luck", description=__doc__)
    parser.add_argument("files", nargs="*", metavar="FILE", help="scenario files or gallery names; all when left out")
    parser.add_argument("--replications", type=int, default=20, help="paired replications of each scenario")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--out", type=Path, help="keep the runs, and the tables as CSV, in this folder")
    chosen = parser.parse_args(arguments)
    tables = []
    try:
        with engine(chosen.workers, chosen.out) as working:
            for name in chosen.files or gallery():
                scenario = load_scenario(name)
                if len(scenario.plans) < 2:
                    continue
                found = common_luck(scenario, working, chosen.replications, progress=_shown(scenario.name))
                print(found, end="\n\n", flush=True)
                tables.append(found.found.assign(scenario=scenario.name))
    except RehearsalError as error:
        sys.exit(str(error))
    if chosen.out is not None and tables:
        pd.concat(tables, ignore_index=True).to_csv(chosen.out / "common-luck.csv", index=False)


if __name__ == "__main__":
    main()
