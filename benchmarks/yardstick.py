"""The yardstick's scenario: one file for both models, so that they run on the same numbers.

A number of customers goes in; the product's document and the plain model's setting come out, with counters in
proportion to customers."""

from functools import cache
from pathlib import Path

from benchmarks.plain_market import Setting
from sim.calendar import Calendar
from sim.distributions import NumberDistribution, TimeDistribution
from sim.scenario.behaviour import AsymmetricDisconfirmation, ExponentialLearning, HazardOfLeaving
from sim.scenario.document import Document
from sim.scenario.load import Scenario, load_scenario

PLAIN, BUSY, EVERYTHING = "plain", "busy", "everything"


@cache
def scenario() -> Scenario:
    """The file beside this module."""
    return load_scenario(Path(__file__).with_name("yardstick.yaml"))


def document(customers: int, plan: str = PLAIN) -> Document:
    """A plan of the scenario for this many customers, with as many customers a counter as the file has."""
    full = scenario().document(plan)
    share = customers / full.market.customers
    stations = {}
    for name, station in full.service.stations.items():
        assert isinstance(station.staff, int)  # no station of the file is unlimited
        stations[name] = station.model_copy(update={"staff": max(1, round(station.staff * share))})
    return full.model_copy(
        update={
            "market": full.market.model_copy(update={"customers": customers}),
            "service": full.service.model_copy(update={"stations": stations}),
        }
    )


def days() -> int:
    """How many days a run has."""
    return Calendar.of(scenario().document(PLAIN).calendar).days


def _mean_and_sd(distribution: NumberDistribution | None) -> tuple[float, float]:
    assert distribution is not None  # the file says how its customers differ
    return distribution.expected(), distribution.variance() ** 0.5


def _mean_minutes(distribution: TimeDistribution | None) -> float:
    assert distribution is not None  # the file says how long everything takes
    assert distribution.exponential is not None  # the plain model knows no other family
    return distribution.expected()


def setting(document: Document, seed: int) -> Setting:
    """The numbers of a document of the plan 'plain', as the plain model reads them."""
    market, service, behaviour = document.market, document.service, document.behaviour
    calendar = Calendar.of(document.calendar)
    traits, (need,), (task,), (station,) = (
        market.traits,
        market.needs.values(),
        service.tasks.values(),
        service.stations.values(),
    )
    quality, choice, leaving = service.quality, behaviour.choice, behaviour.leaving
    (campaign,) = document.campaigns.values()
    reach = {channel.reach for wave in campaign.waves.values() for channel in wave.channels.values()}
    frequency = {channel.frequency for wave in campaign.waves.values() for channel in wave.channels.values()}
    talk, promises, ties = behaviour.word_of_mouth, behaviour.promises, market.talk.small_world
    expectations, importance = traits.expectations, traits.importance
    # The plan 'plain' chooses exactly these forms.
    assert isinstance(behaviour.satisfaction, AsymmetricDisconfirmation)
    assert isinstance(behaviour.learning, ExponentialLearning)
    assert isinstance(leaving, HazardOfLeaving)
    assert talk != "none"
    assert promises != "none"
    assert ties is not None
    assert expectations is not None
    assert expectations.will is not None
    assert importance is not None
    assert traits.existing is not None
    assert traits.aware is not None
    assert isinstance(station.staff, int)
    return Setting(
        customers=market.customers,
        days=calendar.days,
        seed=seed,
        existing=traits.existing,
        aware=traits.aware,
        expected=expectations.will.values(),
        expected_sd=expectations.spread,
        importance=importance.values(),
        satisfaction=_mean_and_sd(traits.satisfaction),
        loyalty=_mean_and_sd(traits.loyalty),
        trust=_mean_and_sd(traits.trust),
        activity=_mean_and_sd(traits.activity),
        need_rate=need.rate,
        constant=choice.constant,
        relationship=choice.relationship,
        lapsed=choice.lapsed,
        of_satisfaction=choice.satisfaction,
        of_loyalty=choice.loyalty,
        of_quality=choice.quality,
        of_advertising=choice.advertising,
        of_talk=choice.word_of_mouth,
        rivals=tuple(rival.attractiveness for rival in market.rivals.values()),
        opens=station.open.start,
        closes=station.open.end,
        counters=station.staff,
        service_mean=_mean_minutes(task.takes),
        patience_mean=_mean_minutes(service.patience),
        price=float(need.price),
        reliability=quality.levels.reliability,
        assurance=quality.levels.assurance,
        empathy=quality.levels.empathy,
        tangibles=quality.levels.tangibles,
        noise=quality.noise,
        right_first_time=quality.right_first_time,
        failure_level=quality.failure_level,
        wait_desired=service.wait_scale.desired,
        wait_adequate=service.wait_scale.adequate,
        comfortable_load=quality.comfortable_load,
        hurry=quality.hurry,
        crowding=quality.crowding,
        intercept=behaviour.satisfaction.intercept,
        per_point=behaviour.satisfaction.quality,
        gain=behaviour.satisfaction.gain,
        loss=behaviour.satisfaction.loss,
        recency=behaviour.recency,
        learning=behaviour.learning.learning,
        trust_loss=promises.loss,
        trust_recovery=promises.recovery,
        loyalty_exponent=behaviour.loyalty.exponent,
        loyalty_adjustment=behaviour.loyalty.adjustment,
        leaving_period=leaving.period,
        leaving_intercept=leaving.intercept,
        leaving_satisfaction=leaving.satisfaction,
        leaving_mean=leaving.satisfaction_mean,
        leaving_sd=leaving.satisfaction_sd,
        leaving_involuntary=leaving.involuntary,
        degree=ties.degree,
        rewired=ties.rewired,
        talk_neutral=talk.neutral,
        talk_base=talk.base,
        talk_delight=talk.delight,
        talk_anger=talk.anger,
        listeners=talk.listeners,
        talk_strength=talk.strength,
        talk_kept=1.0 - talk.forgetting,
        waves=tuple(calendar.span(wave.during) for wave in campaign.waves.values()),
        reach=_only(reach),
        frequency=_only(frequency),
        promise=_five(campaign.promise.values()),
        promise_weight=promises.weight,
        pressure_kept=behaviour.response.carry_over,
        pressure_half=behaviour.response.half,
    )


def _only(values: set[float]) -> float:
    (value,) = values  # both waves are alike
    return value


def _five(levels: tuple[float | None, ...]) -> tuple[float, float, float, float, float]:
    one, two, three, four, five = (level for level in levels if level is not None)
    return one, two, three, four, five
