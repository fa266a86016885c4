"""Which settings to try next: all of them when they are few, otherwise the stated one, a Sobol start, then Optuna.

In go the lists of values of the levers and what the tried settings came to; out come batches of settings, each setting
once. Batches have a fixed size and results are told in their order, so what is tried does not depend on who runs it.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import ceil, log2
from typing import TYPE_CHECKING, Any, Final

from experiments.search.levers import LeverValues, Places, settings_in_all, today_of
from sim.errors import RequestError
from sim.streams import Streams

if TYPE_CHECKING:
    import optuna

BATCH: Final = 8
"""Settings asked for at once, whatever the number of workers."""
START_A_LEVER: Final = 4


@dataclass(frozen=True)
class Told:
    """What a setting came to, for the search: gains to be made large, and how far it breaks each constraint.

    ``gains`` is None where the setting cannot be or left a measure undefined.
    """

    places: Places
    gains: tuple[float, ...] | None
    excesses: tuple[float, ...] = ()


class Proposals(ABC):
    """Batches of settings never asked for before."""

    @abstractmethod
    def ask(self, most: int) -> list[Places]:
        """At most ``most`` new settings; empty when there is none left."""

    def tell(self, results: Sequence[Told]) -> None:
        """What the last batch came to, in its order."""
        return


class Grid(Proposals):
    """Every setting there is."""

    def __init__(self, levers: Sequence[LeverValues]) -> None:
        self._left = list(product(*(range(len(lever.values)) for lever in levers)))

    def ask(self, most: int) -> list[Places]:
        batch, self._left = self._left[:most], self._left[most:]
        return batch


class Sampled(Proposals):
    """Optuna's tree-structured Parzen estimator, for one objective or several, with constraints.

    Bergstra, Bardenet, Bengio & Kégl (2011); several objectives: Ozaki, Tanigaki, Watanabe, Nomura & Onishi (2022).
    A setting it asks for again is replaced by the next one of the Sobol sequence that has not been tried: no run is
    spent twice, and no batch is smaller for it.
    """

    def __init__(self, levers: Sequence[LeverValues], objectives: int, trials: int, seed: int) -> None:
        optuna = _optuna()
        self._levers = levers
        number = int(Streams(seed, 0).numbers("search", 1)[0] * 2**31)
        start = _start(levers, trials)
        self._sequence = _sobol(levers, trials, number)
        self._study = optuna.create_study(
            directions=["maximize"] * objectives,
            sampler=optuna.samplers.TPESampler(seed=number, n_startup_trials=start, multivariate=len(levers) > 1),
        )
        self._distributions = {lever.path: _distribution(lever) for lever in levers}
        self._start = start
        self._asked: dict[Places, Any] = {}

    def ask(self, most: int) -> list[Places]:
        batch: list[Places] = []
        for _ in range(most):
            places = self._next()
            if places is None:
                break
            batch.append(places)
        return batch

    def tell(self, results: Sequence[Told]) -> None:
        from optuna.trial import TrialState

        for result in results:
            trial = self._asked[result.places]
            if result.gains is None:
                self._study.tell(trial, state=TrialState.FAIL)
                continue
            for place, excess in enumerate(result.excesses):
                trial.set_constraint(str(place), excess)
            self._study.tell(trial, list(result.gains))

    def _next(self) -> Places | None:
        """A setting never asked for: today's, those of the start, then what Optuna suggests."""
        if len(self._asked) >= self._start:
            trial = self._study.ask(self._distributions)
            places = tuple(int(trial.params[lever.path]) for lever in self._levers)
            if places not in self._asked:
                self._asked[places] = trial
                return places
            self._drop(trial)
        fresh = self._untried()
        if fresh is not None:
            self._study.enqueue_trial({lever.path: place for lever, place in zip(self._levers, fresh, strict=True)})
            self._asked[fresh] = self._study.ask(self._distributions)
        return fresh

    def _drop(self, trial: "optuna.Trial") -> None:
        from optuna.trial import TrialState

        self._study.tell(trial, state=TrialState.FAIL)

    def _untried(self) -> Places | None:
        today = today_of(self._levers)
        if today is not None and today not in self._asked:
            return today
        everywhere = product(*(range(len(lever.values)) for lever in self._levers))
        for source in (self._sequence, everywhere):
            for places in source:
                if places not in self._asked:
                    return places
        return None


def proposals(levers: Sequence[LeverValues], objectives: int, trials: int, seed: int) -> Proposals:
    """How to search: every setting where ``trials`` is enough for all, otherwise by sampling."""
    return Grid(levers) if settings_in_all(levers) <= trials else Sampled(levers, objectives, trials, seed)


def _start(levers: Sequence[LeverValues], trials: int) -> int:
    """Settings tried before anything is learned: four a lever and today's, at most half of all."""
    return min(1 + START_A_LEVER * len(levers), max(1, trials // 2))


def _sobol(levers: Sequence[LeverValues], trials: int, seed: int) -> list[Places]:
    """A scrambled Sobol sequence over the places of all levers (Owen 1998), four times as long as needed."""
    from scipy.stats import qmc

    points = qmc.Sobol(d=len(levers), rng=seed).random_base2(ceil(log2(4 * trials)))
    sizes = [len(lever.values) for lever in levers]
    return [
        tuple(min(int(at * size), size - 1) for at, size in zip(point, sizes, strict=True)) for point in points.tolist()
    ]


def _distribution(lever: LeverValues) -> "optuna.distributions.BaseDistribution":
    from optuna.distributions import CategoricalDistribution, IntDistribution

    last = len(lever.values) - 1
    return IntDistribution(0, last) if lever.ordered else CategoricalDistribution(tuple(range(last + 1)))


def _optuna() -> Any:
    try:
        import optuna
    except ImportError:
        raise RequestError(
            "searching more settings than can all be tried needs Optuna: pip install 'rehearsal[calibrate]', or ask "
            "for as many --trials as there are settings"
        ) from None
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna
