"""What papers, broadcasters and the like say about the firm, without its doing."""

from __future__ import annotations

from pydantic import Field

from sim.scenario.quantities import NonNegative, Scale, Share, Span, Text
from sim.scenario.section import Section


class Press(Section):
    """Reports that reach people like talk does, but from nobody they know."""

    title: Text | None = Field(default=None, description="name to print, by language")
    during: Span = Field(description="first and last day")
    reach: Share = Field(description="share of all people who come across it on at least one of its days")
    satisfaction: NonNegative = Field(
        le=100, description="how good or bad it is: as a customer with this satisfaction would talk, 0-100"
    )
    quality: Scale = Field(description="the quality it tells of, in every dimension, 1-7")
