"""Rewards for what is bought in all over a time: each has windows with thresholds, any one of which earns it, once.

An offer of the kind `cumulative` holds them by name. Amounts are those of `market.spending`: money or, with a unit
price, quantities such as square metres.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.scenario.quantities import Amount, Identifier, NonNegative, PositiveNumber, Share, Span, Text
from sim.scenario.section import Section


class RewardWindow(Section):
    """A time in which purchases count together, and how much of them it takes."""

    during: Span = Field(description="first and last day that count, inside the offer's own")
    at_least: PositiveNumber = Field(
        description="what must be bought in all, in the unit of market.spending.amount; exactly that is enough"
    )


class Reward(Section):
    """What is given, once a customer, to whoever reaches the threshold of any one of the windows."""

    title: Text | None = Field(default=None, description="name to print, by language")
    face: Amount = Field(gt=0, description="face value of the reward")
    any_of: dict[Identifier, RewardWindow] = Field(min_length=1, description="windows; one reached is enough")


class Cumulative(Section):
    """Rewards for what a customer buys in all; purchases are those of market.spending."""

    rewards: dict[Identifier, Reward] = Field(min_length=1, description="the rewards there are")
    stacking: Literal["all earned", "best only"] = Field(
        description="all earned: each reward on the day it is earned; best only: of those earned the one of the "
        "highest face value, on the last day of the offer"
    )
    cost: Share = Field(description="what a reward costs the firm, share of its face value (face value is not cost)")


class GoalGradient(Section):
    """Kivetz, Urminsky & Zheng (2006): who is near a reward buys sooner and more, and less afterwards.

    The form is theirs: effort rises with the share of the way behind one and falls back after the reward. The rate at
    the goal is of the order they measured in a coffee shop; the other sizes are assumed.
    """

    effort: NonNegative = Field(
        default=0.25, le=10, description="rise of the rate of purchases at the goal, share of it"
    )
    steepness: PositiveNumber = Field(
        default=2.0, le=50, description="exponent of the share of the way behind one: the higher, the later"
    )
    top_up: Share = Field(default=0.5, description="chance at the goal that a purchase is raised to reach it exactly")
    stretch: NonNegative = Field(default=1.0, le=100, description="the most a purchase is raised by, share of it")
    lasting: Share = Field(
        default=0.0, description="share of what is bought on top that is used up on top; the rest is bought ahead"
    )


class Usage(Section):
    """Bolton & Lemon (1999): satisfied customers use a service more. The sign is theirs, the size is assumed."""

    satisfaction: NonNegative = Field(
        default=0.01, le=1, description="rise of the amount of a purchase for each point of satisfaction, share of it"
    )
    neutral: NonNegative = Field(default=79.0, le=100, description="satisfaction at which amounts are as stated, 0-100")
