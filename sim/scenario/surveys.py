"""Surveys of a scenario: what is asked, whom, when, and how people answer. Nothing in the market reads them."""

from __future__ import annotations

from typing import Final, Literal, Self

from pydantic import Field, model_validator

from sim.scenario.audience import Audience
from sim.scenario.quantities import Date, Days, Identifier, NonNegative, Number, PositiveCount, Share, Text
from sim.scenario.section import Section

Every = Literal["week", "month", "quarter"]
OWN_SCALE: Final = {"servqual": "1-7", "servperf": "1-7", "satisfaction": "0-10", "nps": "0-10"}


class WhoAnswers(Section):
    """Who of those asked answers: logit p = logit(rate) + satisfaction·(S - 70) + strong_feelings·|S - 70|."""

    rate: Share = Field(description="share of those asked who answer, at satisfaction 70")
    satisfaction: Number = Field(
        default=0.0, description="how much readier the satisfied answer, log-odds for each point of satisfaction"
    )
    strong_feelings: Number = Field(
        default=0.0, description="how much readier both the delighted and the angry answer, log-odds for each point"
    )


class Answers(Section):
    """How people use the questionnaire's scale."""

    noise: NonNegative = Field(
        default=0.5,
        description="standard deviation of an answer, points of the scale; of a Kano answer, points of satisfaction",
    )
    shift: NonNegative = Field(
        default=0.3, description="how far people's own places on the scale lie apart, standard deviation, points of it"
    )
    stretch: NonNegative = Field(
        default=0.1,
        description="how differently people stretch the scale about its middle, standard deviation of a log",
    )


class Survey(Section):
    """One questionnaire, sent out on one or several evenings."""

    title: Text | None = Field(default=None, description="name to print, by language")
    instrument: Literal["servqual", "servperf", "nps", "satisfaction", "kano", "problems"] = Field(
        description=(
            "servqual: perceived less expected; servperf: perceived; nps: would you recommend us, 0-10; satisfaction; "
            "kano: how would you feel with and without; problems: those who had one: did you complain, what came of "
            "it, would you buy again"
        )
    )
    need: Identifier | None = Field(default=None, description="problems: the need they would buy for again")
    problem_within: Days | None = Field(
        default=None,
        gt=0,
        description="problems: only those whose latest one is so recent; the whole run if left out",
    )
    expectation: Literal["desired", "will", "adequate"] = Field(
        default="desired", description="what servqual holds the perceived against: wanted, predicted or acceptable"
    )
    scale: Literal["1-5", "1-7", "0-10", "0-100"] | None = Field(
        default=None,
        description="points to choose from; 1-7 for servqual and servperf, 0-10 for the others if left out",
    )
    audience: Audience = Field(default_factory=lambda: Audience(customers="customers"), description="who may be asked")
    visited_within: Days | None = Field(
        default=None, gt=0, description="only those with a visit in the last days, the day of the survey included"
    )
    on: list[Date] | None = Field(default=None, min_length=1, description="evenings on which it is held")
    every: Every | None = Field(
        default=None, description="held on the last evening of each calendar week, month, quarter"
    )
    sample: PositiveCount | None = Field(default=None, description="how many are asked, drawn evenly; all if fewer")
    share: Share | None = Field(
        default=None, gt=0, description="or which share of the audience is asked; all if left out"
    )
    response: WhoAnswers | None = Field(default=None, description="who answers; everyone where left out")
    answers: Answers = Field(default_factory=Answers, description="how people use the scale")
    satisfied_from: PositiveCount | None = Field(
        default=None, description="satisfaction: this point of the scale and above counts as satisfied (4 of 1-5)"
    )
    noticeable: NonNegative = Field(
        default=5.0, gt=0, description="kano: change of satisfaction that people like or dislike, points"
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.on is None) == (self.every is None):
            raise ValueError("either 'on' (evenings) or 'every'")
        if self.sample is not None and self.share is not None:
            raise ValueError("either 'sample' (people) or 'share'")
        if self.on is not None and len(set(self.on)) < len(self.on):
            raise ValueError("an evening that is named twice in 'on'")
        if self.scale is not None and self.instrument in ("nps", "kano", "problems"):
            raise ValueError(f"{self.instrument} has its own scale; leave out 'scale'")
        if self.instrument == "problems" and self.need is None:
            raise ValueError("'need' says what those with a problem would buy again")
        if self.instrument == "problems" and "answers" in self.model_fields_set:
            raise ValueError("problems are answered by yes or no; leave out 'answers'")
        for name, instrument in (
            ("expectation", "servqual"), ("noticeable", "kano"), ("satisfied_from", "satisfaction"),
            ("need", "problems"), ("problem_within", "problems"),
        ):  # fmt: skip
            if name in self.model_fields_set and self.instrument != instrument:
                raise ValueError(f"'{name}' is for {instrument}, and this is {self.instrument}")
        if self.satisfied_from is not None and not self.ends[0] < self.satisfied_from <= self.ends[1]:
            raise ValueError(
                f"'satisfied_from' is a point of the scale above its first: {self.ends[0] + 1} to {self.ends[1]}"
            )
        return self

    @property
    def ends(self) -> tuple[int, int]:
        """First and last point of the scale."""
        first, last = (self.scale or OWN_SCALE.get(self.instrument, "0-10")).split("-")
        return int(first), int(last)


class LoyaltyCells(Section):
    """Where the line lies between high and low in the four cells of Dick & Basu (1994); shares by period."""

    attitude_above: Number = Field(
        default=0.0,
        description="a high attitude is above this: utility that satisfaction, loyalty, expected quality, talk add",
    )
    patronage_from: Share = Field(
        default=0.5, description="high patronage: this share of a person's needs in the period was taken to the firm"
    )
    needs: PositiveCount = Field(default=2, description="people with fewer needs in the period are not classed")
