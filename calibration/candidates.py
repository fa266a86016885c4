"""Candidates × a fixed ensemble of replications: what every target comes to at every candidate, on the same luck.

In go points on the working scale of the parameters; out come the simulated values of all targets, and how likely what
was observed is there. The runs are those of `experiments.study`: the same engines, the same store, so candidates share
the work of many processes and a fit that was interrupted finds its runs again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.losses.likelihood import luck_of
from calibration.losses.luck import Luck
from calibration.targets.observations import Observation
from calibration.targets.reading import Fit
from experiments.engines.runner import Evaluator, Progress, ignore_progress, seconds_left
from experiments.study import Point, Study, outcomes
from sim.errors import RequestError, ScenarioError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Tried:
    """Candidates and what they came to.

    ``z``: (candidates, parameters), standard normal under the prior. ``runs``: by observation, shape (candidates,
    replications, components), NaN for a candidate that cannot be or left the measure undefined.
    """

    z: Floats
    runs: Mapping[str, Floats]

    def centre(self, observation: Observation) -> Floats:
        """The mean of the ensemble, (candidates, components)."""
        return np.asarray(self.runs[observation.name].mean(axis=1))

    @property
    def possible(self) -> NDArray[np.bool_]:
        """Which candidates gave every target a value."""
        there = [np.isfinite(values).all(axis=(1, 2)) for values in self.runs.values()]
        return np.asarray(np.all(there, axis=0))

    def lucks(self, observed: Sequence[Observation]) -> dict[str, Luck]:
        """The luck of one market in each target, over all candidates together."""
        return {each.name: luck_of(each.loss, self.runs[each.name], each.larger, each.stands_for) for each in observed}

    def of(self, which: Any) -> Tried:
        """Some of the candidates."""
        return Tried(self.z[which], {name: values[which] for name, values in self.runs.items()})

    def joined(self, other: Tried) -> Tried:
        """These candidates, then the others."""
        runs = {name: np.concatenate([values, other.runs[name]]) for name, values in self.runs.items()}
        return Tried(np.concatenate([self.z, other.z]), runs)


def log_likelihoods(observed: Sequence[Observation], tried: Tried, lucks: Mapping[str, Luck]) -> Floats:
    """log L by candidate: the sum over targets, each times its weight; minus infinity where a target is undefined."""
    total = np.zeros(len(tried.z))
    possible = tried.possible
    for each in observed:
        centre = np.where(possible[:, np.newaxis], tried.centre(each), 0.5)
        total += each.weight * each.loss.log_likelihood(each.loss.observed, centre, lucks[each.name])
    return np.where(possible, total, -np.inf)


class Bench:
    """Where candidates are run; counts what is done, for the progress. ``ahead``: candidates expected in all."""

    def __init__(
        self, fit: Fit, seed: int, replications: int, engine: Evaluator, progress: Progress = ignore_progress,
        ahead: int = 0,
    ) -> None:  # fmt: skip
        self.fit, self.replications = fit, replications
        self._engine, self._progress = engine, progress
        self._study = Study(fit.scenario, fit.plans, seed, observer=fit.observer)
        self._began, self._done, self._asked = perf_counter(), 0, ahead * replications
        self.candidates = 0

    def run(self, z: Floats, replications: Sequence[int] | None = None) -> Tried:
        """What the candidates come to; those that break a constraint or make no possible plan are not run."""
        numbers = range(self.replications) if replications is None else replications
        settings = [self._settings(each) for each in z]
        self.candidates += len(z)
        return Tried(z, self._runs(settings, numbers))

    def as_it_stands(self, replications: int) -> Tried:
        """The scenario as the file has it: one candidate, at no place of the working scale."""
        as_observed = dict.fromkeys(self.fit.plans, self.fit.conditions)
        return Tried(
            np.full((1, len(self.fit.space.parameters)), np.nan), self._runs([as_observed], range(replications))
        )

    def _settings(self, z: Floats) -> Mapping[str, Mapping[str, Any]] | None:
        """By plan what is set; None for a candidate that cannot be."""
        if not self.fit.space.allowed(z[np.newaxis])[0]:
            return None
        found = {plan: {**self.fit.conditions, **self.fit.space.settings(z, plan)} for plan in self.fit.plans}
        try:
            for plan, settings in found.items():
                self.fit.scenario.document(plan, settings=settings)
        except ScenarioError:
            return None
        return found

    def _runs(
        self, settings: Sequence[Mapping[str, Mapping[str, Any]] | None], numbers: Sequence[int]
    ) -> dict[str, Floats]:
        fit = self.fit
        there = [place for place, each in enumerate(settings) if each is not None]
        seen: dict[tuple[str, tuple[str, str]], Floats] = {}
        if there:
            wanted = list(dict.fromkeys(look.key for each in fit.observations for look in each.looks))
            points = [_point(settings[place] or {}) for place in there]
            found = outcomes(
                self._study, points, list(numbers), wanted, self._engine, "whole", self._told(len(numbers))
            )
            seen = {(plan, key): found.of(key, plan) for key in wanted for plan in fit.plans}
        self._done += len(there) * len(numbers)
        runs = {}
        for each in fit.observations:
            runs[each.name] = np.full((len(settings), len(numbers), each.loss.components), np.nan)
            if there:
                looked = [np.stack([seen[plan, look.key] for look in each.looks], axis=-1) for plan in each.plans]
                runs[each.name][there] = each.runs(*looked)
        return _through_lines(fit.observations, runs)

    def _told(self, replications: int) -> Progress:
        done = self._done

        def progress(count: int, asked: int, _: float) -> None:
            self._asked = max(self._asked, done + asked)
            self._progress(done + count, self._asked, seconds_left(self._began, done + count, self._asked))

        return progress


def _point(settings: Mapping[str, Mapping[str, Any]]) -> Point:
    """A point of the study: each plan has its own settings."""
    return Point(befalls=lambda plan, _: settings.get(plan, {}))


def _through_lines(observed: Sequence[Observation], runs: dict[str, Floats]) -> dict[str, Floats]:
    """The firm's scores: at each candidate the straight line of the measure that meets the target it goes through."""
    by_name = {each.name: each for each in observed}
    for each in observed:
        if each.through is None:
            continue
        anchor = by_name[each.through]
        mean, sd = anchor.loss.observed
        centre = runs[anchor.name].mean(axis=1, keepdims=True)  # (candidates, 1, mean and spread)
        slope = np.divide(sd, centre[..., 1], out=np.full(centre.shape[:2], np.nan), where=centre[..., 1] > 0.0)
        own = runs[each.name]
        runs[each.name] = np.stack([mean + slope * (own[..., 0] - centre[..., 0]), slope * own[..., 1]], axis=-1)
    return runs


def check_movable(observed: Sequence[Observation], tried: Tried) -> None:
    """RequestError for a target that no candidate reports, or that comes to the same at all of them.

    Equal to the last digit in every replication: no parameter reaches it. What moves less than luck does is not refused
    but shows as a parameter that stays unidentified.
    """
    if not tried.possible.any():
        lost = [each.name for each in observed if not np.isfinite(tried.runs[each.name]).all(axis=(1, 2)).any()]
        why = f"target '{lost[0]}' is undefined at all of them" if lost else "none of them makes a possible plan"
        raise RequestError(f"no candidate of {len(tried.z)} can be judged: {why}")
    possible = tried.of(tried.possible)
    if len(possible.z) < 2:
        return
    for each in observed:
        runs = possible.runs[each.name]
        if not np.ptp(runs, axis=0).any():
            raise RequestError(
                f"target '{each.name}' ({each.measure.title}) comes to the same at all {len(runs)} candidates tried: "
                "no parameter moves it, so it can fit none; leave it out, hold it out, or name a parameter that does"
            )
