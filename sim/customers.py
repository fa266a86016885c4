"""The customers: state as columns (one row a person), and Mesa agents as handles on a row.

A document goes in; columns drawn segment by segment from stated distributions come out. Rows never move and are never
reused: whoever becomes a customer or leaves changes a state, not a place.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, pairwise
from typing import TYPE_CHECKING, Any, Final

import mesa
import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim.behaviour.dimensions import DIMENSIONS
from sim.behaviour.quality import wait_to_scale
from sim.distributions import Distribution, Normal
from sim.errors import RequestError
from sim.scenario.document import Document
from sim.scenario.market import Expectations, Segment, Traits
from sim.streams import Population, Streams

if TYPE_CHECKING:
    from sim.market import Market

PROSPECT: Final = 0
CUSTOMER: Final = 1
LEFT: Final = 2
STATUSES: Final = ("prospect", "customer", "left")
NO_TIER: Final = -1
WITHOUT_TIER: Final = "no_tier"
"""The name of having none, where a firm gives tiers."""

Floats = NDArray[np.float64]


# What a person is like where the file says nothing, written as a file would. Assumed, every number: they make a market
# plausible, not a given one. Satisfaction and loyalty open at the level and spread that a quiet year with enough
# capacity keeps, as *will* opens at what a quiet day gives: so nothing drifts before a plan acts.
PROGRAM_TRAITS: Final = Traits.model_validate(
    {
        "expectations": {
            "desired": {"reliability": 6.5, "responsiveness": 6.2, "assurance": 6.2, "empathy": 6.0, "tangibles": 6.0},
            "adequate": {"reliability": 4.8, "responsiveness": 4.2, "assurance": 4.4, "empathy": 4.0, "tangibles": 3.8},
            "spread": 0.4,
        },
        "importance": {},
        "importance_spread": 0.2,
        "existing": "60%",
        "aware": "50%",
        "satisfaction": {"normal": {"mean": 79, "sd": 4, "low": 0, "high": 100}},
        "loyalty": {"beta": {"mean": 0.62, "sd": 0.1}},
        "trust": {"beta": {"mean": 0.7, "sd": 0.1}},
        "tenure": {"gamma": {"mean": "4 years", "sd": "3 years"}},
        "activity": {"gamma": {"mean": 1, "sd": 0.5}},
        "spend": {"lognormal": {"mean": 1, "sd": 0.8}},
        "price_sensitivity": {"lognormal": {"mean": 1, "sd": 0.3}},
        "patience": {"constant": 1},
        "switching_cost": {"normal": {"mean": 1, "sd": 0.3, "low": 0, "high": 2}},
    }
)


@dataclass(eq=False)
class Customers:
    """n people as columns. Dimension columns are (5, n), in the order of the dimensions, on the 1-7 scale.

    segment, site, tier: numbers into the document's lists (tier `NO_TIER` for none); status: prospect, customer or left
    will, will_unpromised, desired, adequate: expectations; the second is *will* had the firm promised nothing
    shift: personal shift of expectations at opening, scale points; importance: weights, summing to 1 a person
    satisfaction: 0-100; loyalty, trust: 0-1; reference_price: relative to the list price; switching_cost: utility
    joined: day they became customers (negative before the run); activity, spend, price_sensitivity, patience: factors
    pressure: advertising pressure (recent exposures); recent_contacts: addressed contacts still felt
    contacts_in_period: addressed contacts in this calendar period; heard: word of mouth, log-odds; aware: of the firm
    failures, lost_visits: bad work and visits in vain still remembered
    paradox: satisfaction points on top that a great recovery gave; felt and stated, but nothing is done on them
    promised: latest promise heard, NaN for none, (5, n)
    belief_variance: variance of what they believe of the service, squared points (Bayesian learning only; else empty)
    leaving: own chance of leaving a period, or after a purchase (Fader & Hardie's forms only; else empty)
    attributes: what the firm keeps of each person, by name, (n,) each
    """

    population: Population
    segment: NDArray[np.int16]
    site: NDArray[np.int16]
    tier: NDArray[np.int8]
    status: NDArray[np.int8]
    aware: NDArray[np.bool_]
    shift: Floats
    will: Floats
    will_unpromised: Floats
    desired: Floats
    adequate: Floats
    importance: Floats
    promised: Floats
    satisfaction: Floats
    loyalty: Floats
    trust: Floats
    joined: Floats
    activity: Floats
    spend: Floats
    price_sensitivity: Floats
    patience: Floats
    switching_cost: Floats
    reference_price: Floats
    pressure: Floats
    recent_contacts: Floats
    contacts_in_period: NDArray[np.int16]
    heard: Floats
    failures: Floats
    lost_visits: Floats
    paradox: Floats
    belief_variance: Floats
    leaving: Floats
    attributes: dict[str, Floats]

    def __len__(self) -> int:
        return self.population.size

    def stated_satisfaction(self, rows: NDArray[np.int64]) -> Floats:
        """Satisfaction of `rows` as they would state it, (k,), 0-100, with what a great recovery added."""
        return np.minimum(self.satisfaction[rows] + self.paradox[rows], 100.0)


def trait(document: Document, segment: Segment, name: str) -> Any:
    """The trait of a segment: its own, else that of the market, else that of the program."""
    for traits in (segment.traits, document.market.traits, PROGRAM_TRAITS):
        value = getattr(traits, name)
        if value is not None:
            return value
    raise ValueError(f"no trait {name}")


def quiet_levels(document: Document) -> tuple[float, float, float, float, float]:
    """What the service gives on a quiet day, 1-7: nobody waits longer than half the desired wait, nobody is hurried."""
    quality, waits = document.service.quality, document.service.wait_scale
    levels = quality.levels
    right = quality.right_first_time
    prompt = wait_to_scale(0.5 * waits.desired, desired=waits.desired, adequate=waits.adequate)
    reliability = right * levels.reliability + (1 - right) * quality.failure_level
    return reliability, float(prompt), levels.assurance, levels.empathy, levels.tangibles


def opening_expectations(document: Document, segment: Segment) -> dict[str, tuple[float, ...]]:
    """Mean expectations of a segment at opening: will, desired, adequate, each per dimension."""
    expectations: Expectations = trait(document, segment, "expectations")
    will = quiet_levels(document) if expectations.will is None else expectations.will.values()
    return {"will": will, "desired": expectations.desired.values(), "adequate": expectations.adequate.values()}


def opening_means(document: Document) -> dict[str, Floats]:
    """Mean expectations at opening of every segment: will, desired, adequate, each (5, segments)."""
    each = [opening_expectations(document, segment) for segment in document.market.segments.values()]
    return {kind: np.array([means[kind] for means in each]).T.copy() for kind in ("will", "desired", "adequate")}


_Drawing = tuple[int, int, str, str, int, Distribution[float]]
"""What a column of a segment depends on: seed, replication, trait, segment, its size, the distribution."""
_MOST_KEPT: Final = 2_000_000
_drawn: Final[OrderedDict[_Drawing, Floats]] = OrderedDict()


def _values(drawing: _Drawing, uniforms: Floats) -> Floats:
    """The column of a segment; to be copied. The latest are kept (16 MB): the plans of a replication share them.

    Some inverse distributions, such as those of beta and gamma, take longer than several days of the market.
    """
    values = _drawn.get(drawing)
    if values is None:
        values = _drawn[drawing] = drawing[-1].quantile(uniforms)
        while sum(map(len, _drawn.values())) > _MOST_KEPT:
            _drawn.popitem(last=False)
    else:
        _drawn.move_to_end(drawing)
    return values


def draw_customers(document: Document, streams: Streams) -> Customers:
    """Everyone in the market on day 0, drawn per segment from the stated distributions."""
    market = document.market
    population = Population(market.segment_sizes())
    size = population.size
    segments = list(market.segments.values())
    bounds = np.concatenate([[0], np.cumsum(list(population.sizes.values()))]).tolist()
    rows = [slice(start, stop) for start, stop in pairwise(bounds)]
    tiers = {name: number for number, name in enumerate(market.tiers)}

    def uniforms(name: str) -> Floats:
        return streams.everyone("trait", 0, population, name)

    def column(name: str) -> Floats:
        luck = uniforms(name)
        for (title, people), segment, part in zip(population.sizes.items(), segments, rows, strict=True):
            distribution: Distribution[float] = trait(document, segment, name)
            drawing = streams.seed, streams.replication, name, title, people, distribution
            luck[part] = _values(drawing, luck[part])
        return luck

    def attribute(name: str) -> Floats:
        luck = uniforms(f"attribute {name}")
        for (title, people), segment, part in zip(population.sizes.items(), segments, rows, strict=True):
            distribution = segment.attributes.get(name, market.attributes[name])
            drawing = streams.seed, streams.replication, f"attribute {name}", title, people, distribution
            luck[part] = _values(drawing, luck[part])
        return luck

    def below(name: str) -> NDArray[np.bool_]:
        luck = uniforms(name)
        limits = np.repeat([trait(document, segment, name) for segment in segments], [p.stop - p.start for p in rows])
        return np.asarray(luck < limits)

    standard_normal = Normal[float](mean=0.0, sd=1.0)
    shift = np.empty(size)
    will, desired, adequate = (np.empty((5, size)) for _ in range(3))
    importance = np.empty((5, size))
    personal = standard_normal.quantile(uniforms("expectations"))
    for dimension, name in enumerate(DIMENSIONS):
        importance[dimension] = standard_normal.quantile(uniforms(f"importance of {name}"))
    for segment, part in zip(segments, rows, strict=True):
        shift[part] = trait(document, segment, "expectations").spread * personal[part]
        means = opening_expectations(document, segment)
        weights = trait(document, segment, "importance").values()
        spread = trait(document, segment, "importance_spread")
        for dimension in range(5):
            for target, kind in ((will, "will"), (desired, "desired"), (adequate, "adequate")):
                target[dimension, part] = np.clip(means[kind][dimension] + shift[part], 1.0, 7.0)
            importance[dimension, part] = weights[dimension] * np.exp(spread * importance[dimension, part])
    importance /= importance[0] + importance[1] + importance[2] + importance[3] + importance[4]

    weights = np.array(list(market.sites.values()) if isinstance(market.sites, dict) else [1.0] * market.sites)
    edges = np.cumsum(weights)[:-1] / np.sum(weights)
    existing, aware = below("existing"), below("aware")
    site = np.searchsorted(edges, uniforms("site"), side="right").astype(np.int16)
    tier_of_segment = [NO_TIER if segment.tier is None else tiers[segment.tier] for segment in segments]
    counts = list(population.sizes.values())
    learning, leaving = document.behaviour.learning, document.behaviour.leaving
    return Customers(
        population=population,
        segment=np.repeat(np.arange(len(segments), dtype=np.int16), counts),
        site=site,
        tier=np.repeat(np.array(tier_of_segment, np.int8), counts),
        status=np.where(existing, CUSTOMER, PROSPECT).astype(np.int8),
        aware=existing | aware,
        shift=shift,
        will=will,
        will_unpromised=will.copy(),
        desired=desired,
        adequate=adequate,
        importance=importance,
        promised=np.full((5, size), np.nan),
        satisfaction=np.clip(column("satisfaction"), 0.0, 100.0),
        loyalty=np.clip(column("loyalty"), 0.0, 1.0),
        trust=np.clip(column("trust"), 0.0, 1.0),
        joined=np.where(existing, -np.maximum(column("tenure"), 0.0), 0.0),
        activity=np.maximum(column("activity"), 0.0),
        spend=np.maximum(column("spend"), 0.0),
        price_sensitivity=np.maximum(column("price_sensitivity"), 0.0),
        patience=np.maximum(column("patience"), 0.0),
        switching_cost=column("switching_cost"),
        reference_price=np.ones(size),
        pressure=np.zeros(size),
        recent_contacts=np.zeros(size),
        contacts_in_period=np.zeros(size, np.int16),
        heard=np.zeros(size),
        failures=np.zeros(size),
        lost_visits=np.zeros(size),
        paradox=np.zeros(size),
        belief_variance=np.full(size, learning.prior_variance) if learning.form == "bayesian" else np.zeros(0),
        leaving=special.betaincinv(leaving.alpha, leaving.beta, uniforms("leaving"))
        if leaving.form in ("beta-geometric", "after-purchases")
        else np.zeros(0),
        attributes={name: attribute(name) for name in market.attributes},
    )


class _Column:
    """A scalar column seen as an attribute of one agent."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, agent: Customer | None, owner: type) -> Any:
        if agent is None:
            return self
        return getattr(agent.model.customers, self.name)[agent.row].item()

    def __set__(self, agent: Customer, value: Any) -> None:
        getattr(agent.model.customers, self.name)[agent.row] = value


class _Dimensions:
    """A column per dimension seen as an attribute of one agent: a view of five numbers."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, agent: Customer | None, owner: type) -> Any:
        if agent is None:
            return self
        return getattr(agent.model.customers, self.name)[:, agent.row]

    def __set__(self, agent: Customer, value: Any) -> None:
        getattr(agent.model.customers, self.name)[:, agent.row] = value


class _Uncounted(defaultdict[Any, Any]):
    """Stands where Mesa 3.3 keeps its counters of agents, in a table that holds on to every model for ever.

    A customer's number is the row, so nothing has to be counted and no model is kept. Mesa 3.5 does not look here.
    """

    def __getitem__(self, model: mesa.Model) -> Iterator[int]:
        return count()


class Customer(mesa.Agent):
    """One customer as a Mesa agent: a handle that reads and writes its row of the columns; `unique_id` is the row."""

    model: Market
    _ids = _Uncounted()
    satisfaction, loyalty, trust, heard, pressure, failures, lost_visits = (_Column() for _ in range(7))
    status, aware, site, tier, joined, activity, spend = (_Column() for _ in range(7))
    price_sensitivity, patience, switching_cost, reference_price = (_Column() for _ in range(4))
    recent_contacts, contacts_in_period, paradox = (_Column() for _ in range(3))
    will, will_unpromised, desired, adequate, importance, promised = (_Dimensions() for _ in range(6))

    def __init__(self, model: Market, row: int) -> None:
        super().__init__(model)
        self.row = self.unique_id = row

    @property
    def segment(self) -> str:
        """The name of the customer's segment."""
        return self.model.segment_names[int(self.model.customers.segment[self.row])]

    @property
    def is_customer(self) -> bool:
        """Whether this person is a customer of the firm now."""
        return bool(self.model.customers.status[self.row] == CUSTOMER)

    def remove(self) -> None:
        """Nobody can be removed: the market is closed. Raises RequestError."""
        raise RequestError("nobody leaves the market: set the status of a customer who leaves the firm")
