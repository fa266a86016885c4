"""The targets file: what was observed, which numbers of the scenario may be fitted to it, and what is held out.

In goes plain data; out come frozen models, as of a scenario. What needs the scenario itself (does the path exist, can
the measure be reported, does the date lie inside the run) is asked in `reading.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, Self

from pydantic import Field, model_validator

from sim.scenario.moments import Span
from sim.scenario.quantities import Identifier, NonNegative, Number, PositiveNumber, Share, Text
from sim.scenario.section import Section

Likelihood = Literal[
    "binomial", "beta-binomial", "gamma-poisson", "dirichlet-multinomial", "normal", "lognormal", "moments"
]
Form = Literal["count", "share", "moments", "value"]
Period = Literal["before", "campaign", "aftermath", "whole"]
Transform = Literal["log", "logit"]
FAMILIES: Final = ("uniform", "normal", "lognormal", "beta", "gamma", "triangular")

ALLOWED: Final[Mapping[str, tuple[Likelihood, ...]]] = {
    "count": ("gamma-poisson",),
    "share": ("beta-binomial", "binomial"),
    "moments": ("moments",),
    "value": ("normal", "lognormal"),
}
"""The likelihoods of each form of observation, the usual one first."""


class Parameter(Section):
    """A number of the scenario that is fitted."""

    title: Text | None = Field(default=None, description="name to print, by language")
    path: str = Field(description="where it stands in the scenario, such as service.quality.right_first_time")
    plans: list[Identifier] | None = Field(
        default=None, min_length=1, description="the plans it is set in; every plan that has the path, if left out"
    )
    prior: dict[str, dict[str, Any]] | None = Field(
        default=None,
        description=(
            "what is believed before the data: {uniform: {low, high}}, {normal: {mean, sd}}, {lognormal: {mean, sd}}, "
            "{beta: {mean, sd}}, {gamma: {mean, sd}}, {triangular: {low, mode, high}}, in the unit of the number; "
            "uniform over the number's own range in the scenario, if left out"
        ),
    )
    transform: Transform | None = Field(
        default=None, description="log or logit: a uniform prior is even on that scale between its ends"
    )


class Observed(Section):
    """One number that was observed, in one of four forms: a count, a share of so many, mean and spread, a value."""

    count: NonNegative | None = Field(default=None, description="how many; a whole number")
    part: NonNegative | None = Field(default=None, description="how many of those in 'of'")
    share: Share | None = Field(default=None, description="or which share of those in 'of'")
    of: PositiveNumber | None = Field(default=None, description="how many were looked at or asked")
    mean: Number | None = Field(default=None, description="mean of n people, in the unit of the measure")
    sd: PositiveNumber | None = Field(default=None, description="standard deviation between those people")
    n: PositiveNumber | None = Field(default=None, gt=1, description="how many people the mean is of")
    value: Number | None = Field(default=None, description="a number, in the unit of the measure")
    error: PositiveNumber | None = Field(default=None, description="its standard error")
    averaged: bool = Field(
        default=False,
        description="with value and error: a mean over so many markets or days that their luck is in its error; of one "
        "market, whose luck comes on top, if left out",
    )

    @property
    def form(self) -> Form:
        """Which of the four forms it has."""
        return self._forms()[0]

    @property
    def cases(self) -> float:
        """How many of those in ``of``: as stated, or nearest to the share."""
        assert self.of is not None
        return self.part if self.part is not None else float(round((self.share or 0.0) * self.of))

    def _forms(self) -> list[Form]:
        given = {name for name in type(self).model_fields if getattr(self, name) is not None} - {"averaged"}
        forms: dict[Form, list[set[str]]] = {
            "count": [{"count"}],
            "share": [{"part", "of"}, {"share", "of"}],
            "moments": [{"mean", "sd", "n"}],
            "value": [{"value", "error"}],
        }
        return [name for name, sets in forms.items() if given in sets]

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if not self._forms():
            raise ValueError(
                "write {count: 12}, {part: 146, of: 160}, {share: 91%, of: 160}, {mean: 87.2, sd: 4.9, n: 160} or "
                "{value: 4.7, error: 0.2}"
            )
        if self.averaged and self.form != "value":
            raise ValueError("'averaged' is for what was observed as {value, error}")
        for name in ("count", "part", "of"):
            value = getattr(self, name)
            if value is not None and value != int(value):
                raise ValueError(f"'{name}' counts people or cases, so it is a whole number")
        if self.part is not None and self.of is not None and self.part > self.of:
            raise ValueError(f"{self.part:g} of {self.of:g} is a share above 1")
        return self


class Series(Section):
    """The same measure again and again: dates and what was observed, written here or in a CSV or Parquet file."""

    values: dict[str, Number] | None = Field(default=None, min_length=1, description="by first day: {1 Sep 2009: 12}")
    file: str | None = Field(default=None, description="a .csv or .parquet file, from the folder of the targets file")
    date: str = Field(default="date", description="its column of first days")
    value: str = Field(default="value", description="its column of what was observed")
    of: str | None = Field(default=None, description="its column of how many were looked at, for shares")
    error: NonNegative | None = Field(default=None, gt=0, description="standard error of each value that is no count")
    by: Literal["day", "week", "month"] = Field(default="day", description="how many days each row stands for")
    cumulative: bool = Field(
        default=False, description="each row is the total so far; it is compared by its differences, for a flow"
    )

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.values is None) == (self.file is None):
            raise ValueError("either 'values' (dates and numbers) or 'file' (a .csv or .parquet)")
        if self.file is None and self.of is not None:
            raise ValueError("'of' is the name of a column, so it needs a 'file'")
        if self.of is not None and self.error is not None:
            raise ValueError("'of' is for shares of so many, 'error' for values; take one")
        return self


class Cut(Section):
    """A part of a run: which days, which part of the market. The whole run of everyone where nothing is said."""

    period: Period | None = Field(default=None, description="before, campaign, aftermath or whole; whole if left out")
    days: Span | None = Field(default=None, description="or these days only: '1 Sep to 30 Sep'")
    segment: Identifier | None = Field(default=None, description="of this segment only")
    tier: Identifier | None = Field(default=None, description="of this tier only")
    site: Identifier | None = Field(default=None, description="of this site only")
    cause: Identifier | None = Field(default=None, description="customers lost for this cause, over the whole run")

    @model_validator(mode="after")
    def _one_cut(self) -> Self:
        if self.period is not None and self.days is not None:
            raise ValueError("either 'period' or 'days'")
        parts = [name for name in ("segment", "tier", "site", "cause") if getattr(self, name) is not None]
        if len(parts) > 1:
            raise ValueError(f"one of {' and '.join(parts)}; a run keeps no measures of both together")
        if parts and self.days is not None:
            raise ValueError(f"a {parts[0]} is known by period, not by single days; leave out 'days'")
        return self


class Counted(Cut):
    """One category, or one stage of a funnel: what counts it in a run, and how many were observed in it."""

    measure: str | None = Field(default=None, description="a measure that counts it; not needed with 'cause'")
    count: NonNegative = Field(description="how many were observed; a whole number")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.count != int(self.count):
            raise ValueError("'count' counts people or cases, so it is a whole number")
        if (self.measure is None) == (self.cause is None):
            raise ValueError("either 'measure' or 'cause'")
        return self


class Target(Cut):
    """Something observed, and the measure of the model that should come to the same."""

    title: Text | None = Field(default=None, description="name to print, by language")
    note: Text | None = Field(default=None, description="where it comes from")
    plan: Identifier | None = Field(default=None, description="the plan that was in force; the baseline if left out")
    measure: str | None = Field(default=None, description="a measure of the catalogue: satisfaction, incidents, ...")
    spread: str | None = Field(
        default=None, description="with mean and sd: the measure of the spread between people, such as delivered_sd"
    )
    observed: Observed | None = Field(default=None, description="what was observed")
    per: Literal["day"] | None = Field(
        default=None, description="day: a value that is a mean a day, of a measure that adds up over days"
    )
    series: Series | None = Field(default=None, description="or what was observed again and again")
    categories: dict[Identifier, Counted] | None = Field(
        default=None, min_length=2, description="or counts of several categories, compared by their shares"
    )
    funnel: dict[Identifier, Counted] | None = Field(
        default=None, min_length=2, description="or stages, each a share of the one before: a funnel, retention"
    )
    line_through: Identifier | None = Field(
        default=None,
        description=(
            "the firm's own score, of which only the order is known: a straight line of the measure, laid through the "
            "mean and sd of that other target, which is used up by it"
        ),
    )
    likelihood: Likelihood | None = Field(default=None, description="another one than the usual for what was observed")
    weight: NonNegative = Field(default=1.0, description="power of its likelihood; 1 counts it as it is")
    hold_out: bool = Field(default=False, description="never fitted to; the fit is scored on it")

    @model_validator(mode="after")
    def _one_observation(self) -> Self:
        given = [name for name in ("observed", "series", "categories", "funnel") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("one of 'observed', 'series', 'categories' and 'funnel'")
        if given[0] in ("categories", "funnel"):
            if self.measure is not None or self.cause is not None:
                raise ValueError(f"each entry of '{given[0]}' has its own measure or cause")
        elif (self.measure is None) == (self.cause is None):
            raise ValueError("either 'measure' or 'cause'")
        if self.spread is not None and (self.observed is None or self.observed.form != "moments"):
            raise ValueError("'spread' is for what was observed as {mean, sd, n}")
        if self.per is not None and (self.observed is None or self.observed.form != "value"):
            raise ValueError("'per' is for what was observed as {value, error}")
        if self.line_through is not None and self.spread is None:
            raise ValueError("'line_through' needs 'spread': a line is laid through a mean and a standard deviation")
        return self


class TargetsFile(Section):
    """Everything a fit needs beside the scenario."""

    targets_of: Identifier = Field(description="name of the scenario the targets are of")
    title: Text | None = Field(default=None, description="name to print, by language")
    about: Text | None = Field(default=None, description="what the data are, and what they cannot say")
    parameters: dict[Identifier, Parameter] = Field(min_length=1, description="the numbers that are fitted")
    constraints: list[str] = Field(
        default_factory=list, description="between parameters: 'few < many'; a number may stand on one side"
    )
    targets: dict[Identifier, Target] = Field(min_length=1, description="what was observed")
