"""Fees beside a price, such as for delivery, and offers that waive or reduce them.

A need holds its fees by name; an offer's `Waiver` names one of them. Whoever pays feels the price and its fees as one
amount, and the books keep them apart.
"""

from __future__ import annotations

from pydantic import Field

from sim.scenario.quantities import Amount, Days, Identifier, Share, Text
from sim.scenario.section import Section


class Fee(Section):
    """What a served customer pays beside the price, for the way it comes to them."""

    title: Text | None = Field(default=None, description="name to print, by language")
    amount: Amount = Field(description="what a served customer pays each time, beside the price")


class Waiver(Section):
    """A fee given up, or a part of it: while the offer runs, or for a time from each customer's first purchase."""

    fee: Identifier = Field(description="the fee, a name under market.needs.*.fees; on every need that charges it")
    off: Share = Field(default=1.0, description="share of the fee given up; 100 % is free")
    lasts: Days | None = Field(
        default=None,
        ge=1,
        description="whole days from each customer's own first purchase under the offer, that day included, whatever "
        "they have become since and even beyond the offer's last day; once a customer. Where left out, every purchase "
        "of the audience while the offer runs",
    )

    @property
    def days(self) -> int | None:
        """Whole days it lasts for each customer; None where it lasts as long as the offer."""
        return None if self.lasts is None else max(round(self.lasts), 1)
