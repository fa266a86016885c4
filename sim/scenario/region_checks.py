"""Regions that cannot be, and prices that change more often than a rule of the plan allows.

Documents and stages go in; out come findings, which `checks.py` refuses.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from sim.scenario.document import Document
from sim.scenario.event_checks import MOST_SITES_NAMED
from sim.scenario.finding import Finding
from sim.scenario.refusal import nearest
from sim.scenario.service import Station
from sim.scenario.stages import Stage

PRICED = ("market.needs", "market.regions", "membership", "tariffs")
"""What of a document prices stand in."""


def impossible_regions(document: Document) -> Iterator[Finding]:
    """Sites that are not there, openings outside the run, staff of stations that are not each site's own."""
    market, run = document.market, document.calendar.run
    few = not isinstance(market.sites, int) or market.sites <= MOST_SITES_NAMED  # more than that is said elsewhere
    names = market.site_names if few else ()
    for name, region in market.regions.items():
        place = ("market", "regions", name)
        if name not in names:
            allowed = "a site of market.sites: " + ", ".join(names[:24])
            yield Finding(place, f"there is no site '{name}'", allowed, nearest(name, names) or "")
            continue
        if region.opens is not None and not run.start <= region.opens <= run.end:
            yield Finding(
                (*place, "opens"), f"{region.opens}, which is not inside the run", f"{run.start} to {run.end}"
            )
        if region.opens is not None and document.behaviour.acquisition.form == "bass":
            found = "a site that opens, and people who become customers by adoption wherever they are"
            yield Finding((*place, "opens"), found, "behaviour.acquisition: {form: through-choice}")
        for station in region.staff:
            section = document.service.stations[station]
            if not _plain(section):
                path = (*place, "staff", station)
                found = f"{station}, whose staff changes by the hour, in groups or by what becomes of people"
                yield Finding(path, found, "a station for each site with one number of staff and without breaks")


def _plain(station: Station) -> bool:
    varies = station.staff_at or station.staff_on or station.breaks or station.groups
    changing = station.people is not None and station.people.change
    return (
        station.per == "site" and isinstance(station.staff, int) and station.staff > 0 and not varies and not changing
    )


def prices_that_move(stages: tuple[Stage, ...]) -> Iterator[Finding]:
    """Prices that change on more days of a calendar year than the rule allows, or on days on which it locks them."""
    rule = stages[0].document.price_rule
    if rule is None:
        return
    moved: dict[int, int] = {}
    for before, after in pairwise(stages):
        if _prices(before.document) == _prices(after.document):
            continue
        path = _by_whom(before, after)
        moved[after.first.year] = moved.get(after.first.year, 0) + 1
        if moved[after.first.year] > rule.at_most:
            found = f"prices change on {after.first}, for the {moved[after.first.year]}. time in {after.first.year}"
            yield Finding(path, found, f"at most {rule.at_most} a calendar year (price_rule.at_most)")
        for span in rule.locked:
            if span.start <= after.first <= span.end:
                found = f"prices change on {after.first}, when they are locked"
                yield Finding(path, found, f"no change from {span.start} to {span.end} (price_rule.locked)")


def _prices(document: Document) -> object:
    """Every price of a document, to be compared."""
    market, membership = document.market, document.membership
    return (
        [
            (need.price, need.prices, {name: fee.amount for name, fee in need.fees.items()})
            for need in market.needs.values()
        ],
        {name: region.price for name, region in market.regions.items()},
        None if membership is None else (membership.fee, membership.joining),
        {name: tariff.hours for name, tariff in document.tariffs.items()},
    )


def _by_whom(before: Stage, after: Stage) -> tuple[str, ...]:
    """The dated change that begins or ends between two stages and sets a price."""
    for name, change in before.document.changes.items():
        begins = change.first == after.first
        ends = change.during is not None and change.during.end == before.last
        if (begins or ends) and any(path.startswith(PRICED) for path in change.values):
            return ("changes", name)
    return ("changes",)
