"""What the firm does about failures: who hears complaints, by when, who decides next, and what is given.

A service section holds one `Recovery`; without it complaints go unanswered. How people take it
is `behaviour.recovering`.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from sim.distributions import TimeDistribution
from sim.scenario.quantities import Amount, Days, Identifier, NonNegative, Share, Text
from sim.scenario.section import Section


class CaseStage(Section):
    """Where a case is worked: people of a station who spend real time on it and put it right with a chance."""

    title: Text | None = Field(default=None, description="name to print, by language")
    at: Identifier = Field(description="the station whose staff work on it")
    takes: TimeDistribution = Field(description="work on one case")
    resolves: Share = Field(default=0.6, description="share of cases put right here; the others go up")
    within: Days | None = Field(
        default=None, ge=1, description="time these people have; a case not begun by then goes up to the next level"
    )


class ComplaintChannel(CaseStage):
    """A way to complain, and the people who hear and work on what comes in by it."""

    share: Share = Field(description="share of the dissatisfied who would use it; the shares add up to 1")
    cost: NonNegative | None = Field(
        default=None,
        description="effort of complaining this way, utility; behaviour.complaining.voice_cost if left out",
    )


class EscalationLevel(CaseStage):
    """Who decides on the cases the level below did not put right."""


class Guarantee(Section):
    """Money for every visit whose wait broke a standard, without being asked."""

    title: Text | None = Field(default=None, description="name to print, by language")
    standard: Identifier = Field(description="the standard of service.standards that is guaranteed")
    pays: Amount = Field(description="paid to each visit that waited longer than the standard allows")


class Recovery(Section):
    """Complaint channels, escalation, deadlines, and what is given for a failure."""

    channels: dict[Identifier, ComplaintChannel] = Field(
        default_factory=dict, description="ways to complain; complaints go unanswered where there is none"
    )
    escalation: dict[Identifier, EscalationLevel] = Field(
        default_factory=dict, description="levels above the channels, the lowest first (supervisor, director)"
    )
    answer_within: Days | None = Field(
        default=None, ge=1, description="time promised from the complaint to the final answer; none where left out"
    )
    takes_up: Literal["at once", "any day in time"] = Field(
        default="at once",
        description="when staff turn to a case: the next day, or some day of the time its people have (within, else "
        "what is left of answer_within), each as likely",
    )
    puts_right: Share = Field(
        default=0.5, description="how far a resolved case makes good in kind (repair, exchange), as a share of full"
    )
    compensation: Amount = Field(default=0, validate_default=True, description="money given with a resolved case")
    fair_compensation: Amount | None = Field(
        default=None, description="money that customers would call full compensation; needed where money is given"
    )
    apology: Share = Field(default=0.0, description="how full an apology comes with a resolved case")
    initiative: Share = Field(
        default=0.0, description="share of silent customers with failed or lost visits whom the firm approaches itself"
    )
    reopens: Share = Field(default=0.0, description="share of resolved cases whose problem comes back")
    reopens_after: Days = Field(
        default=7.0, validate_default=False, ge=1, description="time until a problem comes back"
    )
    guarantees: dict[Identifier, Guarantee] = Field(
        default_factory=dict, description="standards the firm pays for when they are missed"
    )

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        total = sum(channel.share for channel in self.channels.values())
        if self.channels and abs(total - 1) > 1e-9:
            raise ValueError(f"the shares of the channels add up to {total:.4g}; they must add up to 1")
        if not self.channels:
            idle = [name for name in ("escalation", "answer_within", "initiative", "reopens") if getattr(self, name)]
            if idle:
                raise ValueError(f"{' and '.join(idle)} without channels; cases begin in a channel")
        if (self.compensation or self.guarantees) and not self.fair_compensation:
            raise ValueError("money is given; 'fair_compensation' above 0 must say what customers would call full")
        return self

    @property
    def stages(self) -> dict[str, CaseStage]:
        """Channels, then levels of escalation, by their places in this section; numbers of stages follow this order."""
        return {
            **{f"channels.{name}": channel for name, channel in self.channels.items()},
            **{f"escalation.{name}": level for name, level in self.escalation.items()},
        }
