"""The targets file: what was observed, which numbers of the scenario may be fitted to it, and what is held out.

In goes plain data; out come frozen models, as of a scenario. What needs the scenario itself (does the path exist, can
the measure be reported, does the date lie inside the run) is asked in `reading.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from sim.scenario.moments import Span
from sim.scenario.quantities import Date, Identifier, NonNegative, Number, PositiveNumber, Share, Text
from sim.scenario.section import Section
from sim.scenario.units import percentage

Likelihood = Literal[
    "binomial",
    "beta-binomial",
    "gamma-poisson",
    "dirichlet-multinomial",
    "dirichlet",
    "normal",
    "lognormal",
    "moments",
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
ROUNDING: Final = 0.005
"""How far each of several shares of a whole may be off by rounding."""


def _as_share(value: object) -> object:
    """36% is 0.36; anything else is left to be read as a number."""
    exact = percentage(value)
    return value if exact is None else float(exact)


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


NumberOrPercentage = Annotated[Number, BeforeValidator(_as_share)]
Names = Annotated[list[Identifier], BeforeValidator(_one_or_more), Field(min_length=1)]
"""One name, or a list of several whose numbers are added up."""

OF_CUSTOMERS: Final = ("retention", "per_customer")
"""Observations that follow single customers through a run."""
OBSERVATIONS: Final = ("observed", "series", "categories", "funnel", *OF_CUSTOMERS)


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
    value: NumberOrPercentage | None = Field(
        default=None, description="a number, in the unit of the measure; with 'against' a relative change, such as 36%"
    )
    error: NumberOrPercentage | None = Field(default=None, gt=0, description="its standard error")
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
    by: str = Field(
        default="day",
        pattern=r"^\s*([1-9][0-9]{0,3}\s+)?(day|week|month|year)s?\s*$",
        description="how long each row stands for: day, week, month, year, or several, such as '4 weeks'",
    )
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
    segment: Names | None = Field(default=None, description="of this segment only, or of these together")
    tier: Names | None = Field(default=None, description="of this tier only, or of these together")
    site: Names | None = Field(default=None, description="of this site only, or of these together")
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
    """One category, or one stage of a funnel: what counts it in a run, and how many, or what share, were observed."""

    measure: str | None = Field(default=None, description="a measure that counts it; not needed with 'cause'")
    rest_of: str | None = Field(
        default=None,
        description="or, of categories: what is left of this measure, the whole, when the other categories are taken "
        "from it",
    )
    count: NonNegative | None = Field(default=None, description="how many were observed; a whole number")
    share: Share | None = Field(
        default=None,
        description="or, of categories: which share of the whole was observed; of money, or of all cases there were",
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.count is None) == (self.share is None):
            raise ValueError("either 'count' or 'share'")
        if self.count is not None and self.count != int(self.count):
            raise ValueError("'count' counts people or cases, so it is a whole number")
        if sum(each is not None for each in (self.measure, self.cause, self.rest_of)) != 1:
            raise ValueError("one of 'measure', 'cause' and 'rest_of'")
        return self

    @property
    def number(self) -> float:
        """What was observed: the count, or the share."""
        number = self.share if self.count is None else self.count
        assert number is not None  # one of both is given
        return number


class Retention(Section):
    """Of so many customers of the first day, how many were customers still at the end of later days."""

    of: NonNegative = Field(gt=0, description="how many there were to begin with; a whole number")
    since: Date | None = Field(
        default=None,
        description="the first day of the curve: how many were left on it is known, and only what follows is compared",
    )
    kept: dict[str, NonNegative] = Field(
        min_length=1, description="by day: how many of them had not left at its end, {31 Dec 2026: 869}"
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for value in (self.of, *self.kept.values()):
            if value != int(value):
                raise ValueError("'of' and 'kept' count people, so they are whole numbers")
        return self


class PerCustomer(Section):
    """How many customers came for a task never, once, twice and so on within the campaign window."""

    task: Identifier = Field(description="the task, one of service.tasks; visits served for it are counted")
    people: dict[str, NonNegative] = Field(
        min_length=2,
        description="by number of visits: how many people, {0: 1411, 1: 439, 2 or more: 507}; '0' are all others of "
        "the market; without a window the whole run counts",
    )

    @model_validator(mode="after")
    def _numbers(self) -> Self:
        for name, count in self.people.items():
            if not re.fullmatch(r"\d+( or more)?", name):
                raise ValueError(f"'{name}' is no number of visits; such as 0, 1, 2 or '7 or more'")
            if count != int(count):
                raise ValueError(f"'{name}' has {count:g} people; a whole number")
        lows = [int(name.split()[0]) for name in self.people]
        if lows != list(range(lows[0], lows[0] + len(lows))):
            raise ValueError("numbers of visits go up by one from row to row, so that nobody is left out between them")
        if any(name.endswith("more") for name in list(self.people)[:-1]):
            raise ValueError("only the last number may be 'or more'")
        return self


class Target(Cut):
    """Something observed, and the measure of the model that should come to the same."""

    title: Text | None = Field(default=None, description="name to print, by language")
    note: Text | None = Field(default=None, description="where it comes from")
    plan: Identifier | None = Field(default=None, description="the plan that was in force; the baseline if left out")
    measure: str | None = Field(default=None, description="a measure of the catalogue: satisfaction, incidents, ...")
    against: Identifier | None = Field(
        default=None,
        description="another plan: what was observed is the relative change from it to 'plan', such as {value: 36%, "
        "error: 1%}; each plan has the luck of a market of its own",
    )
    spread: str | None = Field(
        default=None, description="with mean and sd: the measure of the spread between people, such as delivered_sd"
    )
    observed: Observed | None = Field(default=None, description="what was observed")
    per: Literal["day"] | None = Field(
        default=None, description="day: a value that is a mean a day, of a measure that adds up over days"
    )
    series: Series | None = Field(default=None, description="or what was observed again and again")
    categories: dict[Identifier, Counted] | None = Field(
        default=None, min_length=2, description="or counts, or shares, of several categories, compared by their shares"
    )
    funnel: dict[Identifier, Counted] | None = Field(
        default=None, min_length=2, description="or stages, each a share of the one before: a funnel"
    )
    retention: Retention | None = Field(
        default=None, description="or how many of the first day's customers were left by when"
    )
    per_customer: PerCustomer | None = Field(
        default=None, description="or how many people came how often, compared by their shares"
    )
    everyone: bool = Field(
        default=False,
        description=(
            "shares are of everyone in a market as large as the scenario's, not of a sample: they spread as the "
            "simulated market's own do, and no sampling is added"
        ),
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
        given = [name for name in OBSERVATIONS if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"one of {', '.join(repr(name) for name in OBSERVATIONS)}")
        if given[0] in ("categories", "funnel"):
            if self.measure is not None or self.cause is not None:
                raise ValueError(f"each entry of '{given[0]}' has its own measure or cause")
        elif given[0] in OF_CUSTOMERS:
            if self.model_fields_set & {*Cut.model_fields, "measure", "spread", "line_through"}:
                raise ValueError(f"'{given[0]}' says what is counted and when; it has no measure, days or part")
        elif (self.measure is None) == (self.cause is None):
            raise ValueError("either 'measure' or 'cause'")
        self._check_categories()
        if self.against is not None and (self.observed is None or self.observed.form != "value"):
            raise ValueError("'against' is for what was observed as a relative change, {value: 36%, error: 1%}")
        shares = given[0] not in ("observed", "series") or (
            self.observed.form == "share"
            if self.observed is not None
            else self.series is not None and bool(self.series.of)
        )
        if self.everyone and not shares:
            raise ValueError("'everyone' is for shares of so many; counts are of everyone as they are")
        if self.everyone and self.likelihood == "binomial":
            raise ValueError("'everyone' leaves luck alone, 'likelihood: binomial' leaves it out; take one")
        if self.spread is not None and (self.observed is None or self.observed.form != "moments"):
            raise ValueError("'spread' is for what was observed as {mean, sd, n}")
        if self.per is not None and (self.observed is None or self.observed.form != "value"):
            raise ValueError("'per' is for what was observed as {value, error}")
        if self.line_through is not None and self.spread is None:
            raise ValueError("'line_through' needs 'spread': a line is laid through a mean and a standard deviation")
        return self

    def _check_categories(self) -> None:
        if any(each.count is None or each.rest_of is not None for each in (self.funnel or {}).values()):
            raise ValueError("a stage of a funnel has a 'count', and a 'measure' or a 'cause'")
        of = list((self.categories or {}).values())
        if len({each.count is None for each in of}) > 1:
            raise ValueError("either all categories have a 'count' or all have a 'share'")
        if sum(each.rest_of is not None for each in of) > 1:
            raise ValueError("only one category can be the rest")
        total = sum(each.share for each in of if each.share is not None)
        if of and of[0].share is not None and abs(total - 1.0) > ROUNDING * len(of):
            raise ValueError(f"the shares add up to {total:.4g}, not to 1; {{rest_of: MEASURE}} can be what is left")


class TargetsFile(Section):
    """Everything a fit needs beside the scenario."""

    targets_of: Identifier = Field(description="name of the scenario the targets are of")
    title: Text | None = Field(default=None, description="name to print, by language")
    about: Text | None = Field(default=None, description="what the data are, and what they cannot say")
    parameters: dict[Identifier, Parameter] = Field(min_length=1, description="the numbers that are fitted")
    conditions: dict[str, Any] = Field(
        default_factory=dict,
        alias="set",
        description="by path, what is otherwise than in the scenario where this was observed, in every plan: a larger "
        "market, fewer segments, another run",
    )
    constraints: list[str] = Field(
        default_factory=list, description="between parameters: 'few < many'; a number may stand on one side"
    )
    stands_for: PositiveNumber = Field(
        default=1.0,
        ge=1,
        description=(
            "how many of those who were observed one simulated customer stands for; counts and amounts of money of the "
            "runs are multiplied by it, and the luck of the observed market is so much smaller"
        ),
    )
    targets: dict[Identifier, Target] = Field(min_length=1, description="what was observed")
