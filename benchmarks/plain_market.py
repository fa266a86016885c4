"""The yardstick: the market as one would write it from the Mesa and SimPy tutorials.

An object per customer and a process per visit: five-dimensional expectations, counters with patience, word of mouth
in a small world, two waves of a campaign. In go `Setting`s, out come the visits and a row of measures a day. It is
written to be read and to be fast in its own way; the product is timed against it, and must agree with it."""

from collections.abc import Generator
from dataclasses import dataclass
from math import exp

import mesa
import networkx
import simpy

DAY = 1440.0
DIMENSIONS = range(5)
RESPONSIVENESS = 1


@dataclass(frozen=True, slots=True)
class Setting:
    """What the market is like. Dimensions run reliability, responsiveness, assurance, empathy, tangibles, on 1-7;
    satisfaction is 0-100, loyalty 0-1; times are minutes."""

    customers: int
    days: int
    counters: int
    seed: int = 1

    importance: tuple[float, ...] = (0.32, 0.22, 0.19, 0.16, 0.11)
    level: tuple[float, ...] = (5.5, 5.8, 5.2, 5.2, 5.8)
    encounter_sd: float = 0.6
    lost_level: float = 2.2
    expectation_mean: float = 5.2
    expectation_sd: float = 0.6

    opens: float = 540.0
    closes: float = 1020.0
    service_mean: float = 4.0
    patience_mean: float = 20.0
    wait_scale: float = 15.0

    price: float = 30.0
    aware_share: float = 0.5
    choice: tuple[float, ...] = (-3.7, 1.2, 0.008, 0.3, 0.2)
    """Utility of coming: a constant, and the weights of loyalty, satisfaction, reach and buzz."""

    satisfaction_base: float = 70.0
    better_than_expected: float = 10.0
    worse_than_expected: float = 20.0
    recency: float = 0.3
    learning: float = 0.1
    loyalty_rate: float = 0.1

    degree: int = 8
    rewiring: float = 0.1
    talk: float = 0.15
    reception: float = 0.1
    praise_from: float = 60.0
    praise: float = 1.0
    blame: float = -2.0
    buzz_kept: float = 0.9

    waves: tuple[int, ...] = (30, 90)
    wave_share: float = 0.4
    wave_promise: float = 0.18
    reach_kept: float = 0.8

    leave_after_visit: float = 0.002
    leave_if_dissatisfied: float = 0.0005
    dissatisfied_below: float = 50.0


@dataclass(frozen=True, slots=True)
class Day:
    """One day's measures; a visit counts on the day it ends."""

    visits: int
    lost: int
    waited: float
    active: int
    satisfaction: float
    revenue: float


class Customer(mesa.Agent):
    """Someone who may come, wait, judge, talk and leave."""

    model: "PlainMarket"

    def __init__(self, model: "PlainMarket") -> None:
        super().__init__(model)
        setting, random = model.setting, model.random
        mean, sd = setting.expectation_mean, setting.expectation_sd
        self.expectation = [min(7.0, max(1.0, random.gauss(mean, sd))) for _ in DIMENSIONS]
        self.satisfaction = random.uniform(50.0, 90.0)
        self.loyalty = random.betavariate(4.0, 4.0)
        self.aware = random.random() < setting.aware_share
        self.active = True
        self.visiting = False
        self.reach = 0.0
        self.buzz = 0.0
        self.neighbours: list[Customer] = []

    def wants_to_come(self) -> bool:
        """Yesterday's reach and buzz fade, then a logit of coming against staying away."""
        setting = self.model.setting
        self.reach *= setting.reach_kept
        self.buzz *= setting.buzz_kept
        if not self.active or not self.aware or self.visiting:
            return False
        constant, of_loyalty, of_satisfaction, of_reach, of_buzz = setting.choice
        utility = (
            constant
            + of_loyalty * self.loyalty
            + of_satisfaction * self.satisfaction
            + of_reach * self.reach
            + of_buzz * self.buzz
        )
        return self.model.random.random() < 1.0 / (1.0 + exp(-utility))

    def hear_the_campaign(self) -> None:
        setting = self.model.setting
        self.aware = True
        self.reach += 1.0
        self.expectation = [min(7.0, expected + setting.wave_promise) for expected in self.expectation]

    def judge(self, wait: float, served: bool) -> None:
        """Compare what was delivered with what was expected, learn from it, and talk or leave."""
        setting, random = self.model.setting, self.model.random
        if served:
            sd = setting.encounter_sd
            delivered = [min(7.0, max(1.0, random.gauss(level, sd))) for level in setting.level]
            prompt = exp(-wait / setting.wait_scale)
            delivered[RESPONSIVENESS] = 1.0 + (delivered[RESPONSIVENESS] - 1.0) * prompt
        else:
            delivered = [setting.lost_level] * 5
        gap = 0.0
        for weight, got, expected in zip(setting.importance, delivered, self.expectation, strict=True):
            gap += weight * (got - expected)
        slope = setting.better_than_expected if gap > 0 else setting.worse_than_expected
        transaction = min(100.0, max(0.0, setting.satisfaction_base + slope * gap))
        self.satisfaction += setting.recency * (transaction - self.satisfaction)
        learning = setting.learning
        self.expectation = [
            expected + learning * (got - expected) for expected, got in zip(self.expectation, delivered, strict=True)
        ]
        self.loyalty += setting.loyalty_rate * (self.satisfaction / 100.0 - self.loyalty)
        if random.random() < setting.talk:
            self.tell()
        grievance = max(0.0, setting.dissatisfied_below - self.satisfaction)
        if random.random() < setting.leave_after_visit + setting.leave_if_dissatisfied * grievance:
            self.active = False

    def tell(self) -> None:
        setting, random = self.model.setting, self.model.random
        valence = setting.praise if self.satisfaction > setting.praise_from else setting.blame
        for neighbour in self.neighbours:
            if random.random() < setting.reception:
                neighbour.buzz += valence
                neighbour.aware = True


class PlainMarket(mesa.Model):
    """All customers, one hall of counters, and the days they share."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(rng=setting.seed)
        self.setting = setting
        self.customers = [Customer(self) for _ in range(setting.customers)]
        graph = networkx.watts_strogatz_graph(setting.customers, setting.degree, setting.rewiring, seed=setting.seed)
        for number, customer in enumerate(self.customers):
            customer.neighbours = [self.customers[other] for other in graph[number]]
        self.environment = simpy.Environment()
        self.hall = simpy.Resource(self.environment, setting.counters)
        self.day = 0
        self.visits = 0
        self.lost = 0
        self.waited = 0.0
        self.days: list[Day] = []

    def visit(self, customer: Customer, delay: float) -> Generator[simpy.Event, object, None]:
        """One visit: come, queue until served or out of patience, be served, judge."""
        setting, environment = self.setting, self.environment
        yield environment.timeout(delay)
        arrived = environment.now
        with self.hall.request() as turn:
            yield turn | environment.timeout(self.random.expovariate(1.0 / setting.patience_mean))
            wait = environment.now - arrived
            served = turn.triggered
            if served:
                yield environment.timeout(self.random.expovariate(1.0 / setting.service_mean))
        self.visits += 1
        self.lost += not served
        self.waited += wait
        customer.visiting = False
        customer.judge(wait, served)

    def step(self) -> None:
        """One day: a wave of the campaign if one is due, the choices of the morning, the visits, the record."""
        setting = self.setting
        if self.day in setting.waves:
            for customer in self.customers:
                if self.random.random() < setting.wave_share:
                    customer.hear_the_campaign()
        for customer in self.customers:
            if customer.wants_to_come():
                customer.visiting = True
                self.environment.process(self.visit(customer, self.random.uniform(setting.opens, setting.closes)))
        visits, lost, waited = self.visits, self.lost, self.waited
        self.day += 1
        self.environment.run(until=self.day * DAY)
        served = (self.visits - visits) - (self.lost - lost)
        self.days.append(
            Day(
                visits=self.visits - visits,
                lost=self.lost - lost,
                waited=self.waited - waited,
                active=sum(customer.active for customer in self.customers),
                satisfaction=sum(customer.satisfaction for customer in self.customers) / setting.customers,
                revenue=served * setting.price,
            )
        )

    def run(self) -> list[Day]:
        """All the days of the setting, one measure row each."""
        while self.day < self.setting.days:
            self.step()
        return self.days
