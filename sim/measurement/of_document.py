"""Every measure a document's runs can report: those of the catalogue, and those its own names add.

A document goes in; out come measures by name, with the titles the document gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sim.levers.membership import membership_measures
from sim.levers.outreach_ways import liking_measures
from sim.levers.risk_signs import risk_sign_measures
from sim.levers.tariffs import tariff_measures
from sim.levers.tiers import review_measures
from sim.measurement.by_channel import channel_measures
from sim.measurement.by_server_group import group_measures
from sim.measurement.by_tier import tier_measures
from sim.measurement.catalogue import declared_measures
from sim.measurement.competition import competition_measures
from sim.measurement.cycle_times import cycle_measures
from sim.measurement.funnels import funnel_measures
from sim.measurement.rewards import reward_measures
from sim.measurement.task_deadlines import deadline_measures
from sim.measures import CATALOGUE, Measure, outreach_measure, standard_measure
from sim.scenario.document import Document
from sim.scenario.units import text_in
from sim.stock.goods import goods_measures
from sim.stock.shelves import shelf_measures
from sim.stock.supply import supply_measures

RETURNS: Final = {
    name: Measure(name, title, "scale", "ratio", "higher", 2)
    for name, title in (
        ("return_on_marketing", "return on marketing"),
        ("return_with_carried_value", "return with carried value"),
    )
} | {
    "paid_back": Measure("paid_back", "has paid back by the end", "share", "ratio", "neither", 3),
    "payback_days": Measure("payback_days", "days until it has paid back", "days", "ratio", "neither", 1),
}
"""Known only beside a paired baseline run: no single run reports them."""


def measures_of(document: Document) -> dict[str, Measure]:
    """By name: the catalogue, the returns, and what the document's standards, programmes, tasks and surveys add."""
    return {**CATALOGUE, **RETURNS, **{measure.name: measure for measure in _named_by(document)}}


def _named_by(document: Document) -> Iterator[Measure]:
    for name, standard in document.service.standards.items():
        words = f"{name.replace('_', ' ')} kept (≤ {standard.at_most:g} min)"
        title = text_in(standard.title) if standard.title else words
        yield standard_measure(name, f"{title}, target {100 * standard.share:g} %")
    for name, programme in document.outreach.items():
        title = text_in(programme.title) if programme.title else f"{name.replace('_', ' ')} contacts"
        yield outreach_measure(name, f"{title}, made in time")
    yield from tier_measures(document)
    yield from channel_measures(document)
    yield from group_measures(document)
    yield from deadline_measures(document)
    yield from review_measures(document)
    yield from reward_measures(document)
    yield from cycle_measures(document)
    yield from membership_measures(document)
    yield from liking_measures(document)
    yield from tariff_measures(document)
    yield from funnel_measures(document)
    yield from supply_measures(document)
    yield from shelf_measures(document)
    yield from competition_measures(document)
    yield from risk_sign_measures(document)
    yield from goods_measures(document)
    yield from declared_measures(document)
