"""Targets as a fit uses them: what to look at in a run of which plan, what was observed, and how likely that is.

In go the targets of the file and the scenario; out come observations, one for each number, share, stage of a funnel or
row of a series. Whatever cannot be is one `ValueError`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calibration.document import ALLOWED, Counted, Cut, Likelihood, Observed, Target
from calibration.losses import (
    BetaBinomial,
    Binomial,
    DirichletMultinomial,
    GammaPoisson,
    Loss,
    Moments,
    Normal,
)
from calibration.observer import Look
from calibration.series import Row, rows_of
from calibration.waits import LogNormal
from sim.behaviour.loyalty import CAUSES
from sim.measures import CATALOGUE, OF_PARTS, Measure
from sim.measures_of_document import measures_of
from sim.scenario.document import Document
from sim.scenario.load import Scenario
from sim.scenario.refusal import did_you_mean
from sim.scenario.units import text_in

Floats = NDArray[np.float64]

AS_MEASURED = ("survey_", "satisfied_survey_", "again_", "complained_survey_", "scorecard_")
"""Measures that are themselves answers or checks, as the firm sees them; all others are the model's own truth."""


@dataclass(frozen=True)
class Observation:
    """One thing observed, with the looks that show it in a run.

    ``ratio``: the first look over the second. ``days``: the look over so many days, for a mean a day. ``through``: name
    of the observation a straight line is laid through; ``used_up``: such a line is laid through this one, so it tells
    nothing more. ``target``: its name in the file; ``categories``: names of its components, where they are categories.
    """

    name: str
    target: str
    title: str
    plan: str
    looks: tuple[Look, ...]
    loss: Loss
    weight: float = 1.0
    hold_out: bool = False
    ratio: bool = False
    days: int = 1
    categories: tuple[str, ...] = ()
    through: str | None = None
    used_up: bool = False

    @property
    def measure(self) -> Measure:
        return self.looks[0].measure

    @property
    def as_measured(self) -> bool:
        """Whether it is held against what the firm would see, rather than against the model's truth."""
        return self.measure.name.startswith(AS_MEASURED)

    def component(self, place: int) -> str:
        """What one component is called beside the title; empty where there is but one."""
        if self.categories:
            return self.categories[place].replace("_", " ")
        return ("mean", "standard deviation")[place] if self.loss.components > 1 else ""

    @property
    def key(self) -> tuple[object, ...]:
        """What is observed, whatever came out."""
        return (self.plan, self.ratio, *(look.key for look in self.looks))

    def runs(self, seen: Floats) -> Floats:
        """From what the looks saw, shape (candidates, replications, looks), to the components of the loss."""
        if self.ratio:
            above, below = seen[..., 0], seen[..., 1]
            share = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0.0)
            return np.asarray(share)[..., np.newaxis]
        return self.loss.prepared(seen / self.days if self.days > 1 else seen)


def observations(scenario: Scenario, name: str, target: Target, folder: Path) -> list[Observation]:
    """The observations of one target of the file; ValueError with one sentence."""
    plan = target.plan or scenario.baseline
    document = scenario.document(plan)
    made = list(_made(document, name, target, folder))
    title = text_in(target.title) if target.title else ""
    return [
        replace(each, plan=plan, title=_titled(title, each), weight=target.weight, hold_out=target.hold_out,
                through=target.line_through)
        for each in made
    ]  # fmt: skip


def used_up(found: Sequence[Observation]) -> list[Observation]:
    """The same, with those marked that a line is laid through. ValueError for a line through nothing."""
    by_name = {each.name: each for each in found}
    through = {each.through for each in found if each.through is not None}
    for each in found:
        if each.through is None:
            continue
        other = by_name.get(each.through)
        if other is None or other.through is not None or not isinstance(other.loss, Moments) or not other.loss.spread:
            hint = did_you_mean(each.through, by_name)
            raise ValueError(
                f"the line of '{each.name}' goes through '{each.through}', no target with mean, sd and spread{hint}"
            )
        if [look.measure.name for look in other.looks] != [look.measure.name for look in each.looks]:
            raise ValueError(f"the line of '{each.name}' goes through '{each.through}', which is of other measures")
    return [replace(each, used_up=each.name in through) for each in found]


def _titled(title: str, found: Observation) -> str:
    """The author's title and the row's or stage's own; without one the measure's, and of what part of the run."""
    if not title:
        label = found.looks[0].label
        of_part = "" if found.ratio or label in ("whole", found.title) else f", {label}"
        return f"{found.measure.title}: {found.title}" if found.title else f"{found.measure.title}{of_part}"
    return f"{title}: {found.title}" if found.title else title


def _made(document: Document, name: str, target: Target, folder: Path) -> Iterator[Observation]:
    if target.categories is not None:
        looks = tuple(_counting(document, each, target) for each in target.categories.values())
        counts = tuple(each.count for each in target.categories.values())
        if sum(counts) <= 0:
            raise ValueError("all categories are 0, which tells nothing")
        _likelihood(target, ("dirichlet-multinomial",))
        named = tuple(target.categories)
        yield Observation(name, name, "", "", looks, DirichletMultinomial(counts), categories=named)
    elif target.funnel is not None:
        yield from _stages(document, name, target)
    elif target.series is not None:
        yield from _rows(document, name, target, folder)
    else:
        assert target.observed is not None
        looks = (_look(document, target, target.measure),)
        if target.spread is not None:
            looks = (*looks, _look(document, target, target.spread))
            if looks[1].measure.kind != "spread":
                raise ValueError(f"'{target.spread}' is no measure of a spread between single values")
        days = 1 if target.per is None else _days(document, target, looks[0].measure)
        yield Observation(name, name, "", "", looks, _loss(target, target.observed, looks[0].measure), days=days)


def _days(document: Document, target: Target, measure: Measure) -> int:
    """How many days a mean a day is over."""
    if measure.kind != "flow":
        raise ValueError(f"'{measure.name}' is a {measure.kind}; only a flow has a mean a day")
    calendar = document.calendar
    if target.days is not None:
        return (target.days.end - target.days.start).days + 1
    if target.period in (None, "whole"):
        return (calendar.run.end - calendar.run.start).days + 1
    if target.period == "campaign" and calendar.campaign is not None:
        return (calendar.campaign.end - calendar.campaign.start).days + 1
    raise ValueError("a mean a day is of the whole run, of the campaign or of 'days'")


def _stages(document: Document, name: str, target: Target) -> Iterator[Observation]:
    """Each stage as a share of the one before."""
    assert target.funnel is not None
    stages = list(target.funnel.items())
    kind: type[Binomial] = BetaBinomial if _likelihood(target, ALLOWED["share"]) == "beta-binomial" else Binomial
    for (before, wide), (stage, narrow) in itertools.pairwise(stages):
        if narrow.count > wide.count:
            raise ValueError(f"'{stage}' has {narrow.count:g}, more than the {wide.count:g} of '{before}' before it")
        if wide.count == 0:
            raise ValueError(f"nobody is left in '{before}', so '{stage}' tells nothing")
        looks = (_counting(document, narrow, target), _counting(document, wide, target))
        words = f"{stage.replace('_', ' ')} of {before.replace('_', ' ')}"
        yield Observation(f"{name}.{stage}", name, words, "", looks, kind(narrow.count, wide.count), ratio=True)


def _rows(document: Document, name: str, target: Target, folder: Path) -> Iterator[Observation]:
    assert target.series is not None
    series, run = target.series, document.calendar.run
    if target.days is not None or target.period is not None or target.cause is not None or _part(target) is not None:
        raise ValueError("a series has its own days, and is of the whole market")
    measure = _known(document, target.measure)
    if series.cumulative and measure.kind != "flow":
        raise ValueError(f"'{measure.name}' is a {measure.kind}; only a flow has totals that grow")
    for row in rows_of(series, run, folder):
        days = Look(measure, row.label, days=((row.first - run.start).days, (row.last - run.start).days))
        _by_day(measure)
        yield Observation(f"{name}.{row.first}", name, row.label, "", (days,), _row_loss(target, row, measure))


def _row_loss(target: Target, row: Row, measure: Measure) -> Loss:
    assert target.series is not None
    if row.of is not None:
        share = row.value
        if not 0.0 <= share <= 1.0:
            raise ValueError(f"{row.label}: a share of {share:g}; a share from 0 to 1")
        return _loss(target, Observed(share=share, of=row.of), measure)
    if target.series.error is not None:
        return _loss(target, Observed(value=row.value, error=target.series.error), measure)
    if measure.kind != "flow" or measure.unit != "count":
        raise ValueError(f"'{measure.name}' counts nothing, so the series needs 'error' or the column 'of'")
    if row.value < 0.0 or row.value != int(row.value):
        raise ValueError(f"{row.label}: a count of {row.value:g}; a whole number, 0 or more")
    return _loss(target, Observed(count=row.value), measure)


def _loss(target: Target, observed: Observed, measure: Measure) -> Loss:
    """The usual loss of what was observed, or the one asked for."""
    form = observed.form
    chosen = _likelihood(target, ALLOWED[form])
    if form == "count":
        if measure.kind not in ("flow", "stock") or measure.unit != "count":
            raise ValueError(
                f"'{measure.name}' is no count but in {measure.unit}; see {{value, error}} or {{share, of}}"
            )
        return GammaPoisson(float(observed.count or 0.0))
    if form == "share":
        if measure.unit != "share":
            raise ValueError(f"'{measure.name}' is no share but in {measure.unit}; see {{value, error}} or {{count}}")
        assert observed.of is not None
        return (BetaBinomial if chosen == "beta-binomial" else Binomial)(observed.cases, observed.of)
    if form == "moments":
        assert observed.mean is not None
        assert observed.sd is not None
        assert observed.n is not None
        return Moments(observed.mean, observed.sd, observed.n, spread=target.spread is not None)
    assert observed.value is not None
    assert observed.error is not None
    if measure.unit == "share" and not -1.0 <= observed.value <= 1.0:
        raise ValueError(f"a share of {observed.value:g}; a share from 0 to 1")
    if chosen == "lognormal" and observed.value <= 0.0:
        raise ValueError(f"a lognormal is of values above 0, and {observed.value:g} was observed")
    kind = LogNormal if chosen == "lognormal" else Normal
    return kind(observed.value, observed.error, observed.averaged)


def _likelihood(target: Target, allowed: Sequence[Likelihood]) -> Likelihood:
    chosen = target.likelihood or allowed[0]
    if chosen not in allowed:
        raise ValueError(f"what was observed has no {chosen} likelihood; it is {' or '.join(allowed)}")
    return chosen


def _counting(document: Document, counted: Counted, target: Target) -> Look:
    """The look of a category or stage; what it does not say itself it takes from its target."""
    own = Cut.model_fields.keys() & counted.model_fields_set
    cut = counted if own else counted.model_copy(update={name: getattr(target, name) for name in Cut.model_fields})
    look = _look(document, cut, counted.measure)
    if look.measure.unit != "count":
        raise ValueError(f"'{look.measure.name}' is no count but in {look.measure.unit}")
    return look


def _look(document: Document, cut: Cut, measure: str | None) -> Look:
    run = document.calendar.run
    if cut.cause is not None:
        if cut.cause not in CAUSES:
            hint = did_you_mean(cut.cause, CAUSES, otherwise=f"there are {', '.join(CAUSES)}")
            raise ValueError(f"there is no cause of leaving '{cut.cause}'{hint}")
        return Look(CATALOGUE["churned"], f"cause {cut.cause}", cause=cut.cause)
    known = _known(document, measure)
    if cut.days is not None:
        if cut.days.start < run.start or cut.days.end > run.end:
            raise ValueError(
                f"{cut.days.start} to {cut.days.end} does not lie inside the run, {run.start} to {run.end}"
            )
        _by_day(known)
        first, last = ((day - run.start).days for day in (cut.days.start, cut.days.end))
        return Look(known, f"{cut.days.start} to {cut.days.end}", days=(first, last))
    period = cut.period or "whole"
    if period in ("before", "aftermath") and document.calendar.campaign is None:
        raise ValueError(f"there is no period '{period}': the scenario has no campaign window")
    part = _part(cut)
    if part is None:
        return Look(known, period)
    by, name = part
    parts = {"segment": document.market.segments, "tier": document.market.tiers, "site": document.market.site_names}[by]
    if name not in parts:
        hint = did_you_mean(name, parts, otherwise=f"there are {', '.join(parts)}")
        raise ValueError(f"there is no {by} '{name}'{hint}")
    if known.name not in OF_PARTS:
        raise ValueError(f"'{known.name}' is not known by {by}; {', '.join(OF_PARTS)} are")
    return Look(known, f"{by} {name}, {period}", part=(by, name, period))


def _known(document: Document, measure: str | None) -> Measure:
    known = measures_of(document)
    if measure not in known:
        hint = did_you_mean(str(measure), known, otherwise="see the catalogue of measures")
        raise ValueError(f"there is no measure '{measure}'{hint}")
    return known[measure]


def _by_day(measure: Measure) -> None:
    if not measure.column:
        raise ValueError(f"'{measure.name}' is known of whole periods only, not of single days")


def _part(cut: Cut) -> tuple[str, str] | None:
    found: Mapping[str, str | None] = {"segment": cut.segment, "tier": cut.tier, "site": cut.site}
    return next(((by, name) for by, name in found.items() if name is not None), None)
