"""One best point instead of a posterior: Optuna's tree-structured Parzen estimator or CMA-ES, from a Sobol start.

What is made large is the logarithm of prior times likelihood, on the working scale. Batches have a fixed size and are
told in their order, so what is found does not depend on who runs them (Bergstra et al. 2011; Hansen & Ostermeier 2001).
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from calibration.samplers.sobol import keyed_uniforms, sobol_normal
from sim.errors import RequestError

Floats = NDArray[np.float64]
Way = Literal["tpe", "cma-es"]
BATCH = 8
FARTHEST = 4.0
"""How far from the middle of the priors is searched, in standard deviations of the working scale."""


def log_prior(z: Floats) -> Floats:
    """Of the working scale, up to a constant."""
    return np.asarray(-0.5 * (z**2).sum(axis=1))


class Search:
    """Ask for candidates, tell how good they are."""

    def __init__(self, way: Way, dimensions: int, candidates: int, seed: int) -> None:
        optuna = _optuna()
        self._names = [str(place) for place in range(dimensions)]
        self._left = candidates
        number = int(keyed_uniforms((1,), seed, "search")[0] * 2**31)
        sampler = (
            optuna.samplers.TPESampler(seed=number, multivariate=dimensions > 1, n_startup_trials=0)
            if way == "tpe"
            else optuna.samplers.CmaEsSampler(seed=number, n_startup_trials=0)
        )
        self._study = optuna.create_study(direction="maximize", sampler=sampler)
        self._range = optuna.distributions.FloatDistribution(-FARTHEST, FARTHEST)
        start = min(max(BATCH, 2 ** (dimensions + 2)), max(2, candidates // 2))
        self._start: Floats | None = sobol_normal(start, dimensions, seed)
        self._asked: list[Any] = []

    def ask(self) -> Floats:
        """The next batch; none when as many as wanted have been asked for."""
        count = min(BATCH if self._start is None else len(self._start), self._left)
        if count <= 0:
            return np.zeros((0, len(self._names)))
        if self._start is not None:
            for point in self._start[:count].tolist():
                self._study.enqueue_trial(
                    dict(zip(self._names, (float(np.clip(at, -FARTHEST, FARTHEST)) for at in point), strict=True))
                )
            self._start = None
        self._left -= count
        space = dict.fromkeys(self._names, self._range)
        self._asked = [self._study.ask(space) for _ in range(count)]
        return np.array([[trial.params[name] for name in self._names] for trial in self._asked])

    def tell(self, z: Floats, log_likelihood: Floats) -> None:
        """How likely the data are at each, in the order asked."""
        from optuna.trial import TrialState

        for trial, value in zip(self._asked, (log_likelihood + log_prior(z)).tolist(), strict=True):
            if np.isfinite(value):
                self._study.tell(trial, value)
            else:
                self._study.tell(trial, state=TrialState.FAIL)


def _optuna() -> Any:
    if find_spec("optuna") is None or find_spec("cmaes") is None:  # Optuna's CMA-ES is the latter
        raise RequestError(
            "searching for a best point needs Optuna and cmaes: pip install 'rehearsal[calibrate]', or fit a posterior "
            "with --method regression, emulator or smc"
        )
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna
