"""How the plans of a scenario are compared, and what may be varied in looking for a better one.

Nothing of this section changes what happens in a run.
"""

from __future__ import annotations

from math import ceil
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from sim.scenario.quantities import Days, Identifier, PositiveCount, PositiveNumber, Share, Span, Text
from sim.scenario.section import Section


class Lever(Section):
    """The values a lever may take: a range, or some to choose among; written as they stand at the path."""

    lowest: Any = Field(default=None, alias="from", description="lower end of the range, in the unit of the path")
    highest: Any = Field(default=None, alias="to", description="upper end of the range, in the unit of the path")
    among: list[Any] | None = Field(default=None, min_length=1, description="the values, instead of a range")
    steps: PositiveCount | None = Field(default=None, description="how many values of the range a grid takes")
    plans: list[Identifier] | None = Field(
        default=None, description="the plans in which it is set; every plan that has the path, when left out"
    )

    @model_validator(mode="after")
    def _range_or_choice(self) -> Self:
        ends = (self.lowest is not None) + (self.highest is not None)
        if (self.among is None) != (ends == 2) or (self.among is not None and ends):
            raise ValueError("either 'from' and 'to', or 'among'")
        if self.among is not None and self.steps is not None:
            raise ValueError("'steps' belongs to a range; 'among' names its values")
        return self


class Shock(Section):
    """Something that may befall the plan, how likely and how hard.

    Either one of the named kinds with its size, or any paths with what they become.
    """

    title: Text | None = Field(default=None, description="name to print, by language")
    kind: (
        Literal[
            "demand surge",
            "staff absence",
            "cost overrun",
            "budget cut",
            "rival price cut",
            "supplier failure",
            "bad press",
        ]
        | None
    ) = Field(default=None, description="what happens; left out where 'set' says it")
    size: Share | PositiveNumber | None = Field(
        default=None,
        description="how hard, a share: more demand or cost, staff away, budget or rival's price or deliveries cut, "
        "people the press reaches",
    )
    likelihood: Share = Field(description="chance that it happens in a run, independently of the others")
    during: Span | None = Field(
        default=None, description="first and last day; the campaign, or the whole run where there is none, if left out"
    )
    of: Identifier | None = Field(
        default=None, description="the station, rival or supplier it befalls; all if left out"
    )
    values: dict[str, Any] = Field(default_factory=dict, alias="set", description="path: value, instead of a kind")

    @model_validator(mode="after")
    def _kind_or_values(self) -> Self:
        if (self.kind is None) != bool(self.values) or (self.kind is None) != (self.size is None):
            raise ValueError("either 'kind' with its 'size', or 'set' with paths and values")
        if self.kind in WHOLE_RUN and self.during is not None:
            raise ValueError(f"a {self.kind} holds for the whole run; leave 'during' out")
        if self.kind not in (None, "demand surge", "cost overrun") and (self.size or 0.0) > 1.0:
            raise ValueError(f"the size of a {self.kind} is a share of at most 100 %")
        if self.of is not None and self.kind not in BEFALLS:
            raise ValueError(
                "'of' names the station of an absence, the rival of a price cut or the supplier that fails"
            )
        return self


WHOLE_RUN = ("cost overrun", "budget cut")
BEFALLS = {
    "staff absence": "service.stations",
    "rival price cut": "market.rivals",
    "supplier failure": "service.supply.suppliers",
}


class Limit(Section):
    """The least or the most a measure may be, in the measure's own unit (minutes, days, money, a share of 0 to 1)."""

    at_most: Any = Field(default=None, description="the most it may be, such as 15 min, 10 % or 250000")
    at_least: Any = Field(default=None, description="the least it may be")

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if self.at_most is None and self.at_least is None:
            raise ValueError("'at_most' or 'at_least', or both")
        return self


class Answer(Section):
    """One of the things that may be believed: what stands where if it is true."""

    title: Text | None = Field(default=None, description="the answer in words, by language")
    settings: dict[str, Any] = Field(
        default_factory=dict,
        alias="set",
        description="what stands where if it is true: path to value, in every plan with the path; as stated if empty",
    )


class Belief(Section):
    """A question about the market on which opinions differ, and the answers to run side by side."""

    title: Text | None = Field(default=None, description="the question in words, by language")
    either: dict[Identifier, Answer] = Field(
        min_length=2, description="the answers by name; one of them may set nothing, for what the file says already"
    )

    @model_validator(mode="after")
    def _different_answers(self) -> Self:
        empty = [name for name, answer in self.either.items() if not answer.settings]
        if len(empty) > 1:
            raise ValueError(f"{' and '.join(empty)} set nothing; only one answer can be what the file says already")
        return self


class ExperimentSection(Section):
    """How plans are compared."""

    primary: Literal[
        "profit",
        "profit_with_carried_value",
        "revenue",
        "satisfaction",
        "nps",
        "churn_rate",
        "acquired",
        "wait_mean",
        "cycle_mean",
        "cycle_sd",
        "cycle_p90",
    ] = Field(default="profit_with_carried_value", description="the measure the verdict is about")
    of_task: Identifier | None = Field(default=None, description="the task, where the measure is one of its cycle time")
    objectives: list[Identifier] = Field(
        default_factory=list,
        description="further measures judged beside it, by name: who wins each, and what that costs",
    )
    warm_up: Days | Literal["automatic"] | None = Field(
        default=None,
        description="for a steady state: the time left out at the start of the run, or automatic (MSER-5, White 1997)",
    )
    precision: PositiveNumber = Field(
        default=0.02,
        description="half-width of the difference at which replications stop, share of the baseline's mean (absolute)",
    )
    most: PositiveCount = Field(default=60, description="cap of the adaptive number of replications")

    levers: dict[str, Lever] = Field(
        default_factory=dict,
        description="what the firm may set, by path, for sweeps, sensitivity and optimisation; set in every plan that "
        "has the path",
    )
    shocks: dict[Identifier, Shock] = Field(
        default_factory=dict, description="what the plans are stressed with, alone, in pairs and by their likelihood"
    )
    beliefs: dict[Identifier, Belief] = Field(
        default_factory=dict, description="contested beliefs, by name, to run side by side with `rehearse flip`"
    )
    constraints: dict[Identifier, Limit] = Field(
        default_factory=dict, description="what a plan must keep to, by the name of a measure, on the average run"
    )

    @property
    def primary_measure(self) -> str:
        """The name of the measure the verdict is about."""
        return self.primary if self.of_task is None else f"{self.primary}_{self.of_task}"

    @property
    def warm_up_days(self) -> int | None:
        """Whole days left out where the file says how many, rounded up."""
        return ceil(self.warm_up) if isinstance(self.warm_up, float) else None

    @model_validator(mode="after")
    def _task_of_the_cycle_time(self) -> Self:
        if self.primary.startswith("cycle_") != (self.of_task is not None):
            raise ValueError("a cycle time as primary needs of_task, the task it is of, and no other measure does")
        return self
