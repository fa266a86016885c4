"""Events that cannot be held as they are written, or hardly as they are meant.

In goes one document; out come findings, each at the line of the event that is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.document import Document
from sim.scenario.finding import Finding
from sim.scenario.shifts import shift
from sim.scenario.tree import TreePath

MOST_SITES_NAMED = 10_000


def impossible_events(document: Document) -> Iterator[Finding]:
    """A site that does not exist, and staff of one site at an event of all of them."""
    sites = document.market.sites
    if isinstance(sites, int) and sites > MOST_SITES_NAMED:  # more than a run can hold, which is said elsewhere
        return
    names = document.market.site_names
    for name, event in document.events.items():
        place: TreePath = ("events", name)
        if event.site is not None and event.site not in names:
            yield Finding((*place, "site"), f"there is no site '{event.site}'", f"one of {', '.join(names[:24])}")
        if event.afterwards is not None:
            task = document.market.needs[event.afterwards.need].task
            if document.service.tasks[task].appointment is not None:
                found = f"{task} is by appointment, and the guests go on to it at once"
                yield Finding((*place, "afterwards", "need"), found, "a need without appointments")
        if event.by is None:
            continue
        station = document.service.stations[event.by]
        if station.staff == "unlimited":
            yield Finding((*place, "by"), f"{event.by}, whose staff is unlimited", "a station with a number of staff")
        elif station.per == "site" and len(names) > 1 and event.site is None:
            found = f"staff of {event.by}, of which there is one at each site"
            yield Finding((*place, "by"), found, "site: the site that holds the event")


def doubtful_events(document: Document) -> Iterator[Finding]:
    """More staff than are there, invitations before the run, more promised seats than come to be free."""
    for name, event in document.events.items():
        place: TreePath = ("events", name)
        before = (event.on - document.calendar.run.start).days
        if before < round(event.invited_before):
            found = f"held on day {before + 1} of the run, and invited {event.invited_before:g} days before"
            yield Finding((*place, "invited_before"), found, "invitations go out on the first day")
        message = event.mixed_message
        if message is not None and message.share:
            found = f"{100 * message.share:g} % of the guests go by other hours than the event's"
            yield Finding((*place, "mixed_message"), found, "a mixed message: they come when there is nothing")
        if event.afterwards is not None:
            need = document.market.needs[event.afterwards.need]
            at = document.service.route(need.task)[0]
            present = shift(document.service.stations[at], event.on.weekday(), document.service.capacity == "unlimited")
            if present is None or not present.opens <= event.hours.end < present.closes:
                yield Finding((*place, "afterwards", "need"), f"{at} is closed when the event ends", "nobody is served")
        if event.confirms * event.shows_up > event.seats:
            found = f"{event.confirms:,} confirmed, of whom {100 * event.shows_up:g} % come, for {event.seats:,} seats"
            yield Finding((*place, "confirmed"), found, "some who were promised a seat will find none")
        if event.by is None or document.service.stations[event.by].staff == "unlimited":
            continue
        present = shift(document.service.stations[event.by], event.on.weekday(), unlimited=False)
        pieces = () if present is None else present.pieces
        there = [servers for start, end, servers in pieces if start < event.hours.end and event.hours.start < end]
        if min(there, default=0) < event.staff:
            found = f"{event.staff} of {event.by} help, and {min(there, default=0)} are on duty then"
            yield Finding((*place, "staff"), found, "only those on duty can be taken away")
