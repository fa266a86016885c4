"""Ways of making a contact, how people like each, and the form that comes with it and changes the next plan."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sim.distributions import NumberDistribution
from sim.scenario.quantities import Amount, Identifier, PositiveCount, Share, Text
from sim.scenario.section import Section
from sim.scenario.surveys import Answers, WhoAnswers
from sim.scenario.waves import Follows


class Way(Section):
    """One way of making the contact: what it brings, and how it is liked, which the firm does not know."""

    title: Text | None = Field(default=None, description="name to print, by language")
    share: Share = Field(description="share of the contacts made this way as long as nothing is revised")
    gift: Amount = Field(default=0, validate_default=True, description="cost of the gift it brings")
    liked: NumberDistribution = Field(
        description="satisfaction with such a contact, 0-100, of each person by their own taste"
    )
    segments: dict[Identifier, NumberDistribution] = Field(
        default_factory=dict, description="the same for people of these segments instead"
    )


class FeedbackForm(Follows):
    """A form handed out with each contact: how did you like it? The next plan follows the forms that came back."""

    scale: Literal["1-5", "1-7", "0-10"] = Field(default="1-5", description="points to choose from")
    response: WhoAnswers = Field(description="who sends it back; satisfaction is that with the contact")
    answers: Answers = Field(default_factory=Answers, description="how people use the scale")
    before: Literal["festival", "month", "quarter"] = Field(
        description="when the plan is revised: on the morning of each festival of the programme, or as each calendar "
        "month or quarter begins"
    )
    by: Literal["everybody", "segments"] = Field(
        default="everybody", description="whether all get the same plan, or each segment one by its own forms"
    )
    at_least: PositiveCount = Field(default=30, description="forms read below which a way is spared")

    @property
    def ends(self) -> tuple[int, int]:
        """First and last point of the scale."""
        first, last = self.scale.split("-")
        return int(first), int(last)

    @model_validator(mode="after")
    def _a_limit_people_can_like(self) -> FeedbackForm:
        if self.limit is not None and self.limit > 100:
            raise ValueError("the limit is the least mean liking, 0-100")
        return self
