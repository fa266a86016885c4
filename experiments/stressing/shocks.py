"""What may befall a plan, written as other values in its document.

In go the shocks of the file (or, where it names none, those its sections allow, with assumed sizes) and a size; out
come the settings that make a plan's document the shocked one. A shock acts on the values of the world it befalls, drawn
or stated, and on its days only, as a dated change does.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from sim.errors import RequestError
from sim.scenario.document import Document
from sim.scenario.experiment import BEFALLS
from sim.scenario.experiment import Shock as WrittenShock
from sim.scenario.load import Scenario
from sim.scenario.moments import Span
from sim.scenario.refusal import did_you_mean
from sim.scenario.sourced import number_and_unit

Draws = Mapping[str, float]
Settings = dict[str, Any]

USUAL_SIZES: Final[Mapping[str, float]] = {
    "demand surge": 0.3,
    "staff absence": 0.2,
    "cost overrun": 0.2,
    "budget cut": 0.25,
    "rival price cut": 0.15,
    "supplier failure": 1.0,
    "bad press": 0.3,
}
"""Sizes where the file names no shock: assumptions of ours, each said to be one in the report."""
USUAL_LIKELIHOOD: Final = 0.1
PRESS_SATISFACTION, PRESS_QUALITY = 10.0, 2.0
LARGEST: Final[Mapping[str, float]] = {"demand surge": 3.0, "cost overrun": 3.0}
"""Where the search for a break-even ends; a share ends at 1."""


@dataclass(frozen=True)
class Shock:
    """One shock of a scenario; ``assumed`` when the file does not name it."""

    name: str
    title: str | Mapping[str, str]
    kind: str | None
    size: float
    likelihood: float
    during: Span | None
    of: str | None
    values: Mapping[str, Any]
    assumed: bool = False

    @property
    def largest(self) -> float:
        """The size beyond which nobody asks; 1 for shocks that are there or not."""
        return LARGEST.get(self.kind or "", 1.0)

    def settings(
        self, scenario: Scenario, plan: str, draws: Draws | None = None, size: float | None = None
    ) -> Settings:
        """The paths the shock sets in a plan's document and their values, in the world the draws make.

        A plan that has nothing of what is befallen (no campaign whose cost could overrun) is left as it is.
        """
        document = _Written(scenario, plan, draws)
        if self.kind is None:
            values = {path: value for path, value in self.values.items() if plan in scenario.plans_with(path)}
            return _dated(document, self, values) if self.during is not None else values
        hit = self.size if size is None else size
        values = _KINDS[self.kind](document, self, hit)
        return values if self.kind in _OUTRIGHT else _dated(document, self, values)


def shocks_of(scenario: Scenario, names: Sequence[str] | None = None) -> tuple[Shock, ...]:
    """The shocks of the file, or those asked for by name; usual ones, said to be assumed, where it names none.

    Raises `RequestError` for an unknown name and for a shock that can befall none of the plans.
    """
    written = scenario.document(scenario.baseline).experiment.shocks
    known = {name: _of_file(scenario, name, each) for name, each in written.items()} or _usual(scenario)
    for name in names or ():
        if name not in known:
            hint = did_you_mean(name, known, otherwise=f"it has {', '.join(known)}")
            raise RequestError(f"scenario {scenario.name} has no shock '{name}'{hint}")
    chosen = tuple(each for name, each in known.items() if names is None or name in names)
    if not chosen:
        raise RequestError(f"scenario {scenario.name} has nothing that a shock could befall")
    for each in chosen:
        _check(scenario, each)
    return chosen


def combined(settings: Sequence[Settings]) -> Settings:
    """Several shocks at once. Where two set the same number, that of the later named counts; reports and dated changes
    stand beside each other.
    """
    together: Settings = {}
    for each in settings:
        for path, value in each.items():
            beside = together.get(path) if path in _COLLECTIONS else None
            together[path] = value if beside is None else {**beside, **value}
    return together


class _Written:
    """The values of one plan in one world, as the file writes them."""

    def __init__(self, scenario: Scenario, plan: str, draws: Draws | None) -> None:
        self._document: Callable[[], Document] = lambda: scenario.document(plan, draws)
        self._data = scenario.data(plan, draws)

    @cached_property
    def document(self) -> Document:
        return self._document()

    def at(self, path: str) -> Any:
        place: Any = self._data
        for key in path.split("."):
            if not isinstance(place, dict) or key not in place:
                return None
            place = place[key]
        return place

    def names(self, path: str, only: str | None = None) -> Iterator[str]:
        held = self.at(path)
        for name in held if isinstance(held, dict) else ():
            if only in (None, name):
                yield name


def _surge(document: _Written, shock: Shock, size: float) -> Settings:
    return _scaled(document, [f"market.needs.{name}.rate" for name in document.names("market.needs")], 1.0 + size)


def _absence(document: _Written, shock: Shock, size: float) -> Settings:
    """Whoever is there stays away with this chance more: 1 - (1 - usual)(1 - size)."""
    values: Settings = {}
    for name in document.names("service.stations", shock.of):
        station = document.document.service.stations[name]
        if isinstance(station.staff, int) and station.staff > 0 and station.channel != "machine":
            place = f"service.stations.{name}.people"
            people = station.people
            usual = 0.0 if people is None or people.absence is None else float(people.absence.share)
            written = document.at(place) or {}
            absence = {**written.get("absence", {}), "share": 1.0 - (1.0 - usual) * (1.0 - size)}
            values[place] = {**written, "absence": absence}
    return values


def _overrun(document: _Written, shock: Shock, size: float) -> Settings:
    """Media, lists, production, cost lines and gifts cost more; what a gift costs cannot pass its face value."""
    paths = [f"channels.{name}.{key}" for name in document.names("channels") for key in _CHANNEL_COSTS]
    paths += [f"campaigns.{name}.fixed_cost" for name in document.names("campaigns")]
    lines = [
        (f"campaigns.{name}.costs", line, each)
        for name, campaign in document.document.campaigns.items()
        for line, each in campaign.costs.items()
    ]
    paths += [f"{place}.{line}.{key}" for place, line, _ in lines for key in ("each_contact", "each_response")]
    values = _scaled(document, paths, 1.0 + size)
    for place, line, each in lines:  # what was estimated stays, and what is paid does not
        if each.at_launch:
            values[f"{place}.{line}.paid"] = float(each.at_launch) * (1.0 + size)
    for name, gifts in document.document.gifts.items():
        if gifts.cost is None:  # bought on a line of the budget, at the price agreed
            continue
        values[f"gifts.{name}.cost"] = min(1.0, float(gifts.cost) * (1.0 + size))
    return values


def _budget(document: _Written, shock: Shock, size: float) -> Settings:
    return _scaled(document, ["budget.amount"], 1.0 - size)


def _price_cut(document: _Written, shock: Shock, size: float) -> Settings:
    rivals = document.document.market.rivals
    found: Settings = {}
    for name in document.names("market.rivals", shock.of):
        found[f"market.rivals.{name}.price"] = rivals[name].price * (1.0 - size)
        for each, price in rivals[name].prices.items():
            found[f"market.rivals.{name}.prices.{each}"] = price * (1.0 - size)
    return found


def _supplier(document: _Written, shock: Shock, size: float) -> Settings:
    """The supplier named, or else the largest, delivers less; the others deliver what is missing."""
    supply = document.document.service.supply
    if supply is None or len(supply.suppliers) < 2:
        return {}
    largest = max(supply.suppliers, key=lambda name: float(supply.suppliers[name].share))
    name = shock.of or largest
    return {f"service.supply.suppliers.{name}.share": float(supply.suppliers[name].share) * (1.0 - size)}


def _press(document: _Written, shock: Shock, size: float) -> Settings:
    span = _span(document, shock)
    report = {
        "during": f"{span.start} to {span.end}",
        "reach": size,
        "satisfaction": PRESS_SATISFACTION,
        "quality": PRESS_QUALITY,
    }
    return {"press": {**(document.at("press") or {}), _change(shock): report}}


_CHANNEL_COSTS: Final = ("cost_per_contact", "cost_per_day", "addresses.price")
_KINDS: Final[Mapping[str, Callable[[_Written, Shock, float], Settings]]] = {
    "demand surge": _surge,
    "staff absence": _absence,
    "cost overrun": _overrun,
    "budget cut": _budget,
    "rival price cut": _price_cut,
    "supplier failure": _supplier,
    "bad press": _press,
}
_COLLECTIONS: Final = ("changes", "press")
_OUTRIGHT: Final = ("cost overrun", "budget cut", "bad press")
"""Kinds that are not dated changes: costs and budgets hold for the run, reports have their own days."""


def _scaled(document: _Written, paths: Sequence[str], factor: float) -> Settings:
    """Each number times the factor, in the unit it is written in; what is absent, zero or no number stays."""
    values: Settings = {}
    for path in paths:
        value = document.at(path)
        part = number_and_unit(value)
        if part is None or not part[0]:
            continue
        number = float(part[0]) * factor
        values[path] = f"{number:.12g} {part[1]}" if isinstance(value, str) else round(number, 12)
    return values


def _dated(document: _Written, shock: Shock, values: Settings) -> Settings:
    """The values as a dated change of the plan, beside those it has."""
    if not values:
        return {}
    span = _span(document, shock)
    change = {"during": f"{span.start} to {span.end}", "set": values}
    return {"changes": {**(document.at("changes") or {}), _change(shock): change}}


def _span(document: _Written, shock: Shock) -> Span:
    calendar = document.document.calendar
    return shock.during or calendar.campaign or calendar.run


def _change(shock: Shock) -> str:
    return f"shock-{shock.name}"


def _of_file(scenario: Scenario, name: str, each: WrittenShock) -> Shock:
    return Shock(
        name=name,
        title=each.title or name.replace("_", " ").replace("-", " "),
        kind=each.kind,
        size=1.0 if each.size is None else float(each.size),
        likelihood=float(each.likelihood),
        during=each.during,
        of=each.of,
        values=each.values,
    )


def _usual(scenario: Scenario) -> dict[str, Shock]:
    """One shock of each kind that changes at least one plan."""
    found = {}
    for kind, size in USUAL_SIZES.items():
        name = kind.replace(" ", "-")
        shock = Shock(name, kind, kind, size, USUAL_LIKELIHOOD, None, None, {}, assumed=True)
        if any(shock.settings(scenario, plan) for plan in scenario.plans):
            found[name] = shock
    return found


def _check(scenario: Scenario, shock: Shock) -> None:
    if shock.of is not None and shock.kind is not None:
        place = BEFALLS[shock.kind]
        names = [name for plan in scenario.plans for name in _Written(scenario, plan, None).names(place)]
        if shock.of not in names:
            hint = did_you_mean(shock.of, names)
            raise RequestError(f"the shock '{shock.name}' befalls '{shock.of}', which is not in {place}{hint}")
    hit = {plan: shock.settings(scenario, plan) for plan in scenario.plans}
    if not any(hit.values()):
        raise RequestError(f"the shock '{shock.name}' ({shock.kind}) befalls nothing that scenario {scenario.name} has")
    for plan, settings in hit.items():
        scenario.document(plan, settings=settings)  # a size that cannot be is refused with its line
