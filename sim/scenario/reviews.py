"""Public reviews: who writes them, how long they count, who reads them, and what the firm does about them."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from sim.scenario.quantities import Amount, Days, Identifier, NonNegative, PositiveNumber, Rate, Share
from sim.scenario.section import Section


class StandingReviews(Section):
    """What is to be read about the firm at opening."""

    number: NonNegative = Field(default=0.0, description="reviews that count")
    rating: NonNegative = Field(default=4.0, ge=1, le=5, description="their mean, in stars from 1 to 5")


class Posting(Section):
    """The chance to write after a visit: an asymmetric U in satisfaction, as for talk (Anderson 1998)."""

    needs: list[Identifier] = Field(default_factory=list, description="only visits for these needs; all if left out")
    neutral: NonNegative = Field(default=77.0, gt=0, lt=100, description="satisfaction with the fewest reviews, 0-100")
    base: Share = Field(default=0.01, description="chance to write after a visit at the neutral point")
    delight: Share = Field(default=0.08, description="added chance at satisfaction 100")
    anger: Share = Field(default=0.12, description="added chance at satisfaction 0")


class Reading(Section):
    """What reviews do to those who are no customers (Chevalier & Mayzlin 2006: rating and number both count)."""

    half: PositiveNumber = Field(default=50.0, description="reviews that count at which half of the full effect is had")
    found: Rate = Field(
        default=0.0,
        validate_default=False,
        description="how often someone comes upon them at full effect, and so hears of the firm",
    )
    reads: Share = Field(default=0.3, description="share of choices before which they are read")
    rating: NonNegative = Field(default=0.5, description="utility per star above the usual rating, at full effect")
    volume: NonNegative = Field(default=0.3, description="utility of having many, at full effect")
    usual: NonNegative = Field(default=4.0, ge=1, le=5, description="the rating people are used to, stars")
    expectation: Share = Field(default=0.1, description="pull of the mean rating on what a reader thinks they will get")


class Replying(Section):
    """The firm answers bad reviews in public."""

    share: Share = Field(description="share of reviews of three stars or fewer that are answered")
    lifts: NonNegative = Field(default=0.5, le=4, description="stars by which an answer softens such a review")
    cost: Amount = Field(default=0, validate_default=True, description="cost of an answer")


class ReviewIncentive(Section):
    """The firm asks for reviews and rewards them."""

    raises: NonNegative = Field(default=2.0, ge=1, description="factor on the chance to write")
    lifts: NonNegative = Field(default=0.0, le=4, description="stars by which a review that is paid for is kinder")
    reward: Amount = Field(default=0, validate_default=True, description="paid for each review")


class Reviews(Section):
    """A public stock of reviews of the firm: visits add to it, time takes from it, prospects read it."""

    opening: StandingReviews = Field(default_factory=StandingReviews, description="what is there at opening")
    half_life: Days = Field(default=180.0, validate_default=False, gt=0, description="after this a review counts half")
    posting: Posting = Field(default_factory=Posting, description="who writes")
    reading: Reading = Field(default_factory=Reading, description="what they do to those who read")
    replies: Replying | None = Field(default=None, description="answers to bad reviews; none if left out")
    incentive: ReviewIncentive | None = Field(default=None, description="reward for reviews; none if left out")

    @model_validator(mode="after")
    def _something_counts(self) -> Self:
        if self.posting.base + max(self.posting.delight, self.posting.anger) > 1:
            raise ValueError("posting: base and delight, or base and anger, add up to more than 1")
        return self
