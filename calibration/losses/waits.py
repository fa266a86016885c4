"""The likelihood of waits and other values above 0 whose luck grows with them, beside those of `kinds.py`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from calibration.losses.kinds import JUST_ABOVE, Floats, Normal, log_normal
from calibration.losses.luck import Luck


@dataclass(frozen=True)
class LogNormal(Normal):
    """A number above 0 whose luck grows with it, such as a wait: lognormal with the simulated mean.

    Its coefficient of variation squared is luck + (error/value)², luck in units of the square of the simulated mean.
    """

    def _shape(self, centre: Floats, luck: Luck) -> tuple[Floats, float]:
        """Mean and standard deviation of the logarithm."""
        variance = float(np.log1p(self.variance(luck) + (self.error / self.value) ** 2))
        return np.log(np.maximum(centre[:, 0], JUST_ABOVE)) - variance / 2.0, float(np.sqrt(variance))

    def log_likelihood(self, observed: Floats, centre: Floats, luck: Luck) -> Floats:
        middle, sd = self._shape(centre, luck)
        seen = np.log(np.maximum(observed[..., 0], JUST_ABOVE))
        return np.asarray(log_normal(seen, middle, max(sd, JUST_ABOVE)) - seen)

    def drawn(self, uniforms: Floats, centre: Floats, luck: Luck) -> Floats:
        middle, sd = self._shape(centre, luck)
        return np.asarray(np.exp(middle + sd * special.ndtri(uniforms[:, 0])))[:, np.newaxis]

    def scaled(self, data: Floats) -> Floats:
        return np.asarray(np.log(np.maximum(data, JUST_ABOVE)) * (self.value / self.error))

    def luck_unit(self, centre: Floats) -> Floats:
        return np.asarray(centre[:, 0] ** 2)

    def pooled(self, variances: Floats, units: Floats) -> float:
        """The mean of the ratios, so that the candidates with the longest waits do not speak for all."""
        there = units > 0.0
        return float((variances[there] / units[there]).mean()) if there.any() else 0.0

    def link(self, centre: Floats) -> Floats:
        return np.asarray(np.log(np.maximum(centre, JUST_ABOVE)))

    def unlink(self, linked: Floats) -> Floats:
        return np.asarray(np.exp(np.clip(linked, -50.0, 50.0)))
