"""Dated changes: the document as it stands on each day. What is dated day k changes nothing before day k.

A document goes in; its stages come out, each a span of days with the document of those days, or the change that cannot
be. Part of a run is built once, on the first day; the tables say what, and changing that is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from sim.errors import RequestError
from sim.scenario.behaviour import HazardOfLeaving, NobodyLeaves
from sim.scenario.disclosure import Disclosure
from sim.scenario.document import Document
from sim.scenario.overlay import path_of
from sim.scenario.refusal import shown
from sim.scenario.tasks import Task

# What a run is built on once: who there is, where, when, what is given, and how results are counted.
FIXED = ("currency", "seed", "calendar", "market.customers", "market.sites", "market.segments", "market.tiers",
         "market.tier_review", "market.bills", "market.traits", "market.attributes", "market.talk",
         "service.management.belief", "offers", "events", "funnels", "referrals", "gifts", "press", "changes",
         "price_rule", "surveys", "loyalty_cells", "indices", "scorecards", "targets", "experiment")  # fmt: skip

# What may be written as part of a change, but must be the same in every stage: visits, offers and tables refer to it.
LASTING: Mapping[str, Callable[[Document], object]] = {
    "market.needs": lambda document: [
        (name, need.line, need.goods, need.due_after is None, *need.fees)
        for name, need in document.market.needs.items()
    ],
    "market.risk_signs": lambda document: tuple(document.market.risk_signs),
    "market.goods": lambda document: [
        (name, good.worth, good.segments, good.correlated_with) for name, good in document.market.goods.items()
    ],
    "market.latent_needs": lambda document: [
        (name, each.task, each.visits_for) for name, each in document.market.latent_needs.items()
    ],
    "service.approaching": lambda document: (
        None if document.service.approaching is None else document.service.approaching.by
    ),
    "market.regions": lambda document: [
        (name, each.opens, each.within_reach, each.aware, each.existing)
        for name, each in document.market.regions.items()
    ],
    "membership": lambda document: (
        None
        if document.membership is None
        else (
            document.membership.worth,
            document.membership.every,
            document.membership.offered_by,
            _affects(document.membership.disclosure),
        )
    ),
    "tariffs": lambda document: [(name, each.during, each.known) for name, each in document.tariffs.items()],
    "market.rivals": lambda document: [
        (name, each.enters, each.exits, each.aware, each.becomes_known, each.service is None, [*each.reactions])
        for name, each in document.market.rivals.items()
    ],
    "market.lines": lambda document: tuple(document.market.lines),
    "market.departures": lambda document: [
        (name, each.rival, each.line) for name, each in document.market.departures.items()
    ],
    "market.spending": lambda document: document.market.spending is None,
    "service.shelves": lambda document: [
        (name, each.needs, each.stock) for name, each in document.service.shelves.items()
    ],
    "budget": lambda document: None if document.budget is None else document.budget.lines,
    "service.stations": lambda document: [
        (name, each.per, each.channel, [*each.groups]) for name, each in document.service.stations.items()
    ],
    "service.tasks": lambda document: [
        (
            name,
            [*task.at_for],
            [(each, step.at, step.within, step.never_above) for each, step in task.steps.items()],
            document.service.route(name),
            task.within,
            _windows(task),
        )
        for name, task in document.service.tasks.items()
    ],
    "service.meetings": lambda document: [(name, each.per) for name, each in document.service.meetings.items()],
    "service.problems": lambda document: tuple(document.service.problems),
    "service.inspections": lambda document: [
        (name, each.during, each.every) for name, each in document.service.inspections.items()
    ],
    "service.standards": lambda document: tuple(document.service.standards),
    "service.recovery": lambda document: _case_stages(document),
    "service.supply": lambda document: (
        None if document.service.supply is None else tuple(document.service.supply.suppliers)
    ),
    "outreach": lambda document: [
        (
            name,
            each.by,
            each.during,
            each.after,
            each.of,
            each.signs,
            each.script is None,
            each.festivals,
            each.birthdays,
            each.invites is None,
            each.ways,
            None if each.feedback is None else each.feedback.by,
        )
        for name, each in document.outreach.items()
    ],
    "campaigns": lambda document: [
        (name, each.waves, _affects(each.disclosure)) for name, each in document.campaigns.items()
    ],
    "channels": lambda document: tuple(document.channels),
    "reviews": lambda document: None if document.reviews is None else document.reviews.opening,
    "behaviour.learning": lambda document: _opening_belief(document),
    "behaviour.leaving": lambda document: _own_chances(document),
}
_WHAT_LASTS = {
    "market.latent_needs": "the same latent needs, each met by the same task, in the whole run",
    "service.approaching": "staff of the same station from the first day, with share 0 while they speak to nobody",
    "market.needs": "the same needs, each of the same line and with the same fees, in the whole run",
    "market.rivals": "the same rivals with the same dates, awareness and rules in the whole run, each with or without "
    "a service; enters and exits say when one is there",
    "market.departures": "the same departures, each to the same rival with the same line, in the whole run",
    "market.risk_signs": "the same signs in the whole run, with begins 0 while nobody shows one",
    "market.goods": "the same goods, worth the same to people, in the whole run; prices and costs may change",
    "market.spending": "purchases elsewhere from the first day, or never",
    "market.regions": "the same regions, opening on the same days for the same people, in the whole run",
    "membership": "a membership of the same length, worth and sellers from the first day, or none",
    "tariffs": "the same tariffs, on the same days and known to the same people at first, in the whole run",
    "service.stations": "the same stations with the same groups, each for one site or for the market and of one "
    "channel, in the whole run",
    "service.shelves": "the same goods for the same needs, with the same opening stock, in the whole run",
    "budget": "a budget with the same lines in the whole run, or none",
    "service.problems": "the same problems in the whole run, with share 0 for what only comes back",
    "service.inspections": "the same rounds on the same days in the whole run",
    "service.meetings": "the same meetings, each for one site or for the market, in the whole run",
    "service.tasks": "the same steps, deadlines, groups, stations and windows for each task in the whole run; name a "
    "station from the start with share 0, a window with places 0, and steering with share 0",
    "service.recovery": "the same channels and levels at the same stations from the first day to the last",
    "service.supply": "the same suppliers in the whole run; a share of 0 for one that delivers nothing yet",
    "outreach": "the same programmes, each by the same station, on the same days and occasions, inviting or not, in "
    "the same ways and with a form or not, in the whole run",
    "campaigns": "the same campaigns with the same waves in the whole run, and whom a limit affects",
    "reviews": "reviews from the first day or never, and the same at opening",
    "behaviour.learning": "the same form and prior_variance in the whole run",
    "behaviour.leaving": "the same form, alpha and beta in the whole run",
}


class ChangeError(RequestError):
    """A dated change that cannot be; `change` is its name, `path` what it sets (empty when several together cannot)."""

    def __init__(self, change: str, path: str, found: str, allowed: str = "") -> None:
        self.change, self.path, self.found, self.allowed = change, path, found, allowed
        where = ".".join(part for part in ("changes", change, path and "set", path) if part)
        super().__init__("; ".join(part for part in (f"{where}: {found}", allowed) if part))


@dataclass(frozen=True)
class Stage:
    """The document from `first` to `last`, both included."""

    first: date
    last: date
    document: Document

    def weekdays(self, first: date, last: date) -> list[int]:
        """The weekdays (0 is Monday) of those days of the stage that lie between two dates, both included."""
        start, end = max(self.first, first), min(self.last, last)
        return [(start + timedelta(days=day)).weekday() for day in range(min((end - start).days + 1, 7))]


def stages(document: Document) -> tuple[Stage, ...]:
    """The stages of a run, in order and without a gap; of changes of one path the one that begins later wins.

    Raises ChangeError for a change that leads nowhere, does not fit, or touches what a run is built on once.
    """
    run = document.calendar.run
    spans = [
        (each.first, run.end if each.during is None else each.during.end, name)
        for name, each in document.changes.items()
    ]
    days = {run.start, *(first for first, _, _ in spans), *(last + timedelta(days=1) for _, last, _ in spans)}
    starts = sorted(day for day in days if run.start <= day <= run.end)
    ends = [*(start - timedelta(days=1) for start in starts[1:]), run.end]
    found = []
    for start, end in zip(starts, ends, strict=True):
        names = [name for first, last, name in sorted(spans, key=lambda span: span[0]) if first <= start <= last]
        found.append(Stage(start, end, _changed(document, names)))
    return tuple(found)


def _changed(document: Document, names: list[str]) -> Document:
    """The document with these changes acting, in this order; it is checked as a whole, when all of them are in."""
    changed = document
    for name in names:
        for path, value in document.changes[name].values.items():
            try:
                changed = _with_value(changed, path, value)
            except RequestError as error:
                raise ChangeError(name, path, str(error)) from None
    if not names:
        return document
    try:
        _consistent(changed)
    except ValueError as error:
        raise ChangeError(names[-1], "", f"{' with '.join(names)}: {error}") from None
    for place, of in LASTING.items():
        if of(changed) != of(document):
            name, path = _cause(document, names, place)
            allowed = _WHAT_LASTS.get(place, f"the same names in {place} in the whole run")
            raise ChangeError(name, path, f"{place} cannot change like this during a run", allowed)
    return changed


def _cause(document: Document, names: list[str], place: str) -> tuple[str, str]:
    """The change, and the path it sets, that touches the place; the last change of all where none does by itself."""
    for name in reversed(names):
        for path in document.changes[name].values:
            if f"{path}.".startswith(f"{place}.") or place.startswith(f"{path}."):
                return name, path
    # Steering moves the stations of tasks without naming one.
    return names[-1], next(iter(document.changes[names[-1]].values))


def _windows(task: Task) -> tuple[object, ...]:
    return () if task.appointment is None else (task.appointment.where, *task.appointment.windows)


def _affects(quiet: Disclosure | None) -> float | None:
    return None if quiet is None else quiet.affects


def _case_stages(document: Document) -> object:
    recovery = document.service.recovery
    return [] if recovery is None else [(name, stage.at) for name, stage in recovery.stages.items()]


def _opening_belief(document: Document) -> object:
    form = document.behaviour.learning
    return form.form, form.prior_variance if form.form == "bayesian" else None


def _own_chances(document: Document) -> object:
    form = document.behaviour.leaving
    return form.form, None if isinstance(form, HazardOfLeaving | NobodyLeaves) else (form.alpha, form.beta)


def replaced(document: Document, path: str, value: Any) -> Document:
    """The document with another value at a dotted path, read as the file would be.

    Raises RequestError when the path leads nowhere, may not change during a run, or the value does not fit.
    """
    changed = _with_value(document, path, value)
    try:
        _consistent(changed)
    except ValueError as error:
        raise RequestError(f"'{path}' cannot become {shown(value)}: {error}") from None
    return changed


def is_fixed(path: str) -> bool:
    """Whether what stands at a dotted path, or a part of it, cannot change during a run."""
    return any(f"{path}.".startswith(f"{fixed}.") or fixed.startswith(f"{path}.") for fixed in FIXED)


def _with_value(document: Document, path: str, value: Any) -> Document:
    path = ".".join(path_of(path) or (path,))
    if is_fixed(path):
        raise RequestError(f"'{path}' cannot change during a run")
    run, campaign = document.calendar.run, document.calendar.campaign
    periods = {"run": (run.start, run.end)}
    if campaign is not None:
        periods["campaign"] = (campaign.start, campaign.end)
    try:
        changed = _replaced(document, path.split("."), value, {"run": periods["run"], "periods": periods})
    except ValidationError as error:
        raise RequestError(f"'{path}' cannot become {shown(value)}: {_said(error)}") from None
    assert isinstance(changed, Document)
    return changed


def _said(error: ValidationError) -> str:
    return error.errors()[0]["msg"].removeprefix("Value error, ")


def _replaced(node: Any, keys: list[str], value: Any, context: Any, field: FieldInfo | None = None) -> Any:
    key, rest = keys[0], keys[1:]
    if isinstance(node, BaseModel):
        fields = type(node).model_fields
        if key not in fields:
            raise RequestError(f"'{key}' is not a field here; fields: {', '.join(fields)}")
        inner = _replaced(getattr(node, key), rest, value, context, fields[key]) if rest else None
        return node.model_copy(update={key: inner if rest else _read(fields[key], value, context)})
    if isinstance(node, dict):
        if key not in node:
            raise RequestError(f"'{key}' is not there; there is: {', '.join(map(str, node))}")
        if rest:
            return {**node, key: _replaced(node[key], rest, value, context)}
        if isinstance(node[key], BaseModel):
            return {**node, key: type(node[key]).model_validate(value, context=context)}
        assert field is not None  # a mapping always stands in a field of a section
        return _read(field, {**node, key: value}, context)
    raise RequestError(f"'{key}' leads nowhere: there is only a value here")


def _consistent(node: Any) -> None:
    """Ask every section below for its rules between fields: a copy with another value passes none by itself."""
    if isinstance(node, BaseModel):
        for rule in type(node).__pydantic_decorators__.model_validators.values():
            if rule.info.mode == "after":
                rule.func(node)
        for name in type(node).model_fields:
            _consistent(getattr(node, name))
    elif isinstance(node, dict):
        for each in node.values():
            _consistent(each)


def _read(field: FieldInfo, value: Any, context: Any) -> Any:
    annotation: Any = field.rebuild_annotation()
    return TypeAdapter(annotation).validate_python(value, context=context)
