"""What a fit predicts for each target, and how what was observed lies in it; for those held out, a score.

In go candidates drawn from the posterior with their runs; out come bands of the data another study would find (sampling
and luck included), and the logarithm of the chance the fit gave to what was observed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from calibration.candidates import Tried
from calibration.losses.luck import Luck
from calibration.posterior import share_below
from calibration.samplers.sobol import keyed_uniforms
from calibration.targets.observations import Observation

Floats = NDArray[np.float64]

DATA_SETS: Final = 200
"""Drawn from each candidate, for the bands."""
BAND: Final = 0.90
SURPRISE: Final = 0.01
"""Of a target outside 99 % of its predictions it is said that the model does not come to it."""


@dataclass(frozen=True)
class Prediction:
    """One component of one target: what was observed, and the band of what the fit predicts.

    ``z``: observed less predicted, in standard deviations of the prediction. ``tail``: the two-sided chance of data as
    far out. ``score``: log of the predictive probability of the target's whole observation, NaN but for the first
    component compared.
    """

    observation: Observation
    component: int
    observed: float
    low: float
    median: float
    high: float
    z: float
    tail: float
    score: float

    @property
    def inside(self) -> bool:
        return self.low <= self.observed <= self.high

    @property
    def verdict(self) -> str:
        """met, off, or missed."""
        return "met" if self.inside else "off" if self.tail >= SURPRISE else "missed"


def predictions(
    observed: Sequence[Observation], tried: Tried, lucks: Mapping[str, Luck], seed: int, sets: int = DATA_SETS
) -> tuple[Prediction, ...]:
    """The predictions at candidates of equal weight; those that cannot be are left out."""
    there = tried.of(tried.possible)
    found = []
    for each in observed:
        luck, centre = lucks[each.name], there.centre(each)
        uniforms = keyed_uniforms((len(centre) * sets, each.loss.uniforms), seed, f"predicted {each.name}")
        drawn = each.loss.drawn(uniforms, np.repeat(centre, sets, axis=0), luck)
        score = special.logsumexp(each.loss.log_likelihood(each.loss.observed, centre, luck)) - np.log(len(centre))
        for component in each.loss.compared:
            value, data = float(each.loss.observed[component]), drawn[:, component]
            low, median, high = np.quantile(data, [(1 - BAND) / 2, 0.5, (1 + BAND) / 2]).tolist()
            below = share_below(data, np.ones(len(data)), value)
            sd = float(data.std())
            found.append(
                Prediction(
                    each, component, value, low, median, high,
                    z=(value - float(data.mean())) / sd if sd > 0.0 else float("nan"),
                    tail=2.0 * min(below, 1.0 - below),
                    score=float(score) if component == each.loss.compared[0] else float("nan"),
                )
            )  # fmt: skip
    return tuple(found)


def log_score(found: Sequence[Prediction]) -> float:
    """The sum over targets; higher is better, and only differences mean anything."""
    return float(sum(each.score for each in found if each.component == each.observation.loss.compared[0]))
