"""Runs settings of an optimisation, each once, and says what they came to against the baseline.

In go settings and replications; out come the values of every measure wanted, of the setting and of the baseline on the
same luck.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.engines.runner import Evaluator, Progress, seconds_left
from experiments.report.measures import CARRIED_PROFIT
from experiments.search.constraints import kept, size_of
from experiments.search.levers import Places, settings_at, settings_in_all, today_of
from experiments.search.proposals import BATCH, Proposals, Told, proposals
from experiments.search.request import Request
from experiments.search.result import OPTIMISED, Tried
from experiments.study import Point, outcomes
from sim.errors import RequestError, ScenarioError

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """The values of each measure in a setting's runs, and those of the baseline in the same replications."""

    values: Mapping[str, Numbers]
    baseline: Mapping[str, Numbers]


class Bench:
    """Where settings are run; counts what is done, for the progress."""

    def __init__(self, request: Request, engine: Evaluator, progress: Progress) -> None:
        self._request, self._engine, self._progress = request, engine, progress
        self._began, self._done, self._asked = perf_counter(), 0, request.trials_ahead
        self.period = ""

    def impossible(self, settings: Mapping[str, Any]) -> str:
        """Why the plan cannot be with these settings; empty when it can."""
        try:
            self._request.scenario.document(OPTIMISED, settings=settings)
        except ScenarioError as error:
            first = error.problems[0]
            return f"{first.path}: {first.found}" if first.path else first.found
        return ""

    def run(self, settings: Sequence[Mapping[str, Any]], replications: range) -> list[Sample]:
        """One sample a setting, in their order."""
        if not settings:
            return []
        request = self._request
        done = self._done

        def progress(count: int, _: int, __: float) -> None:
            self._done = done + count
            self._asked = max(self._asked, self._done)
            self._progress(self._done, self._asked, seconds_left(self._began, self._done, self._asked))

        found = outcomes(
            request.study, [Point(each) for each in settings], replications, request.wanted, self._engine,
            request.period, progress,
        )  # fmt: skip
        self.period = found.period
        return [
            Sample(
                {name: found.of(name, OPTIMISED)[place] for name in request.wanted},
                {name: found.of(name, request.scenario.baseline)[place] for name in request.wanted},
            )
            for place in range(len(settings))
        ]


def try_settings(request: Request, bench: Bench) -> tuple[list[Tried], Proposals]:
    """The plan as it stands, then batch after batch of settings until there are as many as asked for."""
    replications = range(request.replications)
    stage = "every setting" if settings_in_all(request.levers) <= request.trials else "search"
    proposed = proposals(request.levers, len(request.aims), request.trials, request.study.seed)
    today = today_of(request.levers)
    found: list[Tried] = []
    known: dict[Places, Tried] = {}
    left = request.trials
    while batch := proposed.ask(min(BATCH, left)):
        left -= len(batch)
        problems = {each: bench.impossible(settings_at(request.levers, each)) for each in batch if each not in known}
        possible = [each for each, problem in problems.items() if not problem and each != today]
        # The plan as it stands goes with the first batch: whoever runs them sees how much work lies ahead.
        runs: list[Mapping[str, Any]] = [] if found else [{}]
        samples = bench.run([*runs, *(settings_at(request.levers, each) for each in possible)], replications)
        if not found:
            found.append(_as_it_stands(request, samples.pop(0), today))
            if today is not None:
                known[today] = found[0]
        results = dict(zip(possible, samples, strict=True))
        for places in batch:
            if places in known:
                continue
            settings = settings_at(request.levers, places)
            sample, problem = results.get(places), problems[places]
            known[places] = _result(request, len(found), stage, places, settings, sample, problem)
            found.append(known[places])
        proposed.tell([_told(request, known[places]) for places in batch])
    return found, proposed


def _as_it_stands(request: Request, sample: Sample, today: Places | None) -> Tried:
    """Number 0; the search ends here when the baseline itself leaves an objective undefined."""
    for aim in request.aims:
        if not np.isfinite(sample.baseline[aim.measure.name]).all():
            raise RequestError(
                f"'{aim.measure.name}' is not known for every run of {request.scenario.baseline}, so it cannot decide"
            )
    settings = {} if today is None else settings_at(request.levers, today)
    return _result(request, 0, "as it stands", today, settings, sample, "")


def _result(
    request: Request,
    number: int,
    stage: str,
    places: Places | None,
    settings: Mapping[str, Any],
    sample: Sample | None,
    problem: str,
) -> Tried:
    if sample is None:
        return Tried(number, stage, places, settings, problem=problem)
    names = [aim.measure.name for aim in request.aims]
    changes = tuple(
        aim.change(sample.values[name], sample.baseline[name]) for aim, name in zip(request.aims, names, strict=True)
    )
    undefined = [name for name, change in zip(names, changes, strict=True) if not np.isfinite(change.mean)]
    limits = tuple(kept(each, sample.values[each.measure.name]) for each in request.constraints)
    undefined += [
        each.measure.name for each, how in zip(request.constraints, limits, strict=True) if np.isnan(how.level.mean)
    ]
    if undefined:
        problem = f"{undefined[0]} is not known for every run"
    carried = None
    if request.looks_at_window:
        carried = float((sample.values[CARRIED_PROFIT] - sample.baseline[CARRIED_PROFIT]).mean())
    return Tried(number, stage, places, settings, changes, limits, carried, problem)


def _told(request: Request, tried: Tried) -> Told:
    assert tried.places is not None
    if tried.problem:
        return Told(tried.places, None)
    gains = tuple(aim.gain(change.mean) for aim, change in zip(request.aims, tried.changes, strict=True))
    limits = list(zip(request.constraints, tried.kept, strict=True))
    return Told(tried.places, gains, tuple(how.excess / size_of(each, [how]) for each, how in limits))
