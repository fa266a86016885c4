"""Targets as a fit uses them: what to look at in a run of which plan, what was observed, and how likely that is.

In go the targets of the file and the scenario; out come observations, one for each number, share, stage of a funnel or
row of a series. Whatever cannot be is one `ValueError`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.losses.kinds import BetaBinomial, Binomial, GammaPoisson, Moments, Normal
from calibration.losses.likelihood import Loss
from calibration.losses.shares import Dirichlet, DirichletMultinomial
from calibration.losses.waits import LogNormal
from calibration.targets.customers import curve_of, visitors_of
from calibration.targets.document import ALLOWED, Counted, Cut, Likelihood, Observed, Target
from calibration.targets.observer import Look
from calibration.targets.series import Row, rows_of
from sim.behaviour.loyalty import CAUSES
from sim.measurement.competition import losses_of_parts
from sim.measurement.of_document import measures_of
from sim.measures import CATALOGUE, OF_PARTS, Measure
from sim.scenario.document import Document
from sim.scenario.load import Scenario
from sim.scenario.refusal import did_you_mean
from sim.scenario.units import text_in

Floats = NDArray[np.float64]

AS_MEASURED = ("survey_", "satisfied_survey_", "again_", "complained_survey_", "scorecard_")
"""Measures that are themselves answers or checks, as the firm sees them; all others are the model's own truth."""


PER_PERSON = ("pressure",)
"""Measures whose number is a mean of the customers, though it counts."""


@dataclass(frozen=True)
class Observation:
    """One thing observed, with the looks that show it in a run.

    ``ratio``: the first look over the second. ``days``: the look over so many days, for a mean a day. ``against``: the
    plan from which it is a relative change. ``rest``: the place of the component that is its look less all the others.
    ``through``: name of the observation a straight line is laid through; ``used_up``: such a line is laid through this
    one, so it tells nothing more. ``target``: its name in the file; ``categories``: names of its components, where they
    are categories. ``stands_for``: how many of those observed one simulated customer stands for; ``larger``: how many
    times as large the observed market is, so the same, but where the data come from a market of the simulated size.
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
    against: str | None = None
    rest: int | None = None
    categories: tuple[str, ...] = ()
    through: str | None = None
    used_up: bool = False
    stands_for: float = 1.0
    larger: float = 1.0

    @property
    def measure(self) -> Measure:
        return self.looks[0].measure

    @property
    def as_measured(self) -> bool:
        """Whether it is held against what the firm would see, rather than against the model's truth."""
        return self.measure.name.startswith(AS_MEASURED)

    @property
    def in_percent(self) -> bool:
        """Whether a value of it is a share or a relative change."""
        return self.against is not None or self.measure.unit == "share"

    def component(self, place: int) -> str:
        """What one component is called beside the title; empty where there is but one."""
        if self.categories:
            return self.categories[place].replace("_", " ")
        return ("mean", "standard deviation")[place] if self.loss.components > 1 else ""

    @property
    def key(self) -> tuple[object, ...]:
        """What is observed, whatever came out."""
        return (self.plan, self.against, self.ratio, *(look.key for look in self.looks))

    @property
    def plans(self) -> tuple[str, ...]:
        """The plans whose runs it needs."""
        return (self.plan,) if self.against is None else (self.plan, self.against)

    def runs(self, seen: Floats, other: Floats | None = None) -> Floats:
        """From what the looks saw, shape (candidates, replications, looks), to the components of the loss.

        ``other``: the same in the plan ``against``. Each run is held against another replication of that plan, because
        who observed the change saw two markets, each with luck of its own.
        """
        if other is not None:
            before = np.roll(other, 1, axis=1)
            change = np.divide(seen, before, out=np.full(seen.shape, np.nan), where=before > 0.0)
            return np.asarray(change - 1.0)
        seen = seen * np.array([self.stands_for if adds_up(look.measure) else 1.0 for look in self.looks])
        if self.rest is not None:
            others = seen.sum(axis=-1) - seen[..., self.rest]
            seen[..., self.rest] = np.maximum(seen[..., self.rest] - others, 0.0)
        if self.ratio:
            above, below = seen[..., 0], seen[..., 1]
            share = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0.0)
            return np.asarray(share)[..., np.newaxis]
        return self.loss.prepared(seen / self.days if self.days > 1 else seen)


def adds_up(measure: Measure) -> bool:
    """Whether a market twice as large has twice of it: what counts people or events, and money."""
    return measure.kind in ("flow", "stock") and measure.unit in ("count", "money") and measure.name not in PER_PERSON


def observations(
    scenario: Scenario,
    name: str,
    target: Target,
    folder: Path,
    conditions: Mapping[str, Any],
    stands_for: float = 1.0,
) -> list[Observation]:
    """The observations of one target of the file, in the scenario under ``conditions``; ValueError in one sentence."""
    plan = target.plan or scenario.baseline
    document = scenario.document(plan, settings=conditions)
    if target.against == plan:
        raise ValueError(f"a change from plan '{plan}' to itself; 'against' is another plan")
    if target.against is not None:
        _known(scenario.document(target.against, settings=conditions), target.measure)
    made = list(_made(document, name, target, folder))
    title = text_in(target.title) if target.title else ""
    return [
        replace(each, plan=plan, title=_titled(title, each), weight=target.weight, hold_out=target.hold_out,
                against=target.against, through=target.line_through, stands_for=stands_for, larger=stands_for)
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
        yield _categories(document, name, target, target.categories)
    elif target.per_customer is not None:
        visitors, loss = visitors_of(document, target.per_customer, everyone=target.everyone)
        _likelihood(target, ("dirichlet-multinomial",))
        yield Observation(name, name, "", "", visitors, loss, categories=tuple(target.per_customer.people))
    elif target.retention is not None:
        curve, leaving, stretches = curve_of(document, target.retention, everyone=target.everyone)
        _likelihood(target, ("dirichlet-multinomial",))
        yield Observation(name, name, "", "", curve, leaving, categories=stretches)
    elif target.funnel is not None:
        yield from _stages(document, name, target)
    elif target.series is not None:
        yield from _rows(document, name, target, folder)
    else:
        assert target.observed is not None
        looks: tuple[Look, ...] = (_look(document, target, target.measure),)
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


def _categories(document: Document, name: str, target: Target, of: Mapping[str, Counted]) -> Observation:
    """Counts, or shares, of the parts of a whole."""
    several = list(of.values())
    counted = several[0].share is None
    looks = tuple(_counting(document, each, target, ("count",) if counted else ("count", "money")) for each in several)
    rest = next((place for place, each in enumerate(several) if each.rest_of is not None), None)
    units = list(dict.fromkeys(look.measure.unit for look in looks))
    if len(units) > 1:
        raise ValueError(f"categories of one whole have one unit; here they are in {' and in '.join(units)}")
    numbers = tuple(each.number for each in several)
    if sum(numbers) <= 0:
        raise ValueError("all categories are 0, which tells nothing")
    _likelihood(target, ("dirichlet-multinomial" if counted else "dirichlet",))
    loss = DirichletMultinomial(numbers, target.everyone) if counted else Dirichlet(numbers)
    return Observation(name, name, "", "", looks, loss, rest=rest, categories=tuple(of))


def _stages(document: Document, name: str, target: Target) -> Iterator[Observation]:
    """Each stage as a share of the one before."""
    assert target.funnel is not None
    stages = list(target.funnel.items())
    for (before, wide), (stage, narrow) in itertools.pairwise(stages):
        if narrow.number > wide.number:
            raise ValueError(f"'{stage}' has {narrow.number:g}, more than the {wide.number:g} of '{before}' before it")
        if wide.number == 0:
            raise ValueError(f"nobody is left in '{before}', so '{stage}' tells nothing")
        looks = (_counting(document, narrow, target), _counting(document, wide, target))
        words = f"{stage.replace('_', ' ')} of {before.replace('_', ' ')}"
        yield Observation(
            f"{name}.{stage}", name, words, "", looks, _share(target, narrow.number, wide.number), ratio=True
        )


def _kind_of_share(target: Target) -> type[Binomial]:
    return BetaBinomial if _likelihood(target, ALLOWED["share"]) == "beta-binomial" else Binomial


def _share(target: Target, part: float, of: float) -> Binomial:
    kind = _kind_of_share(target)
    return BetaBinomial(part, of, target.everyone) if kind is BetaBinomial else kind(part, of)


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
        return _share(target, observed.cases, observed.of)
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


def _counting(document: Document, counted: Counted, target: Target, units: Sequence[str] = ("count",)) -> Look:
    """The look of a category or stage; what it does not say itself it takes from its target."""
    own = Cut.model_fields.keys() & counted.model_fields_set
    cut = counted if own else counted.model_copy(update={name: getattr(target, name) for name in Cut.model_fields})
    look = _look(document, cut, counted.measure or counted.rest_of)
    if look.measure.unit not in units or (counted.share is not None and look.measure.kind != "flow"):
        raise ValueError(
            f"'{look.measure.name}' is no {' or sum of '.join(units)} but a {look.measure.kind} in {look.measure.unit}"
        )
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
    by, names = part
    parts = {"segment": document.market.segments, "tier": document.market.tiers, "site": document.market.site_names}[by]
    for name in names:
        if name not in parts:
            hint = did_you_mean(name, parts, otherwise=f"there are {', '.join(parts)}")
            raise ValueError(f"there is no {by} '{name}'{hint}")
    if len(set(names)) < len(names):
        raise ValueError(f"a {by} is named twice")
    of_parts = {**OF_PARTS, **losses_of_parts(document)}
    if known.name not in of_parts:
        raise ValueError(f"'{known.name}' is not known by {by}; {', '.join(of_parts)} are")
    if len(names) > 1 and known.kind == "stock" and known.unit != "count":
        raise ValueError(f"'{known.name}' of several {by}s together is not known; of each it is")
    return Look(known, f"{by} {' and '.join(names)}, {period}", part=(by, tuple(names), period))


def _known(document: Document, measure: str | None) -> Measure:
    known = measures_of(document)
    if measure not in known:
        hint = did_you_mean(str(measure), known, otherwise="see the catalogue of measures")
        raise ValueError(f"there is no measure '{measure}'{hint}")
    return known[measure]


def _by_day(measure: Measure) -> None:
    if not measure.column:
        raise ValueError(f"'{measure.name}' is known of whole periods only, not of single days")


def _part(cut: Cut) -> tuple[str, Sequence[str]] | None:
    found: Mapping[str, Sequence[str] | None] = {"segment": cut.segment, "tier": cut.tier, "site": cut.site}
    return next(((by, names) for by, names in found.items() if names is not None), None)
