"""The small markets of a pilot: the same scenario with fewer customers, fewer sites and less of what all share.

In go a scenario, a plan and the size of the pilot; out come the settings that make the small market, in any world.
Staff belongs to a site and stays; a pilot with fewer customers a site than the market has is quieter than the market.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sim.errors import RequestError
from sim.scenario.load import Scenario

EXTENSIVE: Final = (
    "gifts.*.stock", "gifts.*.per_day.limit", "channels.*.cost_per_day", "campaigns.*.fixed_cost", "budget.amount",
    "money.fixed_cost",
)  # fmt: skip
"""Numbers that belong to the whole market; a smaller one has as much less of them."""


@dataclass(frozen=True)
class Size:
    """So many customers in each of the two markets of a pilot, for so many days from the campaign's first."""

    customers: int
    days: int


@dataclass(frozen=True)
class SmallMarket:
    """A plan in a small market of ``sites`` sites.

    ``load``: customers a site as a share of those a site of the whole market has.
    """

    plan: str
    size: Size
    sites: int
    load: float
    share: float
    _fixed: Mapping[str, Any]

    @classmethod
    def of(cls, scenario: Scenario, plan: str, size: Size) -> "SmallMarket":
        """The plan's small market; `RequestError` for a size that cannot be."""
        document = scenario.document(plan)
        whole, sites = document.market.customers, len(document.market.site_names)
        window = document.calendar.campaign or document.calendar.run
        if not 2 <= size.customers <= whole:
            raise RequestError(f"a pilot of {size.customers:,} customers; the market has {whole:,}, and two are needed")
        if not 1 <= size.days <= window.days:
            raise RequestError(f"a pilot of {size.days} days; the campaign has {window.days}, from {window.start}")
        share = size.customers / whole
        few = max(1, round(sites * share)) if isinstance(document.market.sites, int) else sites
        last = window.start + timedelta(days=size.days - 1)
        fixed: dict[str, Any] = {"market.customers": size.customers, "calendar.campaign": f"{window.start} to {last}"}
        if few != sites:
            fixed["market.sites"] = few
        return cls(plan, size, few, (size.customers / few) / (whole / sites), share, fixed)

    def settings(self, scenario: Scenario, draws: Mapping[str, float] | None = None) -> dict[str, Any]:
        """What is set, by path, in the world the draws make."""
        return {**self._fixed, **{path: small for path, (_, small) in self.scaled(scenario, draws).items()}}

    def scaled(self, scenario: Scenario, draws: Mapping[str, float] | None = None) -> dict[str, tuple[Any, Any]]:
        """The numbers of the whole market that are made smaller: path, value there, value here."""
        found = {}
        for path in self._paths(scenario):
            value = scenario.written(self.plan, path, draws)
            if isinstance(value, int | float) and value:
                less = value * self.share
                found[path] = (value, max(1, round(less)) if isinstance(value, int) else round(less, 2))
        return found

    def _paths(self, scenario: Scenario) -> list[str]:
        paths = []
        for pattern in EXTENSIVE:
            section, several, key = pattern.partition(".*.")
            held = scenario.written(self.plan, section)
            if several and isinstance(held, dict):
                paths += [f"{section}.{name}.{key}" for name, each in held.items() if each.get("per") != "site"]
            elif not several:
                paths.append(pattern)
        return paths
