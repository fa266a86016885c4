"""Compares the plans of a scenario in pairs: the same customers, with the same luck, under every plan.

In go a scenario and how much work to spend on it; out comes a `Comparison`. `compare` is the one entry the command
line, the notebooks and the later experiments use.
"""

from collections.abc import Sequence
from pathlib import Path

from experiments.comparison import Comparison
from experiments.design import Experiment
from experiments.ensemble import Ensemble
from experiments.periods import chosen_period
from experiments.register import registered
from experiments.replications import Precision, first_batch, next_batch
from experiments.runner import Evaluator, Progress, engine, ignore_progress
from experiments.summary import summarise
from sim.scenario.load import Scenario, load_scenario


def compare(
    scenario: Scenario | str | Path,
    plans: Sequence[str] | None = None,
    *,
    replications: int | None = None,
    uncertain: bool = False,
    seed: int | None = None,
    workers: int | None = 1,
    out: Path | str | None = None,
    period: str | None = None,
    progress: Progress = ignore_progress,
) -> Comparison:
    """Compare plans with the baseline, and with each other, replication by replication.

    ``scenario``: a loaded scenario, a file or the name of a gallery scenario. ``plans``: those to compare with the
    baseline, all when left out. ``replications``: exactly so many; left out, 20 and then tens until the primary measure
    is known to the scenario's precision. ``uncertain``: also run every replication with each assumed or masked number
    drawn from its range. ``workers``: processes; more than one needs the usual ``if __name__ == "__main__"`` in a
    script, None lets the estimated work decide. ``out``: folder that keeps the runs (an interrupted comparison resumes
    from it). ``period``: the part of the run compared, the campaign when there is one.

    Raises `ScenarioError` for a wrong file, `RequestError` for an impossible request, `RunFailedError` when a run
    fails.
    """
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    experiment = _experiment(scenario, plans, seed, uncertain)
    section = scenario.document(experiment.baseline).experiment
    precision = Precision(section.precision, section.most)
    ensemble = Ensemble(experiment)
    with engine(workers, out) as working:
        primary = section.primary_measure
        _fill(ensemble, scenario.name, experiment, working, replications, precision, primary, period, progress)
    return summarise(scenario, experiment, ensemble, section.primary_measure, chosen_period(ensemble.periods, period))


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
    exactly: int | None,
    precision: Precision,
    primary: str,
    period: str | None,
    progress: Progress,
) -> None:
    """Run batch after batch until the question is answered, or exactly as many replications as asked."""
    batch = first_batch(exactly, precision)
    while batch > 0:
        numbers = range(ensemble.replications, ensemble.replications + batch)
        with registered(experiment.trials(numbers), working.store, scenario) as trials:
            for replication in working.evaluate(trials, _counted(progress, numbers)):
                ensemble.add(replication)
        if exactly is not None:
            return
        values = ensemble.values(primary, chosen_period(ensemble.periods, period))
        baseline = values[:, experiment.plans.index(experiment.baseline)]
        differences = {plan: values[:, place] - baseline for place, plan in enumerate(experiment.plans)}
        batch = next_batch(differences, baseline, precision)


def _counted(progress: Progress, numbers: range) -> Progress:
    """Progress over all batches so far: the count goes on, it does not start again."""
    return lambda done, _, left: progress(numbers.start + done, numbers.stop, left)
