"""A fit from start to end: candidates, posterior, what it predicts, and how it does on what was held out.

In go a scenario and a targets file; out comes a `Calibration`. The quick way is regression-adjusted ABC in two rounds,
the second where the first found the posterior; an emulator of the runs is better where data say much; ABC-SMC takes
longer and checks both; TPE and CMA-ES look for one best point. All of them run candidates on one bench: the same
replications for each, so that luck is shared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from calibration.candidates import Bench, Tried, check_movable, log_likelihoods
from calibration.losses.luck import Luck
from calibration.posterior import Estimate, correlations, estimates, resampled
from calibration.predictive import Prediction, log_score, predictions
from calibration.samplers.emulator import emulated_posterior
from calibration.samplers.regression import DATA_SETS, Sample, observed_data, pseudo_data, regression_abc
from calibration.samplers.searching import Search, log_prior
from calibration.samplers.smc import AbcSmc, Generation
from calibration.samplers.sobol import keyed_uniforms, sobol_normal
from calibration.surface import profiles
from calibration.targets.reading import Fit, load_fit
from experiments.engines.runner import Evaluator, Progress, engine, ignore_progress
from sim.errors import RequestError
from sim.scenario.load import Scenario

Floats = NDArray[np.float64]
Method = Literal["regression", "emulator", "smc", "tpe", "cma-es"]

METHODS: Final[tuple[Method, ...]] = ("regression", "emulator", "smc", "tpe", "cma-es")
CANDIDATES: Final[Mapping[Method, int]] = {"regression": 256, "emulator": 128, "smc": 100, "tpe": 128, "cma-es": 128}
"""Usual numbers: of candidates in all, or for ABC-SMC of particles."""
SEARCHES: Final[tuple[Method, ...]] = ("tpe", "cma-es")
"""Methods that find one best point and no posterior."""
REPLICATIONS: Final = 2
PREDICTED_AT: Final = 16
"""Candidates drawn from the posterior and run, for what it predicts."""
WIDER: Final = 1.5
"""The second round looks over so many standard deviations of the first."""
FEWEST: Final = 16


@dataclass(frozen=True)
class Calibration:
    """A fit and everything known of it.

    ``sample``: the posterior on the working scale (for a search its best point alone). ``tried``: every candidate with
    ``log_likelihood``. ``predicted``: of every target, fitted or held out; ``prior_score`` and ``score`` are the log
    scores of the targets held out before and after the fit. ``generations`` are those of ABC-SMC.
    """

    fit: Fit
    method: Method
    seed: int
    replications: int
    estimates: tuple[Estimate, ...]
    sample: Sample
    correlations: Floats
    tried: Tried
    log_likelihood: Floats
    lucks: Mapping[str, Luck]
    predicted: tuple[Prediction, ...]
    prior_score: float
    score: float
    generations: tuple[Generation, ...] = ()
    stalled: bool = False

    @property
    def is_posterior(self) -> bool:
        return self.method not in SEARCHES

    @property
    def best(self) -> Floats:
        """The candidate tried with the most prior times likelihood, on the working scale."""
        return np.asarray(self.tried.z[int(np.argmax(self.log_likelihood + log_prior(self.tried.z)))])


def calibrate(
    scenario: Scenario,
    targets: str | Path,
    *,
    parameters: Sequence[str] | None = None,
    method: Method = "regression",
    candidates: int | None = None,
    replications: int = REPLICATIONS,
    seed: int | None = None,
    workers: int | None = 1,
    cluster: str | None = None,
    out: Path | str | None = None,
    progress: Progress = ignore_progress,
) -> Calibration:
    """Fit the parameters of a targets file, or those named in ``parameters``.

    ``candidates``: how many in all, for ABC-SMC how many particles. ``replications`` of each candidate, at least two,
    because luck is learned from them. With ``out`` every run is kept, and an interrupted fit goes on from there.
    Raises `ScenarioError` for a wrong file, `RequestError` for a fit that cannot be.
    """
    fit = load_fit(scenario, targets, parameters)
    asked = CANDIDATES.get(method) if candidates is None else candidates
    if method not in METHODS or asked is None:
        raise RequestError(f"there is no method '{method}'; there are {', '.join(METHODS)}")
    if replications < 2:
        raise RequestError("a fit needs at least 2 replications of each candidate: luck is learned from them")
    if asked < FEWEST:
        raise RequestError(f"a fit with {asked} candidates says nothing; ask for at least {FEWEST}")
    used = scenario.document(scenario.baseline).seed if seed is None else seed
    with engine(workers, out, cluster) as running:
        return fitted(fit, method, asked, replications, used, running, progress)


def fitted(
    fit: Fit, method: Method, candidates: int, replications: int, seed: int, running: Evaluator,
    progress: Progress = ignore_progress,
) -> Calibration:  # fmt: skip
    """The calibration of a fit that has been read, on any engine."""
    ahead = candidates * (1 if method != "smc" else 6) + PREDICTED_AT
    bench = Bench(fit, seed, replications, running, progress, ahead)
    if method == "regression":
        tried, sample, lucks = two_rounds(bench, candidates, seed)
        extra: tuple[tuple[Generation, ...], bool] = ((), False)
    elif method == "emulator":
        tried, sample, lucks = by_emulator(bench, candidates, seed)
        extra = ((), False)
    elif method == "smc":
        tried, sample, lucks, extra = _by_smc(bench, candidates, seed)
    else:
        tried, sample, lucks = _by_search(bench, method, candidates, seed)
        extra = ((), False)
    likelihood = log_likelihoods(fit.fitted_to, tried, lucks)
    found = profiles(fit.fitted_to, tried, lucks, seed)
    count = 1 if method in SEARCHES else PREDICTED_AT
    after = bench.run(resampled(sample, count, float(keyed_uniforms((1,), seed, "resampled")[0])))
    predicted = predictions([each for each in fit.observations if not each.used_up], after, lucks, seed)
    start = tried.of(np.arange(min(64, len(tried.z))))
    before = predictions(fit.held_out, start, lucks, seed, sets=8)
    return Calibration(
        fit, method, seed, replications, estimates(fit.space.parameters, sample, found), sample, correlations(sample),
        tried, likelihood, lucks, predicted, log_score(before),
        log_score([each for each in predicted if each.observation.hold_out]), *extra,
    )  # fmt: skip


def two_rounds(bench: Bench, candidates: int, seed: int) -> tuple[Tried, Sample, dict[str, Luck]]:
    """Regression-adjusted ABC: half of the candidates over the prior, half where those found the posterior."""
    fit = bench.fit
    first = bench.run(sobol_normal(candidates // 2, len(fit.space.parameters), seed))
    check_movable(fit.fitted_to, first)
    both, weights = second_round(bench, fit, first, candidates - candidates // 2, seed)
    lucks = both.lucks(fit.observations)
    return both, posterior_of(fit, both, lucks, seed, weights), lucks


def by_emulator(bench: Bench, candidates: int, seed: int) -> tuple[Tried, Sample, dict[str, Luck]]:
    """An emulator through half of the candidates, over the prior, and half where those found the posterior."""
    fit = bench.fit
    first = bench.run(sobol_normal(candidates // 2, len(fit.space.parameters), seed))
    check_movable(fit.fitted_to, first)
    one = emulated_posterior(fit.space, fit.fitted_to, first, first.lucks(fit.observations), seed)
    near = resampled(one, candidates - candidates // 2, float(keyed_uniforms((1,), seed, "near")[0]))
    both = first.joined(bench.run(one.mean() + WIDER * (near - one.mean())))
    lucks = both.lucks(fit.observations)
    return both, emulated_posterior(fit.space, fit.fitted_to, both, lucks, seed), lucks


def second_round(bench: Bench, fit: Fit, first: Tried, candidates: int, seed: int) -> tuple[Tried, Floats]:
    """The first candidates and as many more where they say the posterior is, with the weight of each.

    The new ones are drawn from a normal around the first posterior, half as wide again; the weight of any is the prior
    over the density of both rounds together (the balance heuristic of Veach & Guibas 1995). ``fit`` has the data.
    """
    dimensions = first.z.shape[1]
    one = posterior_of(fit, first, first.lucks(fit.observations), seed, np.ones(len(first.z)))
    mean, spread = one.mean(), WIDER**2 * one.covariance() + 1e-4 * np.eye(dimensions)
    root = np.linalg.cholesky(spread)
    steps = sobol_normal(candidates, dimensions, seed, "second round")
    both = first.joined(bench.run(mean + (steps[:, np.newaxis, :] * root[np.newaxis]).sum(axis=-1)))
    share = len(first.z) / len(both.z)
    prior = np.exp(log_prior(both.z))
    away = ((both.z - mean)[:, np.newaxis, :] * np.linalg.inv(root)[np.newaxis]).sum(axis=-1)
    near = np.exp(-0.5 * (away**2).sum(axis=1)) / np.prod(np.diag(root))
    return both, prior / (share * prior + (1.0 - share) * near)


def posterior_of(fit: Fit, tried: Tried, lucks: Mapping[str, Luck], seed: int, weights: Floats) -> Sample:
    """Regression-adjusted ABC on candidates that have been run; ``weights`` by candidate."""
    there = tried.possible
    possible = tried.of(there)
    data = pseudo_data(fit.fitted_to, possible, lucks, seed)
    return regression_abc(
        np.repeat(possible.z, DATA_SETS, axis=0),
        data,
        observed_data(fit.fitted_to),
        np.repeat(weights[there], DATA_SETS),
    )


def _by_smc(
    bench: Bench, particles: int, seed: int
) -> tuple[Tried, Sample, dict[str, Luck], tuple[tuple[Generation, ...], bool]]:
    sampler = AbcSmc(particles, len(bench.fit.space.parameters), seed)
    tried: Tried | None = None
    lucks: dict[str, Luck] = {}
    while len(z := sampler.ask()):
        batch = bench.run(z)
        if tried is None:
            check_movable(bench.fit.fitted_to, batch)
            lucks = batch.lucks(bench.fit.observations)  # one likelihood for all generations
        sampler.tell(z, log_likelihoods(bench.fit.fitted_to, batch, lucks))
        tried = batch if tried is None else tried.joined(batch)
    assert tried is not None
    return tried, sampler.sample, lucks, (tuple(sampler.generations), sampler.stalled)


def _by_search(
    bench: Bench, method: Literal["tpe", "cma-es"], candidates: int, seed: int
) -> tuple[Tried, Sample, dict[str, Luck]]:
    search = Search(method, len(bench.fit.space.parameters), candidates, seed)
    tried: Tried | None = None
    lucks: dict[str, Luck] = {}
    while len(z := search.ask()):
        batch = bench.run(z)
        if tried is None:
            check_movable(bench.fit.fitted_to, batch)
            lucks = batch.lucks(bench.fit.observations)
        search.tell(z, log_likelihoods(bench.fit.fitted_to, batch, lucks))
        tried = batch if tried is None else tried.joined(batch)
    assert tried is not None
    score = log_likelihoods(bench.fit.fitted_to, tried, lucks) + log_prior(tried.z)
    best = tried.z[int(np.argmax(score))]
    return tried, Sample(best[np.newaxis], np.ones(1)), lucks
