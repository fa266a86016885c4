"""Does the machinery find what it should? Data made from a known truth, fitted, and the truth looked for.

In go a scenario, its targets and a number of fits. For each a truth is drawn from the priors, one market of its own
luck is run at it and sampled as the targets were, and the parameters are fitted to that. Out come how often the 90 %
interval holds the truth, which must be nine times in ten within chance, and the ranks of the truths in their
posteriors, which must be even (simulation-based calibration:
Talts, Betancourt, Simpson, Vehtari & Gelman 2018, arXiv:1804.06788).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from calibration.calibrator import CANDIDATES, FEWEST, REPLICATIONS, posterior_of, second_round
from calibration.candidates import Bench, Tried, check_movable
from calibration.losses.kinds import Normal
from calibration.losses.likelihood import Loss
from calibration.parameters import Fitted
from calibration.posterior import LEVEL, estimates, share_below
from calibration.samplers.regression import DATA_SETS, Sample, observed_data, pseudo_data, regression_abc
from calibration.samplers.sobol import keyed_uniforms, sobol_normal
from calibration.targets.reading import Fit, load_fit
from experiments.engines.runner import Evaluator, Progress, engine, ignore_progress
from sim.errors import RequestError
from sim.scenario.load import Scenario

Floats = NDArray[np.float64]

FITS: Final = 20
SURE: Final = 0.999
"""Of the band that the number of truths found must lie in."""
FAR_AWAY: Final = 10_000
"""Replications from here on are the markets that data come from; no candidate meets their luck."""


@dataclass(frozen=True)
class Recovered:
    """One parameter in every fit, arrays (fits,) in its unit; ``rank`` is the posterior's share below the truth."""

    parameter: Fitted
    truth: Floats
    low: Floats
    median: Floats
    high: Floats
    shrinkage: Floats
    rank: Floats

    @property
    def held(self) -> int:
        """In how many fits the 90 % interval holds the truth; of whole numbers before they are rounded."""
        return int((np.abs(self.rank - 0.5) <= LEVEL / 2.0).sum())

    @property
    def band(self) -> tuple[int, int]:
        """Where that number must lie: the central 99.9 % of a binomial with chance 0.9."""
        low, high = stats.binom.interval(SURE, len(self.truth), LEVEL)
        return int(low), int(high)

    @property
    def recovered(self) -> bool:
        return self.band[0] <= self.held <= self.band[1]

    @property
    def uneven(self) -> float:
        """The chance of ranks as uneven, were they even: chi-square over five or ten bins."""
        bins = 10 if len(self.rank) >= 100 else 5
        counts = np.histogram(self.rank, bins=bins, range=(0.0, 1.0))[0]
        return float(stats.chisquare(counts).pvalue)

    @property
    def bias(self) -> float:
        """Mean of Φ⁻¹(rank): 0 where the posterior lies neither too low nor too high."""
        return float(special.ndtri(np.clip(self.rank, 0.005, 0.995)).mean())


@dataclass(frozen=True)
class Recovery:
    """All parameters of all fits."""

    fit: Fit
    seed: int
    fits: int
    candidates: int
    replications: int
    rounds: int
    parameters: tuple[Recovered, ...]


def recover(
    scenario: Scenario,
    targets: str | Path,
    *,
    parameters: Sequence[str] | None = None,
    fits: int = FITS,
    candidates: int = CANDIDATES["regression"],
    replications: int = REPLICATIONS,
    rounds: int = 1,
    seed: int | None = None,
    workers: int | None = 1,
    cluster: str | None = None,
    out: Path | str | None = None,
    progress: Progress = ignore_progress,
) -> Recovery:
    """Fit data of known truths by regression-adjusted ABC: all parameters of a targets file, or those named.

    The candidates of the first round are those of the priors, so all fits share them and one more fit costs one more
    run. With ``rounds`` 2 half of the candidates are looked at anew in each fit, as `calibrate` does.
    """
    fit = load_fit(scenario, targets, parameters)
    if fits < 2 or candidates < FEWEST or replications < 2 or rounds not in (1, 2):
        raise RequestError(
            f"a recovery needs at least 2 fits, {FEWEST} candidates and 2 replications, in 1 round or in 2"
        )
    used = scenario.document(scenario.baseline).seed if seed is None else seed
    with engine(workers, out, cluster) as running:
        return recovered(fit, fits, candidates, replications, rounds, used, running, progress)


def recovered(
    fit: Fit, fits: int, candidates: int, replications: int, rounds: int, seed: int, running: Evaluator,
    progress: Progress = ignore_progress,
) -> Recovery:  # fmt: skip
    """The recovery of a fit that has been read, on any engine.

    Data come from one market of the simulated size each: what was averaged over many is fitted as of one.
    """
    fit = replace(
        fit,
        observations=tuple(replace(each, larger=1.0, loss=_of_one_market(each.loss)) for each in fit.observations),
    )
    each_time = candidates - candidates // 2 if rounds == 2 else 0
    shared = candidates - each_time
    bench = Bench(fit, seed, replications, running, progress, ahead=shared + fits * (each_time + 1))
    first = bench.run(sobol_normal(shared, len(fit.space.parameters), seed))
    check_movable(fit.fitted_to, first)
    truths, studies = _studies(bench, fits, seed)
    one_round = None if rounds == 2 else _Shared.of(fit, first, seed)
    found = []
    for number, study in enumerate(studies):
        if one_round is None:
            own, weights = second_round(bench, study, first, each_time, seed)
            sample = posterior_of(study, own, own.lucks(fit.observations), seed, weights)
        else:
            sample = one_round.posterior(fit, study)
        below = [
            share_below(sample.z[:, place], sample.weights, truths[number, place]) for place in range(truths.shape[1])
        ]
        found.append((estimates(fit.space.parameters, sample), below))
    values = fit.space.values(truths)
    parameters = []
    for place, parameter in enumerate(fit.space.parameters):
        low, median, high, shrinkage = np.array(
            [(one[place].low, one[place].median, one[place].high, one[place].shrinkage) for one, _ in found]
        ).T
        ranks = np.array([of_fit[place] for _, of_fit in found])
        parameters.append(Recovered(parameter, values[:, place], low, median, high, shrinkage, ranks))
    return Recovery(fit, seed, fits, candidates, replications, rounds, tuple(parameters))


@dataclass(frozen=True)
class _Shared:
    """The data sets drawn from the first round, the same for all fits: only what was observed differs."""

    z: Floats
    data: Floats

    @classmethod
    def of(cls, fit: Fit, first: Tried, seed: int) -> _Shared:
        possible = first.of(first.possible)
        data = pseudo_data(fit.fitted_to, possible, first.lucks(fit.observations), seed)
        return cls(np.repeat(possible.z, DATA_SETS, axis=0), data)

    def posterior(self, fit: Fit, study: Fit) -> Sample:
        return regression_abc(self.z, self.data, observed_data(fit.fitted_to, study.fitted_to))


def _of_one_market(loss: Loss) -> Loss:
    return replace(loss, averaged=False) if isinstance(loss, Normal) else loss


def _studies(bench: Bench, fits: int, seed: int) -> tuple[Floats, list[Fit]]:
    """Truths from the priors, and for each the fit with the data its market gave.

    A truth that makes no possible plan, or leaves a target undefined, is no truth; the next is drawn instead.
    """
    fit, dimensions = bench.fit, len(bench.fit.space.parameters)
    truths: list[Floats] = []
    studies: list[Fit] = []
    for number in range(4 * fits):
        if len(studies) == fits:
            break
        truth = special.ndtri(keyed_uniforms((1, dimensions), seed, "truth", number))
        market = bench.run(truth, [FAR_AWAY + number])
        if market.possible[0]:
            truths.append(truth[0])
            studies.append(with_data_of(fit, market, seed, number))
    if len(studies) < fits:
        raise RequestError(f"only {len(studies)} of {4 * fits} truths drawn from the priors make a possible plan")
    return np.array(truths), studies


def with_data_of(fit: Fit, market: Tried, seed: int, number: int) -> Fit:
    """The fit with the data that studies like those of its targets would have found in one market."""
    made = []
    for each in fit.observations:
        luck = keyed_uniforms((1, each.loss.uniforms), seed, f"study of {each.name}", number)
        data = each.loss.sampled(luck, market.runs[each.name][:, 0])
        made.append(replace(each, loss=each.loss.with_data(data[0])))
    return replace(fit, observations=tuple(made))
