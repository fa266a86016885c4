"""Who talks to whom: the kind of network, ties that the file names one by one, and how close ties are."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.scenario.quantities import Days, Identifier, PositiveCount, Share, Text
from sim.scenario.section import Section

TieKind = Literal["strong", "weak"]
KINDS = ("small_world", "scale_free", "complete", "groups", "edges")


class SmallWorld(Section):
    """Watts & Strogatz (1998): a ring of neighbours, some ties rewired at random."""

    degree: PositiveCount = Field(default=8, description="ties a customer; even")
    rewired: Share = Field(default=0.1, description="share of ties rewired")


class ScaleFree(Section):
    """Barabási & Albert (1999): whoever joins ties to people in proportion to the ties they have, so hubs grow."""

    ties: PositiveCount = Field(
        default=4, le=1000, description="ties each newcomer makes; half the mean number of ties"
    )


class Groups(Section):
    """Everyone knows everyone of their own group, and nobody else."""

    size: PositiveCount = Field(ge=2, le=10_000, description="people in a group; 2 is pairs")


class Edges(Section):
    """Ties named one by one: exactly one of file, pairs."""

    file: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="a CSV file beside the scenario, one tie a line: from,to or from,to,tie; read when the scenario is",
    )
    pairs: list[Annotated[str, Field(min_length=1, max_length=200)]] | None = Field(
        default=None,
        description="ties such as 'client:0, supplier:3, weak': two people, each by segment and number in it (from 0)"
        " or by number in the market, and if not all ties are alike, which kind it is",
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.file is None) == (self.pairs is None):
            raise ValueError("exactly one of file, pairs")
        return self


class Links(Section):
    """Ties from one segment to another, drawn at random, beside those of the network."""

    title: Text | None = Field(default=None, description="name to print, by language")
    of: Identifier = Field(description="the segment whose people have these ties")
    to: Identifier = Field(description="the segment they lead to; may be the same")
    each: PositiveCount = Field(le=1000, description="ties each of them has there, all to different people")
    tie: TieKind = Field(default="strong", description="how close they are")


class Strengths(Section):
    """What a message counts over a tie of each kind."""

    strong: Share = Field(default=1.0, description="effect over a strong tie, of the full effect of a message")
    weak: Share = Field(default=0.4, description="effect over a weak tie, of the full effect of a message")


class Talk(Section):
    """Who talks to whom: at most one kind of network, links between segments beside it, and how close ties are."""

    small_world: SmallWorld | None = Field(default=None, description="Watts & Strogatz (1998)")
    scale_free: ScaleFree | None = Field(default=None, description="Barabási & Albert (1999)")
    complete: Literal[True] | None = Field(default=None, description="everyone may talk to everyone (mean field)")
    groups: Groups | None = Field(default=None, description="everyone knows their own group; size 2 is pairs")
    edges: Edges | None = Field(default=None, description="ties named one by one, inline or in a file")
    links: dict[Identifier, Links] = Field(default_factory=dict, description="ties from segment to segment")
    strong: Share | None = Field(
        default=None,
        description="share of the ties whose kind is not said that are strong, drawn at random; all where left out",
    )
    strengths: Strengths = Field(default_factory=Strengths, description="what a message counts over each kind of tie")

    @model_validator(mode="after")
    def _one(self) -> Self:
        named = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(named) > 1:
            raise ValueError(f"at most one of {', '.join(KINDS)}, not {' and '.join(named)}")
        if self.complete and (self.links or self.strong is not None):
            raise ValueError("where everyone talks to everyone no tie stands out: no links and no strong ties")
        return self


class StrongAndWeakTies(Section):
    """Goldenberg, Libai & Muller (2001): advertising, each weak and each strong tie to a customer win one over."""

    form: Literal["strong-and-weak-ties"]
    advertising: Share = Field(lt=1, description="α, chance through advertising, per period")
    weak: Share = Field(lt=1, description="β_w, chance through one weak tie to a customer, per period")
    strong: Share = Field(lt=1, description="β_s, chance through one strong tie to a customer, per period")
    period: Days = Field(default=1.0, validate_default=False, gt=0, description="the period of the chances")


def people_of(pair: str) -> tuple[str, str, TieKind | None]:
    """The two people and the kind of a written tie, 'a, b' or 'a, b, weak'; ValueError for anything else."""
    parts = [part.strip() for part in pair.split(",")]
    if len(parts) == 3 and parts[2] in ("strong", "weak") and all(parts):
        return parts[0], parts[1], "strong" if parts[2] == "strong" else "weak"
    if len(parts) == 2 and all(parts):
        return parts[0], parts[1], None
    raise ValueError(f"'{pair[:60]}' is not a tie such as 'client:0, supplier:3' or 'client:0, supplier:3, weak'")


def row_of(person: str, starts: dict[str, tuple[int, int]], size: int) -> int:
    """The row of a person: 'segment:number', or a number over the whole market. ValueError where there is nobody.

    `starts`: first row and number of people of each segment; `size`: people in the market.
    """
    segment, colon, number = person.rpartition(":")
    if not number.isascii() or not number.isdecimal():
        raise ValueError(f"'{person[:60]}' is nobody: write segment:number, or a number in the market, from 0 up")
    first, people = starts.get(segment, (0, -1)) if colon else (0, size)
    if people < 0:
        raise ValueError(f"there is no segment '{segment[:60]}' in market.segments")
    if int(number) >= people:
        raise ValueError(
            f"there is no {person[:60]}: {'the segment' if colon else 'the market'} holds {people:,} people"
        )
    return first + int(number)
