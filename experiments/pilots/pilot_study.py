"""What a pilot could tell before a plan is rolled out, and what that is worth.

In go a plan, the size of the pilot (customers, days) and what the firm would measure in it. A pilot is run as it would
be: a small market under the plan beside another, with other customers and other luck, under the baseline. Out come the
smallest effect it could detect, how likely it is to see the effect the model expects, and, over worlds drawn from the
assumed ranges, how much better the decision becomes and what the pilot itself costs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.assumptions.information import Information, value_of_information
from experiments.comparing.intervals import LEVEL, Interval, mean_interval
from experiments.comparing.periods import CAMPAIGN, chosen_period
from experiments.design import Run, Trial, Trials, World, drawn_quantiles
from experiments.engines.runner import Progress, engine, ignore_progress
from experiments.paired import Replication
from experiments.pilots.pilot_markets import Size, SmallMarket
from experiments.report.measures import WINDOW_PROFIT, known_measures
from experiments.storage.register import registered
from experiments.study import primary_measure
from sim.errors import RequestError
from sim.measures import Measure
from sim.scenario.load import Scenario, load_scenario
from sim.scenario.refusal import did_you_mean

Numbers = NDArray[np.float64]

POWER: Final = 0.8
"""Chance with which an effect of the detectable size is found (Cohen 1988)."""
OBSERVED: Final = ("satisfaction", WINDOW_PROFIT)
REPLICATIONS, WORLDS = 20, 100
FEWEST_WORLDS: Final = 20
ARMS: Final = ("treated", "control")
CONTROL_LUCK: Final = 1_000_000
"""Added to the number of a replication for the control market: other people, other luck."""


@dataclass(frozen=True)
class Reading:
    """What a pilot shows of one measure at the values the scenario states.

    ``effect``: mean difference of treated and control market, with the interval of its simulation. ``error``: standard
    deviation of that difference between pilots. ``detectable``: smallest true effect found with `POWER` at the 5 %
    level. ``power``: chance that a pilot finds ``effect``, had it that size.
    """

    measure: str
    effect: Interval
    error: float
    detectable: float
    power: float


@dataclass(frozen=True)
class PilotSize:
    """One size of pilot: what it shows, what it costs and what knowing it is worth.

    ``load``: customers a site of the pilot as a share of those a site of the market has; far below one, queues of the
    roll-out do not show. ``cost``: profit in the pilot's window forgone by running the plan there, major units.
    ``information`` is None where no assumption has a range.
    """

    size: Size
    sites: int
    load: float
    scaled: Mapping[str, tuple[Any, Any]]
    readings: tuple[Reading, ...]
    cost: Interval
    information: Information | None


@dataclass(frozen=True)
class Pilot:
    """What pilots of one plan could tell: ``gain`` is the roll-out's gain in ``measure`` at the stated values."""

    scenario: str
    title: str | Mapping[str, str]
    plan: str
    plan_title: str | Mapping[str, str]
    baseline: str
    currency: str
    measure: str
    measures: Mapping[str, Measure]
    seed: int
    replications: int
    worlds: int
    gain: Interval
    sizes: tuple[PilotSize, ...]
    observations: pd.DataFrame

    def __str__(self) -> str:
        from experiments.report.pilot_text import plain_text

        return plain_text(self)


def pilot(
    scenario: Scenario | str | Path,
    plan: str,
    sizes: Sequence[Size],
    *,
    observe: Sequence[str] = OBSERVED,
    replications: int = REPLICATIONS,
    worlds: int = WORLDS,
    seed: int | None = None,
    workers: int | None = 1,
    cluster: str | None = None,
    out: Path | str | None = None,
    progress: Progress = ignore_progress,
) -> Pilot:
    """What pilots of these sizes could detect, and what they are worth, for the choice between ``plan`` and baseline.

    ``observe``: measures the firm takes in the pilot. ``replications``: pilots simulated at the stated values (at least
    two). ``worlds``: worlds drawn from the assumed ranges, one pilot and one roll-out each (0: none are drawn).

    Raises `RequestError` for a size that cannot be, an unknown plan or measure, `RunFailedError` when a run fails.
    """
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    _check_request(scenario, plan, observe, replications, worlds)
    observe = tuple(dict.fromkeys(observe))
    markets = [
        (SmallMarket.of(scenario, plan, size), SmallMarket.of(scenario, scenario.baseline, size)) for size in sizes
    ]
    for market in (market for pair in markets for market in pair):
        scenario.document(market.plan, settings=market.settings(scenario))  # refused here, not in the first run
    used = scenario.document(scenario.baseline).seed if seed is None else seed
    paths = list(scenario.assumptions())
    drawn = worlds if paths else 0

    stated = _documents(scenario, plan, markets, None)

    def trial(place: int) -> Trial:
        if place < replications:
            return Trial(_runs("stated", stated, used, place), only_periods=True)
        number = place - replications
        documents = _documents(scenario, plan, markets, drawn_quantiles(used, number, paths))
        return Trial(_runs("drawn", documents, used, number), point=1, only_periods=True)

    rows, measure = [], primary_measure(scenario)
    measures: dict[str, Measure] = {}
    kept = tuple(dict.fromkeys((*observe, WINDOW_PROFIT)))
    with engine(workers, out, cluster) as working:
        wanted = Trials(replications + drawn, trial)
        with registered(wanted, working.store, scenario.name) as trials:
            for replication in working.evaluate(trials, progress):
                measures = measures or _known(scenario, replication, (*kept, measure))
                values = _values(replication)
                period = chosen_period(list(dict.fromkeys(replication.periods["period"])), None)
                gain = values[plan, period, measure] - values[scenario.baseline, period, measure]
                head = {"drawn": bool(replication.point), "number": replication.number, "gain": gain}
                rows += [head | _row(values, place, size, kept) for place, size in enumerate(sizes)]
    table = pd.DataFrame(rows)
    first = table[table["size"] == 0]
    return Pilot(
        scenario=scenario.name,
        title=scenario.title,
        plan=plan,
        plan_title=scenario.plans[plan].title or plan,
        baseline=scenario.baseline,
        currency=scenario.document(plan).currency,
        measure=measure,
        measures=measures,
        seed=used,
        replications=replications,
        worlds=drawn,
        gain=mean_interval(first.loc[~first["drawn"], "gain"]),
        sizes=tuple(
            _judged(scenario, pair, observe, table[table["size"] == place]) for place, pair in enumerate(markets)
        ),
        observations=table,
    )


def _check_request(scenario: Scenario, plan: str, observe: Sequence[str], replications: int, worlds: int) -> None:
    scenario.document(plan)  # an unknown plan is refused, with the nearest name
    if plan == scenario.baseline:
        raise RequestError(f"'{plan}' is the baseline; a pilot tries out another plan")
    if not observe:
        raise RequestError("a pilot needs a measure to observe, such as satisfaction")
    if replications < 2:
        raise RequestError(f"{replications} pilot cannot show how much is luck: ask for at least 2 replications")
    if worlds < 0 or 0 < worlds < FEWEST_WORLDS:
        raise RequestError(f"{worlds} worlds are too few to weigh what a pilot tells: at least {FEWEST_WORLDS}, or 0")


def _documents(
    scenario: Scenario,
    plan: str,
    markets: Sequence[tuple[SmallMarket, SmallMarket]],
    draws: Mapping[str, float] | None,
) -> dict[str, str]:
    """The documents of one world: both plans rolled out, then the two markets of each pilot."""
    documents = {each: scenario.canonical(each, draws) for each in (scenario.baseline, plan)}
    for place, pair in enumerate(markets):
        for arm, market in zip(ARMS, pair, strict=True):
            settings = market.settings(scenario, draws)
            documents[_label(place, arm)] = scenario.canonical(market.plan, draws, settings)
    return documents


def _runs(world: World, documents: Mapping[str, str], seed: int, number: int) -> tuple[Run, ...]:
    """The roll-outs on the same luck; each pilot's control with other people and other luck than its treated market."""
    controls = CONTROL_LUCK + number
    return tuple(
        Run(name, world, document, seed, controls if name.endswith(ARMS[1]) else number)
        for name, document in documents.items()
    )


def _label(place: int, arm: str) -> str:
    return f"pilot {place + 1}, {arm}"


def _row(
    values: Mapping[tuple[str, str, str], float], place: int, size: Size, observe: Sequence[str]
) -> dict[str, Any]:
    """What one pilot showed: each measure of either market, in the pilot's days."""
    row: dict[str, Any] = {"size": place, "customers": size.customers, "days": size.days}
    for measure in observe:
        for arm in ARMS:
            row[f"{measure}_{arm}"] = values[_label(place, arm), CAMPAIGN, measure]
    return row


def _values(replication: Replication) -> dict[tuple[str, str, str], float]:
    table = replication.periods
    keys = zip(table["plan"].tolist(), table["period"].tolist(), table["measure"].tolist(), strict=True)
    return dict(zip(keys, table["value"].tolist(), strict=True))


def _known(scenario: Scenario, replication: Replication, wanted: Sequence[str]) -> dict[str, Measure]:
    names = list(dict.fromkeys(replication.periods["measure"]))
    known = known_measures([scenario.document(plan) for plan in scenario.plans], names)
    for name in wanted:
        if name not in known:
            hint = did_you_mean(name, known)
            raise RequestError(f"a pilot of scenario {scenario.name} reports no measure '{name}'{hint}")
    return {name: known[name] for name in wanted}


def _differences(table: pd.DataFrame, measure: str) -> Numbers:
    """Treated less control; money is taken per customer, because the markets of pilots differ in size."""
    return np.asarray(table[f"{measure}_{ARMS[0]}"] - table[f"{measure}_{ARMS[1]}"], dtype=np.float64)


def _reading(measure: str, differences: Numbers) -> Reading:
    """Detectable effect and power of a two-sided test at 5 %, the difference being normal over pilots (Cohen 1988)."""
    normal = NormalDist()
    effect, error = mean_interval(differences), float(differences.std(ddof=1))
    critical = normal.inv_cdf(0.5 + LEVEL / 2.0)
    away = abs(effect.mean) / error if error > 0.0 else np.inf
    power = (
        normal.cdf(away - critical) + normal.cdf(-away - critical) if np.isfinite(away) else float(effect.mean != 0.0)
    )
    return Reading(measure, effect, error, (critical + normal.inv_cdf(POWER)) * error, power)


def _judged(
    scenario: Scenario, markets: tuple[SmallMarket, SmallMarket], observe: Sequence[str], table: pd.DataFrame
) -> PilotSize:
    treated, control = markets
    stated, drawn = table[~table["drawn"]], table[table["drawn"]]
    shown = np.column_stack([_differences(drawn, measure) for measure in observe])
    if (
        not np.isfinite(shown).all()
        or not np.isfinite(np.column_stack([_differences(stated, m) for m in observe])).all()
    ):
        unknown = [m for m in observe if not np.isfinite(_differences(table, m)).all()]
        raise RequestError(f"'{unknown[0]}' is not known in every pilot of {treated.size.customers} customers")
    return PilotSize(
        size=treated.size,
        sites=treated.sites,
        load=treated.load,
        scaled=control.scaled(scenario) | treated.scaled(scenario),
        readings=tuple(_reading(measure, _differences(stated, measure)) for measure in observe),
        cost=_negative(mean_interval(_differences(stated, WINDOW_PROFIT))),
        information=value_of_information(drawn["gain"], shown) if len(drawn) else None,
    )


def _negative(interval: Interval) -> Interval:
    return Interval(-interval.mean, -interval.high, -interval.low)
