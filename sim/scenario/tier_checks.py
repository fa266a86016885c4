"""Reviews of tiers that cannot be: thresholds out of order, never held, approved by nobody."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from sim.scenario.document import Document
from sim.scenario.finding import Finding
from sim.scenario.tier_review import TierReview


def impossible_reviews(document: Document) -> Iterator[Finding]:
    """Every reason why the review of a document cannot be held as it says."""
    review = document.market.tier_review
    if review is None:
        return
    place = ("market", "tier_review")
    for rule in review.rules:
        yield from _order(document, review, rule)
    for tier in review.by_office:
        if review.below is not None and document.market.tiers.index(review.below) <= document.market.tiers.index(tier):
            yield Finding((*place, "below"), f"{review.below}, which is not below {tier}", "a tier below all others")
    run = document.calendar.run
    if not review.days(run.start, run.end):
        found = "no review with its whole window behind it falls inside the run"
        yield Finding((*place, "on" if review.every is None else "every"), found, "a longer run or a shorter window")
    needs = document.market.needs.values()
    for rule in ("spend", "fulfilment", "purchase"):
        if rule in review.rules and document.market.spending is None and not any(need.price for need in needs):
            yield Finding((*place, rule), "nobody ever pays anything", "needs with a price, or market.spending")
    if review.fulfilment is not None and review.fulfilment.contracted.expected() <= 0:
        found = "contracts of nothing, which everybody fulfils"
        yield Finding((*place, "fulfilment", "contracted"), found, "a share of usual spending above 0")
    if review.through is not None:
        task = document.service.tasks[review.through]
        if len(document.service.route(review.through)) > 1 and not task.steps:
            found = f"{review.through}, which is done at several stations"
            yield Finding((*place, "through"), found, "a task done at one station, or in steps")


def doubtful_reviews(document: Document) -> Iterator[Finding]:
    """A tier held by office that is not held on the first day."""
    review = document.market.tier_review
    for tier, segments in {} if review is None else review.by_office.items():
        for position, name in enumerate(segments):
            if document.market.segments[name].tier is None:
                path = ("market", "tier_review", "by_office", tier, str(position))
                found = f"{name} hold {tier} by office, and have no tier on the first day"
                yield Finding(path, found, "they get it at the first review; segments.X.tier gives it from the start")


def _order(document: Document, review: TierReview, rule: str) -> Iterator[Finding]:
    """A higher tier asks for more, and whoever reaches none is not above one that asks for something."""
    tiers, place = document.market.tiers, ("market", "tier_review")
    ranked = sorted(review.steps(rule).items(), key=lambda each: tiers.index(each[0]))
    for (higher, most), (lower, least) in pairwise(ranked):
        if most <= least:
            found = f"{higher} asks for no more than {lower}, which is below it"
            yield Finding((*place, rule, "at_least", higher), found, "more, the higher the tier")
            return
    if review.below is not None and tiers.index(review.below) <= tiers.index(ranked[-1][0]):
        found = f"{review.below}, which is not below {ranked[-1][0]}"
        yield Finding((*place, "below"), found, "a tier below all that ask for something")
