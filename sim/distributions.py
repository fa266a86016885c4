"""Distributions as data: a family, its parameters in the field's terms (mean, standard deviation), its inverse CDF.

In a file a distribution is a mapping with one key, `{lognormal: {mean: 6 min, sd: 3 min}}`. Uniform numbers go into
`quantile`, values come out, so the same luck gives comparable values whatever the parameters.
"""

from __future__ import annotations

import math
from typing import Any, Generic, Self, TypeVar, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator
from scipy import special

from sim.scenario.quantities import Minutes, Number, Share

Quantity = TypeVar("Quantity", bound=float)
Floats = NDArray[np.float64]


class Family(BaseModel):
    """What every family of distributions can say of itself."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    def quantile(self, uniforms: Floats) -> Floats:
        """Inverse CDF: uniforms in (0, 1), any shape → values of the same shape."""
        raise NotImplementedError

    def expected(self) -> float:
        """The mean, in the unit of the parameters."""
        raise NotImplementedError

    def variance(self) -> float:
        """The variance, in the squared unit of the parameters."""
        raise NotImplementedError


class Exponential(Family, Generic[Quantity]):
    """Exponential; a share `at_zero` of the mass may sit at zero (callers who do not wait at all)."""

    mean: Quantity = Field(gt=0, description="mean of the exponential part")
    at_zero: Share = Field(default=0.0, lt=1, description="probability of exactly zero")

    def quantile(self, uniforms: Floats) -> Floats:
        rest = uniforms if not self.at_zero else np.maximum(uniforms - self.at_zero, 0.0) / (1.0 - self.at_zero)
        return np.asarray(-self.mean * np.log1p(-rest))

    def expected(self) -> float:
        return (1 - self.at_zero) * self.mean

    def variance(self) -> float:
        return (1 - self.at_zero) * 2 * self.mean**2 - self.expected() ** 2


class Gamma(Family, Generic[Quantity]):
    """Gamma by mean and standard deviation: shape (mean/sd)², scale sd²/mean."""

    mean: Quantity = Field(gt=0)
    sd: Quantity = Field(gt=0, description="standard deviation")

    def quantile(self, uniforms: Floats) -> Floats:
        return np.asarray(special.gammaincinv((self.mean / self.sd) ** 2, uniforms) * (self.sd**2 / self.mean))

    def expected(self) -> float:
        return float(self.mean)

    def variance(self) -> float:
        return float(self.sd**2)


class Lognormal(Family, Generic[Quantity]):
    """Lognormal by its own mean and standard deviation (not those of its logarithm)."""

    mean: Quantity = Field(gt=0)
    sd: Quantity = Field(gt=0, description="standard deviation")

    def quantile(self, uniforms: Floats) -> Floats:
        log_variance = math.log1p((self.sd / self.mean) ** 2)
        return np.asarray(
            np.exp(math.log(self.mean) - log_variance / 2 + math.sqrt(log_variance) * special.ndtri(uniforms))
        )

    def expected(self) -> float:
        return float(self.mean)

    def variance(self) -> float:
        return float(self.sd**2)


class Normal(Family, Generic[Quantity]):
    """Normal, by choice cut off (not piled up) at `low` and `high`; mean and sd are those before the cut."""

    mean: Quantity
    sd: Quantity = Field(gt=0, description="standard deviation")
    low: Quantity | None = Field(default=None, description="nothing below this")
    high: Quantity | None = Field(default=None, description="nothing above this")

    @model_validator(mode="after")
    def _some_room(self) -> Self:
        low, high = self._bounds()
        if special.ndtr(high) - special.ndtr(low) < 1e-6:
            raise ValueError("the bounds leave next to nothing of this normal distribution")
        return self

    def _bounds(self) -> tuple[float, float]:
        low = -math.inf if self.low is None else (self.low - self.mean) / self.sd
        high = math.inf if self.high is None else (self.high - self.mean) / self.sd
        return low, high

    def quantile(self, uniforms: Floats) -> Floats:
        low, high = (float(special.ndtr(bound)) for bound in self._bounds())
        values = self.mean + self.sd * special.ndtri(low + (high - low) * uniforms)
        return np.clip(values, -np.inf if self.low is None else self.low, np.inf if self.high is None else self.high)

    def _moments(self) -> tuple[float, float]:
        low, high = self._bounds()
        mass = float(special.ndtr(high) - special.ndtr(low))
        density_low, density_high = (math.exp(-(bound**2) / 2) / math.sqrt(2 * math.pi) for bound in (low, high))
        shift = (density_low - density_high) / mass
        edge = (low * density_low if math.isfinite(low) else 0) - (high * density_high if math.isfinite(high) else 0)
        return shift, 1 + edge / mass - shift**2

    def expected(self) -> float:
        return float(self.mean + self.sd * self._moments()[0])

    def variance(self) -> float:
        return float(self.sd**2 * self._moments()[1])


class NormalTime(Normal[Quantity], Generic[Quantity]):
    """Normal of a time: cut off at zero where nothing else is said, because no time is negative."""

    low: Quantity | None = Field(default=cast(Any, 0.0), description="nothing below this")


class Uniform(Family, Generic[Quantity]):
    """Every value between `low` and `high` alike."""

    low: Quantity
    high: Quantity

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.high < self.low:
            raise ValueError("high must be at least low")
        return self

    def quantile(self, uniforms: Floats) -> Floats:
        return np.asarray(self.low + (self.high - self.low) * uniforms)

    def expected(self) -> float:
        return float((self.low + self.high) / 2)

    def variance(self) -> float:
        return float((self.high - self.low) ** 2 / 12)


class Triangular(Family, Generic[Quantity]):
    """Triangular between `low` and `high`, most likely at `mode`: an expert's guess."""

    low: Quantity
    mode: Quantity
    high: Quantity

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.mode <= self.high or self.low == self.high:
            raise ValueError("low, mode and high must rise in this order")
        return self

    def quantile(self, uniforms: Floats) -> Floats:
        width, left, right = self.high - self.low, self.mode - self.low, self.high - self.mode
        rising = self.low + np.sqrt(uniforms * width * left)
        falling = self.high - np.sqrt((1 - uniforms) * width * right)
        return np.where(uniforms * width < left, rising, falling)

    def expected(self) -> float:
        return float((self.low + self.mode + self.high) / 3)

    def variance(self) -> float:
        low, mode, high = self.low, self.mode, self.high
        return float((low**2 + mode**2 + high**2 - low * mode - low * high - mode * high) / 18)


class Beta(Family):
    """Beta on 0 to 1 by mean and standard deviation."""

    mean: Number = Field(gt=0, lt=1)
    sd: Number = Field(gt=0, lt=0.5, description="standard deviation")

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.sd**2 >= self.mean * (1 - self.mean):
            raise ValueError("this standard deviation is too large for a share with this mean")
        return self

    def _shapes(self) -> tuple[float, float]:
        strength = self.mean * (1 - self.mean) / self.sd**2 - 1
        return self.mean * strength, (1 - self.mean) * strength

    def quantile(self, uniforms: Floats) -> Floats:
        return np.asarray(special.betaincinv(*self._shapes(), uniforms))

    def expected(self) -> float:
        return self.mean

    def variance(self) -> float:
        return self.sd**2


class Distribution(BaseModel, Generic[Quantity]):
    """One distribution: exactly one family, or a constant."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    constant: Quantity | None = Field(default=None, description="always this value")
    exponential: Exponential[Quantity] | None = None
    gamma: Gamma[Quantity] | None = None
    lognormal: Lognormal[Quantity] | None = None
    normal: Normal[Quantity] | None = None
    uniform: Uniform[Quantity] | None = None
    triangular: Triangular[Quantity] | None = None
    beta: Beta | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(
                "exactly one of constant, exponential, gamma, lognormal, normal, uniform, triangular, beta"
            )
        return self

    @property
    def family(self) -> Family | None:
        """The chosen family; None for a constant."""
        return (
            self.exponential
            or self.gamma
            or self.lognormal
            or self.normal
            or self.uniform
            or self.triangular
            or self.beta
        )

    def quantile(self, uniforms: Floats) -> Floats:
        """Inverse CDF: uniforms in (0, 1), any shape → values of the same shape, in the quantity's unit."""
        family = self.family
        if family is None:
            return np.full(np.shape(uniforms), self.constant, dtype=np.float64)
        return family.quantile(uniforms)

    def expected(self) -> float:
        """The mean, in the quantity's unit."""
        return float(self.constant or 0.0) if self.family is None else self.family.expected()

    def variance(self) -> float:
        """The variance, in the squared unit."""
        return 0.0 if self.family is None else self.family.variance()


class Duration(Distribution[Quantity], Generic[Quantity]):
    """A distribution of times; none of them is negative."""

    normal: NormalTime[Quantity] | None = None


TimeDistribution = Duration[Minutes]
NumberDistribution = Distribution[Number]
