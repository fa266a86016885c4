"""Where a sweep looks: every combination of some values, a Latin hypercube, or a Sobol sequence.

In go factors and how many points; out come the points, each with what is written at every path and where that lies on
an axis. Same factors, same seed, same points.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any, Literal, get_args

import numpy as np

from experiments.assumptions.factors import Factor
from experiments.study import Numbers, Point, point_at
from sim.errors import RequestError
from sim.scenario.refusal import did_you_mean, shown
from sim.scenario.sourced import number_and_unit

Design = Literal["grid", "latin-hypercube", "sobol"]
DESIGNS: tuple[Design, ...] = get_args(Design)

STEPS = 5
"""Values of a range in a grid when nobody says how many."""
MOST_IN_A_GRID_UNASKED = 2
"""Levers for which a grid is the design when none is named; more would multiply too fast."""
POINTS_A_FACTOR = 10
"""Points for each factor in a sample (Loeppky, Sacks & Welch 2009, *Technometrics* 51, 366-376)."""
MOST_POINTS = 1_000_000


@dataclass(frozen=True)
class PointSet:
    """Points of a design over some factors.

    ``written``: what stands at each factor's path, a tuple a point. ``places``: where that lies on the factor's axis
    (`Axis`), shape (points, factors). ``shape``: how many values each factor takes in a grid, empty otherwise.
    """

    design: Design
    factors: tuple[Factor, ...]
    points: tuple[Point, ...]
    written: tuple[tuple[Any, ...], ...]
    places: Numbers
    shape: tuple[int, ...] = ()

    @property
    def axes(self) -> tuple["Axis", ...]:
        return tuple(axis_of(factor) for factor in self.factors)


@dataclass(frozen=True)
class Axis:
    """How a factor is drawn: as numbers in a unit, or as the names of choices side by side."""

    path: str
    unit: str = ""
    names: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The path with its unit."""
        return f"{self.path}, {self.unit}" if self.unit else self.path


def axis_of(factor: Factor) -> Axis:
    """The axis of a range, or of choices that are numbers of one unit, has that unit; other choices have names."""
    ends = factor.among or (factor.low, factor.high)
    parts = [number_and_unit(each) for each in ends]
    units = list(dict.fromkeys(part[1] if part is not None else None for part in parts))
    if len(units) == 1 and units[0] is not None:
        return Axis(factor.path, units[0])
    return Axis(factor.path, names=tuple(said(each) for each in factor.among))


def place_on(factor: Factor, value: Any) -> float:
    """Where a written value lies on the factor's axis."""
    if axis_of(factor).names:
        return float(factor.among.index(value))
    part = number_and_unit(value)
    return float("nan") if part is None else float(part[0])


def said(value: Any, digits: int = 4) -> str:
    """A written value for a reader: numbers to four significant digits, quantities with their unit."""
    part = None if isinstance(value, bool) else number_and_unit(value)
    if part is None:
        return str(value) if isinstance(value, str) else shown(value)
    number, unit = float(part[0]), part[1]
    text = f"{number:,.{digits}g}" if abs(number) < 10**digits else f"{number:,.0f}"
    return f"{text} {unit}" if unit else text


def point_set(factors: Sequence[Factor], design: str | None, count: int | None, seed: int) -> PointSet:
    """The points of a design; a grid for one or two factors and a Latin hypercube for more when none is named.

    ``count``: points of a sample, ten a factor when left out (a power of two for Sobol's sequence); a grid has those
    its values make. Raises `RequestError` for what cannot be.
    """
    if not factors:
        raise RequestError("nothing is varied: name at least one path")
    if design is None:
        design = "grid" if len(factors) <= MOST_IN_A_GRID_UNASKED and count is None else "latin-hypercube"
    if design not in DESIGNS:
        hint = did_you_mean(design, DESIGNS)
        raise RequestError(f"there is no design '{design}': it is one of {', '.join(DESIGNS)}{hint}")
    if design == "grid":
        return _grid(tuple(factors), count)
    if count is not None and not 2 <= count <= MOST_POINTS:
        raise RequestError(f"{count} points: a sample has at least 2 and at most {MOST_POINTS:,}")
    sample = _sobol if design == "sobol" else _latin_hypercube
    quantiles = sample(len(factors), count, seed)
    points = tuple(point_at(factors, row) for row in quantiles.tolist())
    written = tuple(
        tuple(factor.at(each) for factor, each in zip(factors, row, strict=True)) for row in quantiles.tolist()
    )
    return PointSet("sobol" if design == "sobol" else "latin-hypercube", tuple(factors), points, written,
                    _places(factors, written))  # fmt: skip


def _grid(factors: tuple[Factor, ...], count: int | None) -> PointSet:
    """Every combination, the last factor's values changing fastest."""
    if count is not None:
        raise RequestError(
            "a grid has as many points as its values make: write how many values behind a range, such as 2..8/4, "
            "or ask for another design"
        )
    values = [factor.values(factor.steps or STEPS) for factor in factors]
    shape = tuple(len(each) for each in values)
    if prod(shape) > MOST_POINTS:
        raise RequestError(
            f"a grid of {' x '.join(map(str, shape))} values has {prod(shape):,} points, more than {MOST_POINTS:,}: "
            "take fewer values, or --design latin-hypercube"
        )
    written = tuple(product(*values))
    points = tuple(_point(factors, each) for each in written)
    return PointSet("grid", factors, points, written, _places(factors, written), shape)


def _point(factors: Sequence[Factor], written: Sequence[Any]) -> Point:
    at = list(zip(factors, written, strict=True))
    return Point(
        settings={factor.path: value for factor, value in at if factor.kind == "lever"},
        quantiles={factor.path: _quantile(factor, value) for factor, value in at if factor.kind == "assumption"},
    )


def _quantile(factor: Factor, value: Any) -> float:
    """The quantile at which a value of an assumption's range stands."""
    low, high, at = (place_on(factor, each) for each in (factor.low, factor.high, value))
    return (at - low + 0.5) / (high - low + 1.0) if factor.whole else (at - low) / (high - low)


def _places(factors: Sequence[Factor], written: Sequence[Sequence[Any]]) -> Numbers:
    return np.array(
        [[place_on(factor, value) for factor, value in zip(factors, row, strict=True)] for row in written],
        dtype=np.float64,
    )


def _latin_hypercube(factors: int, count: int | None, seed: int) -> Numbers:
    """McKay, Beckman & Conover (1979): every range cut into as many strata as points, each stratum used once."""
    from scipy.stats import qmc  # takes a third of a second to import

    drawn = qmc.LatinHypercube(d=factors, rng=seed).random(count or POINTS_A_FACTOR * factors)
    return np.asarray(drawn, dtype=np.float64)


def _sobol(factors: int, count: int | None, seed: int) -> Numbers:
    """Sobol (1967) with Owen's scrambling, balanced only for a power of two."""
    from scipy.stats import qmc

    power = max(1, ((count or POINTS_A_FACTOR * factors) - 1).bit_length())
    if count is not None and count != 2**power:
        raise RequestError(
            f"a Sobol sequence is balanced only for a power of two: ask for {2 ** (power - 1)} or {2**power} points, "
            f"not {count}"
        )
    if factors > qmc.Sobol.MAXDIM:
        raise RequestError(f"a Sobol sequence has at most {qmc.Sobol.MAXDIM:,} dimensions, {factors:,} are asked for")
    return np.asarray(qmc.Sobol(d=factors, scramble=True, rng=seed).random_base2(power), dtype=np.float64)
