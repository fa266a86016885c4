"""Sales and lotteries that cannot be, and those that are hardly meant.

One document goes in; out come findings, which `checks.py` refuses and `cautions.py` warns of.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sim.scenario.document import Document
from sim.scenario.finding import Finding
from sim.scenario.levers import Offer
from sim.scenario.quantities import ClockSpan
from sim.scenario.section import WEEKDAYS
from sim.scenario.tree import TreePath


def impossible_sales(document: Document) -> Iterator[Finding]:
    """Flash sales while the doors are shut, of what is done by appointment, or on weekdays that never come."""
    for name, offer in document.offers.items():
        if offer.discount is None:
            continue
        place = ("offers", name, "discount")
        if offer.discount.days is not None and not any(offer.discount.on(day) for day in _weekdays(offer)):
            yield Finding((*place, "days"), "weekdays on which the offer never runs", "a weekday inside 'during'")
        if offer.discount.hours is not None:
            yield from _hours(document, name, offer)


def _hours(document: Document, name: str, offer: Offer) -> Iterator[Finding]:
    terms = offer.discount
    assert terms is not None  # asked of sales only
    place: TreePath = ("offers", name, "discount")
    for position, need in enumerate(terms.needs):
        task = document.service.tasks[document.market.needs[need].task]
        if task.appointment is not None:
            found = f"{need}, which is done by appointment"
            yield Finding(
                (*place, "needs", str(position)), found, "in a sale with hours: needs people come for at will"
            )
            continue
        for at in document.service.route(document.market.needs[need].task)[: 1 if task.steps else None]:
            station = document.service.stations.get(at)
            for day in () if station is None else sorted({day for day in _weekdays(offer) if terms.on(day)}):
                if station is None or (station.days is not None and WEEKDAYS[day] not in station.days):
                    continue
                opens = station.open_on.get(WEEKDAYS[day], station.open)
                for at_hour, (text, span) in enumerate(zip(terms.hours or (), terms.spans, strict=True)):
                    if not any(_within(span, opens, turn) for turn in (-1440.0, 0.0)):
                        found = f"'{text}' is not inside the opening hours of {at} on {WEEKDAYS[day].capitalize()}"
                        yield Finding((*place, "hours", str(at_hour)), found, "hours in which who comes can be served")
                        return


def _within(span: ClockSpan, opens: ClockSpan, turn: float) -> bool:
    return opens.start + turn <= span.start and span.end <= opens.end + turn


def _weekdays(offer: Offer) -> list[int]:
    """The weekdays on which an offer runs, of its first week at most: later ones are the same."""
    first = offer.during.start
    return [(first + timedelta(days=day)).weekday() for day in range(min(offer.during.days, 7))]


def impossible_lotteries(document: Document) -> Iterator[Finding]:
    """Lotteries without a prize to win."""
    for name, offer in document.offers.items():
        for prize, terms in () if offer.lottery is None else offer.lottery.prizes.items():
            if terms.stock == 0:
                place = ("offers", name, "lottery", "prizes", prize, "stock")
                yield Finding(place, "none of this prize at all", "1 or more, or no stock for as many as are won")


def doubtful_promotions(document: Document) -> Iterator[Finding]:
    """Sales and lotteries that move nobody, or less than their file says."""
    for name, offer in document.offers.items():
        place = ("offers", name)
        if offer.discount is not None and offer.discount.hours is None and "moving" in offer.discount.model_fields_set:
            found = "a cost of moving a visit, and no hours to move it to"
            yield Finding((*place, "discount", "moving"), found, "it is felt by nobody")
        if offer.lottery is None:
            continue
        needs = document.market.needs
        counted = [needs[each] for each in offer.lottery.needs or needs]
        least = min(offer.lottery.draws_at)
        if not any(need.price >= least for need in counted):
            found = f"draws for purchases of {least:,} or more, and no need that counts has such a price"
            yield Finding((*place, "lottery", "draws_at"), found, "nobody draws")
        if "limit" not in offer.model_fields_set:
            found = "a lottery without 'limit', which then is 1"
            yield Finding((*place, "limit"), found, "each customer draws once in the whole offer")
        for prize, terms in offer.lottery.prizes.items():
            if terms.cost > terms.face:
                found = f"a prize that costs {terms.cost} and is worth {terms.face}"
                yield Finding((*place, "lottery", "prizes", prize, "cost"), found, "are face and cost exchanged?")
