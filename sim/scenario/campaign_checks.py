"""Campaigns, waves, channels and rules that cannot be as they are written, or hardly as they are meant.

In goes one document; out come findings, each at the line that is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from sim.scenario.document import Document
from sim.scenario.finding import Finding
from sim.scenario.levers import Campaign
from sim.scenario.tree import TreePath


def _channels(campaign: Campaign) -> list[str]:
    """The channels of all waves, each once."""
    return list(dict.fromkeys(name for wave in campaign.waves.values() for name in wave.channels))


def _addressed(document: Document, campaign: Campaign) -> bool:
    return any(document.channels[name].addressed for name in _channels(campaign))


def impossible_campaigns(document: Document) -> Iterator[Finding]:
    """Waves after the run, revisions and rules that read what nobody can observe, forecasts without costs."""
    last = document.calendar.run.end
    for name, campaign in document.campaigns.items():
        place: TreePath = ("campaigns", name)
        for title, wave in campaign.waves.items():
            ends = wave.during.end + timedelta(days=wave.starts()[-1])
            if wave.times > 1 and ends > last:
                found = f"the last of {wave.times} ends on {ends}, after the run"
                yield Finding((*place, "waves", title, "times"), found, f"waves that end by {last}")
        yield from _revision(document, campaign, place)
        if campaign.through == "preferred channel" and not _preferences(document):
            found = "the preferred channel, and nothing is said of what anybody prefers"
            yield Finding((*place, "through"), found, "market.prefers, or prefers of a segment")
        if campaign.forecast is not None and campaign.forecast.go != "in any case" and not campaign.costs:
            found = "a launch that depends on a gain, and no estimated costs"
            yield Finding((*place, "forecast", "go"), found, "costs: lines with their estimates")
        accounts = [line.of for line in campaign.costs.values() if line.of is not None]
        for title, line in campaign.costs.items():
            if line.of is not None and accounts.count(line.of) > 1:
                found = f"{line.of}, which another line counts as well"
                yield Finding((*place, "costs", title, "of"), found, "each account in one line")
    for name, rule in document.rules.items():
        watched = rule.when.response_to
        if watched is not None and not _addressed(document, document.campaigns[watched]):
            yield Finding(
                ("rules", name, "when", "response_to"),
                f"{watched}, which names none of its receivers",
                "a campaign with a channel that is addressed: who else came through it cannot be known",
            )


def _revision(document: Document, campaign: Campaign, place: TreePath) -> Iterator[Finding]:
    if campaign.revise is None:
        return
    at = (*place, "revise")
    if not _addressed(document, campaign):
        allowed = "a channel that is addressed: who else came through it cannot be known"
        yield Finding(at, "a response to read, and no channel names its receivers", allowed)
    if campaign.revise.reads == "lift" and not campaign.audience.hold_out:
        found = "lift, and nobody is held out to compare with"
        yield Finding((*at, "reads"), found, "audience.hold_out above 0, or another reading")
    segments = campaign.audience.segments or list(document.market.segments)
    groups = _channels(campaign) if campaign.revise.compares == "channels" else segments
    if len(groups) < 2 and campaign.revise.then != "drop those beyond the limit":
        found = f"one of the {campaign.revise.compares} alone: {', '.join(groups)}"
        yield Finding((*at, "compares"), found, "two or more to compare, or a limit")


def _preferences(document: Document) -> list[str]:
    """Every channel somebody prefers."""
    market = document.market
    stated = [segment.prefers or market.prefers for segment in market.segments.values()]
    return list(dict.fromkeys(name for each in stated for name in each))


def doubtful_campaigns(document: Document) -> Iterator[Finding]:
    """Revisions that never read anything, channels nobody prefers, lists nobody is on, launches that do not happen."""
    for name, campaign in document.campaigns.items():
        place: TreePath = ("campaigns", name)
        yield from _blind(campaign, place)
        if campaign.through == "preferred channel":
            preferred = _preferences(document)
            for title, wave in campaign.waves.items():
                for used in wave.channels:
                    if preferred and used not in preferred:
                        found = f"nobody prefers {used}, and this campaign keeps to what each prefers"
                        yield Finding((*place, "waves", title, "channels", used), found, "it reaches nobody")
        unnamed = [used for used in _channels(campaign) if not document.channels[used].addressed]
        if campaign.audience.hold_out and unnamed:
            found = f"a hold-out, and {', '.join(unnamed)}, which names none of its receivers"
            yield Finding((*place, "audience", "hold_out"), found, "no firm can keep it from those held out")
        forecast = campaign.forecast
        loss = sum((line.estimate for line in campaign.costs.values()), Decimal())
        if forecast is not None and forecast.revenue < loss:
            found = f"a forecast loss: {forecast.revenue:,.0f} expected, costs estimated at {loss:,.0f}"
            what = "it is launched all the same" if forecast.go == "in any case" else "it is not launched"
            yield Finding((*place, "forecast", "revenue"), found, what)
        for title, line in campaign.costs.items():
            if line.of in ("gifts", "discounts", "waivers") and not campaign.announces:
                found = f"{line.of} of the offers it announces, and it announces none"
                yield Finding((*place, "costs", title, "of"), found, "nothing will be paid on this line")
    for name, channel in document.channels.items():
        addresses = channel.addresses
        if addresses is None:
            continue
        if not (addresses.customers or addresses.prospects or addresses.joins_at_visit or addresses.joins):
            yield Finding(("channels", name, "addresses"), "a list nobody is on or joins", "it reaches nobody")


def _blind(campaign: Campaign, place: TreePath) -> Iterator[Finding]:
    """Waves that begin before any contact of the one before has had its time to respond."""
    if campaign.revise is None:
        return
    spans = sorted(
        (wave.during.start + timedelta(days=start)) for wave in campaign.waves.values() for start in wave.starts()
    )
    if len(spans) == 1:
        yield Finding((*place, "revise"), "there is one wave only", "nothing is ever revised")
        return
    shortest = min((later - earlier).days for earlier, later in pairwise(spans))
    if shortest < campaign.response_within:
        found = f"a response window of {campaign.response_within:g} days, and waves that begin {shortest} days apart"
        yield Finding((*place, "response_within"), found, "some waves are begun before any contact can be read")
