"""The yardstick: the market as one would write it from the Mesa and SimPy tutorials.

An object per customer and a process per visit: five-dimensional expectations, counters with patience, word of mouth
in a small world, two waves of a campaign. In goes a `Setting`, out comes a row of measures a day. It shares no code
with the product: the product is timed against it, and must agree with it."""

from collections.abc import Generator
from dataclasses import dataclass
from math import exp

import mesa
import networkx
import simpy

DAY = 1440.0
LOWEST, HIGHEST = 1.0, 7.0
PROSPECT, CUSTOMER, LEFT = range(3)

Levels = tuple[float, float, float, float, float]
"""Of reliability, responsiveness, assurance, empathy and tangibles, on the scale 1-7."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What the market is like. Satisfaction is 0-100, loyalty and trust 0-1, times are minutes, rates are a day's."""

    customers: int
    days: int
    seed: int

    existing: float
    aware: float
    expected: Levels
    expected_sd: float
    importance: Levels
    satisfaction: tuple[float, float]  # mean and standard deviation, as all pairs that say nothing else
    loyalty: tuple[float, float]
    trust: tuple[float, float]
    activity: tuple[float, float]

    need_rate: float
    constant: float
    relationship: float
    lapsed: float
    of_satisfaction: float
    of_loyalty: float
    of_quality: float
    of_advertising: float
    of_talk: float
    rivals: tuple[float, ...]

    opens: float
    closes: float
    counters: int
    service_mean: float
    patience_mean: float
    price: float

    reliability: float
    assurance: float
    empathy: float
    tangibles: float
    noise: float
    right_first_time: float
    failure_level: float
    wait_desired: float
    wait_adequate: float
    comfortable_load: float
    hurry: float
    crowding: float

    intercept: float
    per_point: float
    gain: float
    loss: float
    recency: float
    learning: float
    trust_loss: float
    trust_recovery: float
    loyalty_exponent: float
    loyalty_adjustment: float

    leaving_period: float
    leaving_intercept: float
    leaving_satisfaction: float
    leaving_mean: float
    leaving_sd: float
    leaving_involuntary: float

    degree: int
    rewired: float
    talk_neutral: float
    talk_base: float
    talk_delight: float
    talk_anger: float
    listeners: int
    talk_strength: float
    talk_kept: float

    waves: tuple[tuple[int, int], ...]  # first and last day
    reach: float
    frequency: float
    promise: Levels
    promise_weight: float
    pressure_kept: float
    pressure_half: float


@dataclass(frozen=True, slots=True)
class Day:
    """One day's measures; a visit counts on the day it ends. Satisfaction is the mean of the firm's customers."""

    visits: int
    lost: int
    waited: float
    customers: int
    satisfaction: float
    revenue: float


def held(level: float) -> float:
    """The level, within the scale."""
    return LOWEST if level < LOWEST else HIGHEST if level > HIGHEST else level


def beta_shapes(mean: float, sd: float) -> tuple[float, float]:
    strength = mean * (1.0 - mean) / sd**2 - 1.0
    return mean * strength, (1.0 - mean) * strength


class Customer(mesa.Agent):
    """Someone who may come, wait, judge, talk and leave."""

    model: "PlainMarket"

    def __init__(self, model: "PlainMarket") -> None:
        super().__init__(model)
        setting, random = model.setting, model.random
        shift = random.gauss(0.0, setting.expected_sd)
        self.expectation = [held(level + shift) for level in setting.expected]
        self.satisfaction = min(100.0, max(0.0, random.gauss(*setting.satisfaction)))
        self.loyalty = random.betavariate(*beta_shapes(*setting.loyalty))
        self.trust = random.betavariate(*beta_shapes(*setting.trust))
        self.status = CUSTOMER if random.random() < setting.existing else PROSPECT
        self.aware = self.status == CUSTOMER or random.random() < setting.aware
        mean, sd = setting.activity
        activity = random.gammavariate((mean / sd) ** 2, sd**2 / mean)
        self.need_chance = 1.0 - exp(-setting.need_rate * activity)
        self.leaving_chance = 0.0
        self.weigh_leaving()
        self.won = False
        self.promised = False
        self.reachable = False
        self.pressure = 0.0
        self.heard = 0.0
        self.neighbours: list[Customer] = []

    def chooses_the_firm(self) -> bool:
        """A logit among the firm, its rivals and doing nothing, for someone who has a need."""
        if not self.aware:
            return False
        setting = self.model.setting
        utility = setting.constant + setting.of_talk * self.heard
        if self.status != PROSPECT:
            utility += setting.of_satisfaction * (self.satisfaction - 70.0)
            if self.status == CUSTOMER:
                utility += setting.relationship + setting.of_loyalty * (self.loyalty - 0.5)
            else:
                utility += setting.lapsed
        predicted = sum([weight * level for weight, level in zip(setting.importance, self.expectation, strict=True)])
        utility += setting.of_quality * (predicted - 5.0)
        if self.pressure:
            utility += setting.of_advertising * self.pressure / (setting.pressure_half + self.pressure)
        firm = exp(utility)
        return self.model.random.random() < firm / (firm + self.model.elsewhere)

    def see_the_campaign(self) -> None:
        """One exposure: pressure, awareness, and a promise that is believed as far as the firm is trusted."""
        setting = self.model.setting
        self.pressure += 1.0
        self.aware = True
        self.promised = True
        pull = setting.promise_weight * self.trust
        self.expectation = [
            expected + pull * (promise - expected)
            for expected, promise in zip(self.expectation, setting.promise, strict=True)
        ]

    def given(self, wait: float, served: bool, ahead: float, load: float) -> tuple[float, float, float, float, float]:
        """What such a visit gives on average, per dimension; `ahead` is people waiting ahead for each counter."""
        setting = self.model.setting
        right = served and self.model.random.random() < setting.right_first_time
        if wait <= setting.wait_desired:
            prompt = 7.0 - wait / setting.wait_desired
        else:
            width = setting.wait_adequate - setting.wait_desired
            if wait <= setting.wait_adequate:
                prompt = 6.0 - 2.0 * (wait - setting.wait_desired) / width
            else:
                prompt = max(LOWEST, 4.0 - (wait - setting.wait_adequate) / width)
        hurry = setting.hurry * max(0.0, load + ahead - setting.comfortable_load)
        return (
            setting.reliability if right else setting.failure_level,
            prompt if served else min(prompt, setting.failure_level),
            setting.assurance - hurry,
            setting.empathy - hurry,
            setting.tangibles - setting.crowding * ahead,
        )

    def judge(self, wait: float, served: bool, ahead: float, load: float) -> None:
        """Compare what was delivered with what was expected, learn from it, and perhaps talk about it."""
        setting, gauss = self.model.setting, self.model.random.gauss
        noise, gain, loss, learning = setting.noise, setting.gain, setting.loss, setting.learning
        quality = short = felt = 0.0
        learned = []
        for level, expected, promise, weight in zip(
            self.given(wait, served, ahead, load), self.expectation, setting.promise, setting.importance, strict=True
        ):
            got = held(gauss(level, noise))
            difference = got - expected
            quality += weight * got
            felt += weight * (gain if difference >= 0.0 else loss) * difference
            if promise > got:
                short += weight * (promise - got)
            learned.append(expected + learning * difference)
        score = min(100.0, max(0.0, setting.intercept + setting.per_point * quality + felt))
        self.satisfaction += setting.recency * (score - self.satisfaction)
        self.expectation = learned
        broken = setting.trust_loss * short if self.promised else 0.0
        self.trust = min(1.0, max(0.0, self.trust - broken + setting.trust_recovery * (1.0 - self.trust)))
        if self.status == CUSTOMER:
            target = (self.satisfaction / 100.0) ** setting.loyalty_exponent
            self.loyalty += setting.loyalty_adjustment * (target - self.loyalty)
        elif served:
            self.won = True
        self.weigh_leaving()
        self.talk(score)

    def weigh_leaving(self) -> None:
        """Today's chance to leave the firm, from a logistic hazard a period and an involuntary part."""
        setting = self.model.setting
        standardised = (self.satisfaction - setting.leaving_mean) / setting.leaving_sd
        hazard = 1.0 / (1.0 + exp(-(setting.leaving_intercept + setting.leaving_satisfaction * standardised)))
        stays = (1.0 - hazard) * (1.0 - setting.leaving_involuntary)
        self.leaving_chance = 1.0 - stays ** (1.0 / setting.leaving_period)

    def talk(self, score: float) -> None:
        """Tell some neighbours, the likelier the stronger the feeling; they hear it tomorrow."""
        setting, random = self.model.setting, self.model.random
        neutral = setting.talk_neutral
        if score >= neutral:
            tone = (score - neutral) / (100.0 - neutral)
            rate = setting.talk_base + setting.talk_delight * tone**2
        else:
            tone = (score - neutral) / neutral
            rate = setting.talk_base + setting.talk_anger * tone**2
        if random.random() < rate:
            for _ in range(setting.listeners):
                self.model.told.append((random.choice(self.neighbours), tone))


class PlainMarket(mesa.Model):
    """All customers, one hall of counters, and the days they share."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(rng=setting.seed)
        self.setting = setting
        self.customers = [Customer(self) for _ in range(setting.customers)]
        graph = networkx.watts_strogatz_graph(setting.customers, setting.degree, setting.rewired, seed=setting.seed)
        for number, customer in enumerate(self.customers):
            customer.neighbours = [self.customers[other] for other in graph[number]]
        self.environment = simpy.Environment()
        self.hall = simpy.Resource(self.environment, setting.counters)
        self.elsewhere = 1.0 + sum(exp(rival) for rival in setting.rivals)
        self.told: list[tuple[Customer, float]] = []
        self.day = 0
        self.visits = 0
        self.lost = 0
        self.waited = 0.0
        self.days: list[Day] = []

    def visit(self, customer: Customer, delay: float) -> Generator[simpy.Event, object, None]:
        """One visit: come, queue until served or out of patience, be served, judge."""
        setting, environment, hall = self.setting, self.environment, self.hall
        yield environment.timeout(delay)
        arrived = environment.now
        ahead = len(hall.queue) / setting.counters
        with hall.request() as turn:
            yield turn | environment.timeout(self.random.expovariate(1.0 / setting.patience_mean))
            wait = environment.now - arrived
            load = hall.count / setting.counters
            served = turn.triggered
            if served:
                yield environment.timeout(self.random.expovariate(1.0 / setting.service_mean))
        self.visits += 1
        self.lost += not served
        self.waited += wait
        customer.judge(wait, served, ahead, load)

    def air_the_campaign(self) -> None:
        """Who can be reached is settled on the first day of a wave; exposures come at random over its days."""
        setting, random = self.setting, self.random
        for first, last in setting.waves:
            if not first <= self.day <= last:
                continue
            if self.day == first:
                for customer in self.customers:
                    customer.reachable = random.random() < setting.reach
            chance = 1.0 - exp(-setting.frequency / (last - first + 1))
            for customer in self.customers:
                if customer.reachable and random.random() < chance:
                    customer.see_the_campaign()

    def pass_on_talk(self) -> None:
        told, self.told = self.told, []
        for listener, tone in told:
            listener.heard += self.setting.talk_strength * tone
            listener.aware = True

    def end_the_day(self) -> list[float]:
        """People become customers, or leave; advertising and talk fade overnight. Satisfaction of those who stay."""
        pressure_kept, talk_kept, random = self.setting.pressure_kept, self.setting.talk_kept, self.random.random
        satisfaction = []
        for customer in self.customers:
            if customer.pressure:
                customer.pressure *= pressure_kept
            if customer.heard:
                customer.heard *= talk_kept
            if customer.won:
                customer.won = False
                customer.status = CUSTOMER
            elif customer.status == CUSTOMER and random() < customer.leaving_chance:
                customer.status = LEFT
            if customer.status == CUSTOMER:
                satisfaction.append(customer.satisfaction)
        return satisfaction

    def step(self) -> None:
        """One day: the campaign, yesterday's talk, the choices of the morning, the visits, the evening."""
        setting, random = self.setting, self.random.random
        self.air_the_campaign()
        self.pass_on_talk()
        for customer in self.customers:
            if random() < customer.need_chance and customer.chooses_the_firm():
                comes_after = self.random.uniform(setting.opens, setting.closes)
                self.environment.process(self.visit(customer, comes_after))
        visits, lost, waited = self.visits, self.lost, self.waited
        self.day += 1
        self.environment.run(until=self.day * DAY)
        satisfaction = self.end_the_day()
        visits, lost, waited = self.visits - visits, self.lost - lost, self.waited - waited
        self.days.append(
            Day(
                visits=visits,
                lost=lost,
                waited=waited,
                customers=len(satisfaction),
                satisfaction=sum(satisfaction) / max(len(satisfaction), 1),
                revenue=(visits - lost) * setting.price,
            )
        )

    def run(self) -> list[Day]:
        """All the days of the setting, one row of measures each."""
        while self.day < self.setting.days:
            self.step()
        return self.days


def forget_models() -> None:
    """Let go of models no longer used, which Mesa 3.3 keeps for ever in its counters of agents; later ones do not."""
    vars(mesa.Agent).get("_ids", {}).clear()
