"""Searches the levers of a plan for the best setting, under a budget and service constraints.

In go a scenario, its levers and what is wanted; out comes an `Optimisation`. Every setting meets the same luck and is
compared in pairs with the baseline. The best of many noisy settings looks better than it is, so the best few are run
again on replications the search never saw, and only those decide and are reported.
"""

from collections.abc import Sequence
from pathlib import Path

from experiments.assumptions.factors import Factor
from experiments.engines.runner import Evaluator, Progress, engine, ignore_progress
from experiments.search.bench import Bench, try_settings
from experiments.search.finals import better_carried, chosen_of, compromise, responses, run_again
from experiments.search.infeasible import nothing_keeps, nothing_keeps_afresh
from experiments.search.levers import settings_in_all
from experiments.search.proposals import Grid
from experiments.search.request import TRIALS, Request, asked
from experiments.search.result import Optimisation
from sim.scenario.load import Scenario, load_scenario


def optimise(
    scenario: Scenario | str | Path,
    vary: Sequence[str | Factor] = (),
    *,
    objectives: Sequence[str] = (),
    constraints: Sequence[str] = (),
    plan: str | None = None,
    trials: int = TRIALS,
    replications: int | None = None,
    fresh: int | None = None,
    tail: float | None = None,
    uncertain: bool = False,
    seed: int | None = None,
    workers: int | None = 1,
    cluster: str | None = None,
    out: Path | str | None = None,
    period: str | None = None,
    progress: Progress = ignore_progress,
) -> Optimisation:
    """The best setting of a plan's levers, or the best trade-offs when several objectives are named.

    ``vary``: levers as on the command line (``service.stations.counter.staff=2..8``), those of the file when left out.
    ``objectives``: names of measures, the scenario's primary measure when left out. ``constraints``: limits such as
    ``wait_p90 <= 15 min``, besides those of the file; one on the same side of the same measure replaces it. ``plan``:
    whose levers; the first one, in file order, that has them all. ``trials``: settings to try; all are tried when there
    are no more. ``replications``: of each setting in the search (8, or what the tail needs); ``fresh``: of the best few
    afterwards (24, or what the tail needs). ``tail``: look at the mean of this share of the worst runs instead of the
    mean. ``uncertain``: every replication has its own values of the assumed numbers. ``workers``, ``out``, ``period``,
    ``seed``: as for `compare`.

    Raises `ScenarioError` for a wrong file; `RequestError` for an impossible request and when nothing keeps the
    constraints; `RunFailedError` when a run fails.
    """
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    request = asked(
        scenario, vary, objectives=objectives, constraints=constraints, plan=plan, trials=trials,
        replications=replications, fresh=fresh, tail=tail, uncertain=uncertain, seed=seed, period=period,
    )  # fmt: skip
    with engine(workers, out, cluster) as working:
        return searched(request, working, progress)


def searched(request: Request, engine: Evaluator, progress: Progress = ignore_progress) -> Optimisation:
    """Try settings, run the best few again on fresh replications, and see how each lever acts around the best."""
    bench = Bench(request, engine, progress)
    tried, proposed = try_settings(request, bench)
    everything = isinstance(proposed, Grid)
    if not any(each.feasible and each.places is not None for each in tried):
        raise nothing_keeps(request, tried, everything=everything)
    baseline_levels, today, finalists = run_again(request, bench, tried)
    chosen = chosen_of(request, today, finalists)
    if not chosen:
        raise nothing_keeps_afresh(request, finalists)
    balanced = compromise(request, chosen)
    scenario = request.scenario
    return Optimisation(
        scenario=scenario.name,
        title=scenario.title,
        currency=scenario.document(scenario.baseline).currency,
        plan=request.plan,
        baseline=scenario.baseline,
        seed=request.study.seed,
        period=bench.period,
        uncertain=request.study.uncertain,
        aims=request.aims,
        constraints=request.constraints,
        levers=request.levers,
        settings=settings_in_all(request.levers),
        everything=everything,
        tried=tuple(tried),
        replications=request.replications,
        fresh=request.fresh,
        baseline_levels=baseline_levels,
        today=today,
        finalists=tuple(finalists),
        chosen=tuple(chosen),
        responses=responses(request, bench, balanced),
        balanced=balanced,
        window_only=better_carried(request, tried, chosen),
    )
