"""What is fitted: paths of the document with priors, constraints between them, and the scale a fit works on.

Every parameter is worked with as z = Φ⁻¹(F(x)), F the distribution function of its prior: on that scale all priors are
standard normal, nothing has an edge, and no step of a sampler can leave what the prior allows. Out come documents'
values, written in the unit of the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError
from scipy import special

from calibration.targets.document import FAMILIES, Parameter, Transform
from sim.distributions import Distribution
from sim.scenario.load import Scenario
from sim.scenario.quantities import Number
from sim.scenario.ranges import is_whole
from sim.scenario.refusal import nearest, shown
from sim.scenario.sourced import number_and_unit
from sim.scenario.units import text_in

Floats = NDArray[np.float64]

EDGE: Final = 1e-9
"""How near 0 and 1 a quantile of a prior may be asked for."""
DIGITS: Final = 6
_CONSTRAINT = re.compile(r"\s*(\S+)\s*(<=|<|>=|>)\s*(\S+)\s*")


@dataclass(frozen=True)
class Fitted:
    """One parameter: where it stands, its prior in plain numbers of ``unit``, and what stands there now.

    ``factor`` is 100 for a percentage, so that a logit is taken of the share.
    """

    name: str
    title: str
    path: str
    plans: tuple[str, ...]
    prior: Distribution[Number]
    transform: Transform | None
    unit: str
    as_text: bool
    whole: bool
    today: Mapping[str, float]
    """By plan, None left out: the number that stands there now."""

    @property
    def factor(self) -> float:
        return 100.0 if self.unit.startswith("%") else 1.0

    def values(self, z: Floats) -> Floats:
        """Numbers in the parameter's unit, of the same shape as ``z``."""
        found = self._smooth(z)
        return np.round(found) if self.whole else found

    def z_of(self, value: float) -> float:
        """The scale's number for a value; plus or minus infinity outside the prior."""
        low, high = -8.0, 8.0
        values = self._smooth(np.array([low, high]))
        if not values[0] <= value <= values[1]:
            return float("-inf") if value < values[0] else float("inf")
        for _ in range(60):  # the quantile function rises, so halving finds the place
            middle = (low + high) / 2.0
            if self._smooth(np.array([middle]))[0] < value:
                low = middle
            else:
                high = middle
        return (low + high) / 2.0

    def written(self, value: float) -> Any:
        """The value as the file writes it."""
        if self.whole:
            return round(value)
        number = float(f"{value:.{DIGITS}g}")
        if not self.as_text:
            return number
        digits = f"{number:.12f}".rstrip("0").rstrip(".")
        return f"{digits}{'' if self.unit.startswith('%') else ' '}{self.unit}"

    def _smooth(self, z: Floats) -> Floats:
        """Values before rounding to whole numbers."""
        quantiles = np.clip(special.ndtr(z), EDGE, 1.0 - EDGE)
        if self.transform is None:
            return np.asarray(self.prior.quantile(quantiles))
        return self._back(self._low + (self._high - self._low) * quantiles)

    @property
    def _low(self) -> float:
        assert self.prior.uniform is not None
        return self._forth(self.prior.uniform.low)

    @property
    def _high(self) -> float:
        assert self.prior.uniform is not None
        return self._forth(self.prior.uniform.high)

    def _forth(self, value: float) -> float:
        return float(np.log(value) if self.transform == "log" else special.logit(value / self.factor))

    def _back(self, value: Floats) -> Floats:
        return np.asarray(np.exp(value) if self.transform == "log" else self.factor * special.expit(value))


@dataclass(frozen=True)
class Constraint:
    """``low`` must lie below ``high``: names of parameters or plain numbers."""

    low: str | float
    high: str | float
    equal: bool
    text: str

    def kept(self, values: Mapping[str, Floats]) -> NDArray[np.bool_]:
        """Which candidates keep it."""
        low, high = (values[side] if isinstance(side, str) else np.asarray(side) for side in (self.low, self.high))
        return np.asarray(low <= high if self.equal else low < high)


@dataclass(frozen=True)
class Space:
    """All parameters of a fit, in their order, and what must hold between them."""

    parameters: tuple[Fitted, ...]
    constraints: tuple[Constraint, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.parameters)

    def values(self, z: Floats) -> Floats:
        """From (..., parameters) on the working scale to numbers in each parameter's unit."""
        return np.stack([each.values(z[..., place]) for place, each in enumerate(self.parameters)], axis=-1)

    def allowed(self, z: Floats) -> NDArray[np.bool_]:
        """Which rows of (candidates, parameters) keep every constraint."""
        values = dict(zip(self.names, self.values(z).T, strict=True))
        kept = np.ones(len(z), np.bool_)
        for constraint in self.constraints:
            kept &= constraint.kept(values)
        return kept

    def settings(self, z: Floats, plan: str) -> dict[str, Any]:
        """What one candidate, shape (parameters,), sets in a plan, by path."""
        values = self.values(z)
        return {
            each.path: each.written(float(values[place]))
            for place, each in enumerate(self.parameters)
            if plan in each.plans
        }


def fitted(scenario: Scenario, name: str, parameter: Parameter) -> Fitted:
    """The parameter, checked against the scenario. Raises ValueError (one sentence) or the scenario's own errors."""
    having = scenario.plans_with(parameter.path)
    for plan in parameter.plans or ():
        scenario.document(plan)
        if plan not in having:
            raise ValueError(f"plan '{plan}' has nothing at {parameter.path}; {', '.join(having)} can")
    plans = tuple(parameter.plans or having)
    stated = {plan: number_and_unit(scenario.written(plan, parameter.path)) for plan in plans}
    today = {plan: float(part[0]) for plan, part in stated.items() if part is not None}
    prior, unit, as_text = _prior(scenario, parameter)
    for plan, part in stated.items():
        if part is not None and part[1] != unit and not _one_share(part[1], unit):
            raise ValueError(
                f"the prior is in '{unit or 'plain numbers'}', the number in plan '{plan}' in "
                f"'{part[1] or 'plain numbers'}'; write both in one unit"
            )
    if unit.startswith("%"):
        shares = {plan for plan, part in stated.items() if part is not None and not part[1]}  # 0.4 for 40 %
        today = {plan: value * (100.0 if plan in shares else 1.0) for plan, value in today.items()}
    elif any(part is not None and part[1].startswith("%") for part in stated.values()):
        today = {plan: value / 100.0 for plan, value in today.items()}
    _check_transform(prior, parameter.transform, unit)
    place = tuple(parameter.path.split("."))
    ends = tuple(round(value) for value in today.values())
    whole = not as_text and is_whole(place, ends or (0,)) and all(value == round(value) for value in today.values())
    title = text_in(parameter.title or name.replace("_", " "))
    return Fitted(name, title, parameter.path, plans, prior, parameter.transform, unit, as_text, whole, today)


def _one_share(unit: str, other: str) -> bool:
    """A share may be written as 0.9 in one place and as 90% in the other."""
    return {unit, other} == {"", "%"}


def _prior(scenario: Scenario, parameter: Parameter) -> tuple[Distribution[Number], str, bool]:
    """The prior in plain numbers, their unit, and whether the file writes such numbers as text."""
    written = parameter.prior
    if written is None:
        ranges = scenario.assumptions()
        if parameter.path not in ranges:
            raise ValueError(
                f"no range stands at {parameter.path}, so it needs a prior: {{uniform: {{low: ..., high: ...}}}}"
            )
        written = {"uniform": {"low": ranges[parameter.path].low, "high": ranges[parameter.path].high}}
    if len(written) != 1 or next(iter(written)) not in FAMILIES:
        found = ", ".join(written) or "nothing"
        better = nearest(found, FAMILIES)
        hint = f"; did you mean '{better}'?" if better else ""
        raise ValueError(f"a prior is one of {', '.join(FAMILIES)}; found {found}{hint}")
    family, numbers = next(iter(written.items()))
    parts = {key: number_and_unit(value) for key, value in numbers.items()}
    for key, part in parts.items():
        if part is None:
            raise ValueError(f"the prior's '{key}' is {shown(numbers[key])}; a number, with its unit")
    units = list(dict.fromkeys(part[1] for part in parts.values() if part is not None))
    if len(units) > 1:
        raise ValueError(
            f"the numbers of the prior are in {' and in '.join(each or 'plain numbers' for each in units)}"
        )
    unit = units[0] if units else ""
    plain = {key: float(part[0]) for key, part in parts.items() if part is not None}
    try:
        prior = Distribution[Number].model_validate({family: plain})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"the prior cannot be ({where}: {first['msg']})") from None
    if prior.variance() <= 0.0:
        raise ValueError("the prior leaves nothing to fit: both its ends are the same")
    return prior, unit, any(isinstance(value, str) for value in numbers.values())


def _check_transform(prior: Distribution[Number], transform: Transform | None, unit: str) -> None:
    if transform is None:
        return
    if prior.uniform is None:
        raise ValueError(
            f"'transform: {transform}' makes a uniform prior even on that scale; a lognormal or a beta needs none"
        )
    low, high = prior.uniform.low, prior.uniform.high
    top = 100.0 if unit.startswith("%") else 1.0
    if transform == "log" and low <= 0.0:
        raise ValueError(f"a logarithm needs numbers above 0, and the prior begins at {low:g}")
    if transform == "logit" and not 0.0 < low < high < top:
        raise ValueError(
            f"a logit needs shares between 0 and 1, ends left out; the prior goes from {low:g} to {high:g} {unit}"
        )


def constraint(text: str, names: Sequence[str]) -> Constraint:
    """A constraint as the file writes it; ValueError for one that says nothing about the parameters."""
    match = _CONSTRAINT.fullmatch(text)
    if match is None:
        raise ValueError(f"{shown(text)}; such as 'few < many'")
    left, sign, right = match.groups()
    sides = [_side(each, names) for each in (left, right)]
    if not any(isinstance(side, str) for side in sides):
        raise ValueError(f"{shown(text)} names no parameter")
    if sign.startswith(">"):
        sides.reverse()
    return Constraint(sides[0], sides[1], sign.endswith("="), f"{left} {sign} {right}")


def _side(text: str, names: Sequence[str]) -> str | float:
    if text in names:
        return text
    part = number_and_unit(float(text)) if re.fullmatch(r"-?[0-9.]+", text) else None
    if part is not None:
        return float(part[0])
    better = nearest(text, names)
    hint = f"; did you mean '{better}'?" if better else f"; there are {', '.join(names)}"
    raise ValueError(f"there is no parameter '{text}'{hint}")
