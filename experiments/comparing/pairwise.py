"""Compares the plans of a scenario in pairs: the same customers, with the same luck, under every plan.

In go a scenario and how much work to spend on it; out comes a `Comparison`. `compare` is the one entry the command
line, the notebooks and the later experiments use.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from experiments.comparing.best_plan import Wanted, Work
from experiments.comparing.best_plan import select as pick
from experiments.comparing.comparison import Comparison
from experiments.comparing.ensemble import Ensemble
from experiments.comparing.parts import Parts
from experiments.comparing.periods import WHOLE, chosen_period
from experiments.comparing.question import Question, ask
from experiments.comparing.replications import first_batch, next_batch
from experiments.comparing.summary import summarise
from experiments.comparing.warm_up import STEADY, WarmUp, warm_up_of
from experiments.design import Experiment
from experiments.engines.runner import Evaluator, Progress, engine, ignore_progress
from experiments.storage.register import registered
from sim.scenario.load import Scenario, load_scenario


def compare(
    scenario: Scenario | str | Path,
    plans: Sequence[str] | None = None,
    *,
    replications: int | None = None,
    uncertain: bool = False,
    seed: int | None = None,
    workers: int | None = 1,
    cluster: str | None = None,
    out: Path | str | None = None,
    period: str | None = None,
    by: str | None = None,
    select: Wanted | None = None,
    most: int | None = None,
    objectives: Sequence[str] | None = None,
    simultaneous: bool = False,
    progress: Progress = ignore_progress,
) -> Comparison:
    """Compare plans with the baseline, and with each other, replication by replication.

    ``scenario``: a loaded scenario, a file or the name of a gallery scenario. ``plans``: those to compare with the
    baseline, all when left out. ``replications``: exactly so many; left out, 20 and then tens until the primary measure
    is known to the scenario's precision. ``uncertain``: also run every replication with each assumed or masked number
    drawn from its range. ``workers``: processes; more than one needs the usual ``if __name__ == "__main__"`` in a
    script, None lets the estimated work decide. ``cluster``: the address of a dask scheduler (``tcp://HOST:PORT``)
    whose workers do the work instead. ``out``: folder that keeps the runs (an interrupted comparison resumes from it).
    ``period``: the part of the run compared; left out, the days after the warm-up where the scenario asks for a steady
    state, else the campaign when there is one. ``by``: segment, tier or site, for every change in each of them too.
    ``select``: make only the runs that picking the best plan takes. ``most``: cap of the number of replications, the
    scenario's when left out. ``objectives``: measures judged side by side, the scenario's when left out.
    ``simultaneous``: intervals of differences wide enough for all shown.

    Raises `ScenarioError` for a wrong file, `RequestError` for an impossible request, `RunFailedError` when a run
    fails, `ClusterError` when a cluster cannot do the work.
    """
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    experiment = _experiment(scenario, plans, seed, uncertain)
    question = ask(
        scenario, experiment.plans, replications=replications, uncertain=uncertain, select=select, most=most,
        period=period, objectives=objectives, by=by,
    )  # fmt: skip
    parts = None if by is None else Parts.of(scenario, experiment, by, period)
    with ExitStack() as resources:
        if out is None and question.settling is not None:
            out = resources.enter_context(TemporaryDirectory(prefix="rehearsal-"))
        working = resources.enter_context(engine(workers, out, cluster))
        warm_up = question.warm_up
        if question.settling is not None:
            warm_up = _settled(experiment, working, question, progress)
        if warm_up is not None:
            experiment = replace(experiment, warm_up=warm_up.days)
            period = STEADY if warm_up.days else WHOLE
        ensemble = Ensemble(experiment, parts)
        selection = None
        if question.select is None:
            _fill(ensemble, scenario.name, experiment, working, question, period, progress)
        else:
            higher = question.higher_is_better
            work = Work(
                scenario.name,
                ensemble,
                experiment,
                working,
                question.primary,
                lambda: chosen_period(ensemble.periods, period),
                higher,
            )
            selection = pick(work, question.select, question.precision.cap, progress)
    return summarise(
        scenario,
        experiment,
        ensemble,
        question.primary,
        chosen_period(ensemble.periods, period),
        objectives=question.objectives,
        simultaneously=simultaneous,
        selection=selection,
        warm_up=warm_up,
    )


def _experiment(scenario: Scenario, plans: Sequence[str] | None, seed: int | None, uncertain: bool) -> Experiment:
    for plan in plans or ():
        scenario.document(plan)  # an unknown plan is refused, with the nearest name
    chosen = [plan for plan in scenario.plans if plans is None or plan in plans or plan == scenario.baseline]
    return Experiment(
        plans=tuple(chosen),
        baseline=scenario.baseline,
        seed=scenario.document(scenario.baseline).seed if seed is None else seed,
        resolve=scenario.canonical,
        assumptions=tuple(scenario.assumptions()),
        uncertain=uncertain,
    )


def _fill(
    ensemble: Ensemble,
    scenario: str,
    experiment: Experiment,
    working: Evaluator,
    question: Question,
    period: str | None,
    progress: Progress,
) -> None:
    """Run batch after batch until the question is answered, or exactly as many replications as asked."""
    batch = first_batch(question.exactly, question.precision)
    while batch > 0:
        numbers = range(ensemble.replications, ensemble.replications + batch)
        with registered(experiment.trials(numbers), working.store, scenario) as trials:
            for replication in working.evaluate(trials, _counted(progress, numbers)):
                ensemble.add(replication)
        if question.exactly is not None:
            return
        values = ensemble.values(question.primary, chosen_period(ensemble.periods, period))
        baseline = values[:, experiment.plans.index(experiment.baseline)]
        differences = {plan: values[:, place] - baseline for place, plan in enumerate(experiment.plans)}
        batch = next_batch(differences, baseline, question.precision)


def _settled(experiment: Experiment, working: Evaluator, question: Question, progress: Progress) -> WarmUp:
    """The warm-up, from the mean course of the first replications; the store keeps their runs for the comparison."""
    ensemble = Ensemble(experiment)
    first = experiment.trials(range(first_batch(question.exactly, question.precision)))
    for replication in working.evaluate(first, progress):
        ensemble.add(replication)
    return warm_up_of(question.courses(ensemble.daily()))


def _counted(progress: Progress, numbers: range) -> Progress:
    """Progress over all batches so far: the count goes on, it does not start again."""
    return lambda done, _, left: progress(numbers.start + done, numbers.stop, left)
