"""A study of two groups of customers, as a firm or a university would do it: so many of one plan, so many of another.

In go two plans and the sizes of the groups. Each group is drawn from a market of its own, with other people and other
luck, as in a real before-and-after or two-arm study, and measured person by person. Out comes the table such a study
prints; done many times, also how often one of that size finds a difference, beside the difference there truly is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from calibration.cohorts.findings import Finding, findings
from calibration.cohorts.person_measures import (
    AMONG,
    Among,
    PersonMeasure,
    eligible,
    person_measures,
    usual_measures,
)
from calibration.cohorts.reported import Reported, reported_studies
from experiments.design import Run, Trial, Trials
from experiments.engines.runner import Evaluator, Progress, engine, ignore_progress
from experiments.storage.register import registered
from sim.errors import RequestError
from sim.measures import Measure
from sim.results import RunResult
from sim.scenario.document import Document
from sim.scenario.load import Scenario, load_scenario
from sim.scenario.panel import PanelPeriod
from sim.scenario.refusal import did_you_mean
from sim.streams import Streams

Integers = NDArray[np.int64]

REPLICATIONS: Final = 100
GROUPS: Final = 2
STATISTICS: Final = ("of", "mean", "sd", "everyone")
"""Of each measure: people drawn who have a value, their mean and standard deviation; the mean of all eligible."""
ELIGIBLE: Final = "eligible"


@dataclass(frozen=True)
class Group:
    """One group of a study: a plan, and how many of its market are drawn; None for everyone there is."""

    plan: str
    title: str | Mapping[str, str]
    size: int | None


@dataclass(frozen=True)
class CohortStudy:
    """A study of two groups, done ``replications`` times.

    ``findings``: by measure, in the order asked for. ``drawn``: people drawn into each group of the first study.
    ``observations``: a row a study, group and measure, with the columns of `STATISTICS`. ``reported``: what a real
    study found, where a targets file was given; ``left_out`` titles what it measured otherwise.
    """

    scenario: str
    title: str | Mapping[str, str]
    currency: str
    groups: tuple[Group, Group]
    drawn: tuple[int, int]
    among: Among
    period: PanelPeriod
    seed: int
    replications: int
    findings: tuple[Finding, ...]
    reported: tuple[Reported, ...]
    reported_in: str
    left_out: tuple[str, ...]
    observations: pd.DataFrame

    @property
    def is_same_plan(self) -> bool:
        """Whether both groups have the same plan, so that every difference found is a false alarm."""
        return self.groups[0].plan == self.groups[1].plan

    def __str__(self) -> str:
        from calibration.report.cohort_text import cohort_text

        return cohort_text(self)


def study(
    scenario: Scenario | str | Path,
    plans: Sequence[str] | None = None,
    sizes: Sequence[int] | None = None,
    *,
    measures: Sequence[str] | None = None,
    among: Among = "customers",
    period: PanelPeriod = "campaign",
    observed: str | Path | None = None,
    replications: int = REPLICATIONS,
    seed: int | None = None,
    workers: int | None = 1,
    cluster: str | None = None,
    out: Path | str | None = None,
    progress: Progress = ignore_progress,
) -> CohortStudy:
    """Two groups of customers measured as a study would, ``replications`` times.

    ``plans``: of the first and the second group; the same twice shows how often a study finds what is not there. None:
    the baseline and the only other plan. ``sizes``: people drawn into each; None takes everyone. ``among``: the firm's
    customers before the period, the visitors of the period, or everyone. ``observed``: a targets file, or packaged
    targets, with what a real study reported. ``out``: a folder to keep the runs in.

    Raises `RequestError` for what cannot be asked, `ScenarioError` for a wrong file, `RunFailedError` for a failed run.
    """
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    asked = asked_for(
        scenario, plans, sizes, measures=measures, among=among, period=period, observed=observed, seed=seed,
        replications=replications,
    )  # fmt: skip
    with engine(workers, out, cluster) as running:
        return studied(asked, running, progress)


@dataclass(frozen=True)
class Asked:
    """A study that has been read and can be done."""

    scenario: Scenario
    groups: tuple[Group, Group]
    documents: tuple[Document, Document]
    wanted: tuple[PersonMeasure, ...]
    among: Among
    period: PanelPeriod
    seed: int
    replications: int
    reported: tuple[Reported, ...] = ()
    reported_in: str = ""
    left_out: tuple[str, ...] = ()


def asked_for(
    scenario: Scenario,
    plans: Sequence[str] | None = None,
    sizes: Sequence[int] | None = None,
    *,
    measures: Sequence[str] | None = None,
    among: Among = "customers",
    period: PanelPeriod = "campaign",
    observed: str | Path | None = None,
    replications: int = REPLICATIONS,
    seed: int | None = None,
) -> Asked:
    """The study asked for; as `study`, but that nothing is run."""
    chosen = _plans(scenario, plans)
    first, second = (scenario.document(plan, settings={"panel": {"period": period}}) for plan in chosen)
    _check_request(scenario, chosen, (first, second), sizes, among, replications)
    wanted = _measures(scenario, chosen, (first, second), measures)
    found: tuple[Reported, ...] = ()
    left_out: tuple[str, ...] = ()
    if observed is not None:
        people = first.market.customers, second.market.customers
        found, left_out = reported_studies(scenario, observed, chosen, wanted, people)
    one, other = (
        Group(plan, scenario.plans[plan].title or plan, None if sizes is None else sizes[place])
        for place, plan in enumerate(chosen)
    )
    used = scenario.document(scenario.baseline).seed if seed is None else seed
    return Asked(
        scenario, (one, other), (first, second), wanted, among, period, used, replications, found,
        "" if observed is None else str(observed), left_out,
    )  # fmt: skip


def studied(asked: Asked, running: Evaluator, progress: Progress = ignore_progress) -> CohortStudy:
    """The study, on any engine."""
    table = _observations(asked, running, progress)
    return CohortStudy(
        scenario=asked.scenario.name, title=asked.scenario.title, currency=asked.documents[0].currency,
        groups=asked.groups, drawn=_drawn(table, asked), among=asked.among, period=asked.period, seed=asked.seed,
        replications=asked.replications, findings=findings(table, asked.wanted, asked.reported),
        reported=asked.reported, reported_in=asked.reported_in, left_out=asked.left_out, observations=table,
    )  # fmt: skip


@dataclass(frozen=True)
class CohortObserver:
    """Draws a group from a run and measures it: an `Observer` of experiments. ``size`` None takes everyone eligible."""

    size: int | None
    among: Among
    wanted: tuple[PersonMeasure, ...]
    currency: str

    @property
    def measures(self) -> Mapping[str, Measure]:
        return {}  # what it sees is read by the study alone

    def seen(self, result: RunResult) -> pd.DataFrame:
        """Rows (statistic, measure, value); the period is the name of the statistic."""
        assert result.panel is not None  # the study's documents ask for one
        everyone = eligible(result.panel, self.among)
        sample = self._sample(result, everyone)
        rows: list[tuple[str, str, float]] = [(ELIGIBLE, ELIGIBLE, float(len(everyone)))]
        for each in self.wanted:
            values = each.values(result.panel, self.currency)
            there, all_there = (part[~np.isnan(part)] for part in (values[sample], values[everyone]))
            found = (
                float(len(there)),
                float(there.mean()) if len(there) else float("nan"),
                float(there.std(ddof=1)) if len(there) > 1 else float("nan"),
                float(all_there.mean()) if len(all_there) else float("nan"),
            )
            rows += [(name, each.name, value) for name, value in zip(STATISTICS, found, strict=True)]
        table = pd.DataFrame(rows, columns=["period", "measure", "value"])
        return table.astype({"period": "str", "measure": "str", "value": "float64"})

    def _sample(self, result: RunResult, rows: Integers) -> Integers:
        """So many of the rows, each with the same chance, without replacement."""
        if self.size is None or self.size >= len(rows):
            return rows
        streams = Streams(result.manifest["seed"], result.manifest["replication"])
        luck = streams.numbers("cohort", len(rows))
        return np.sort(rows[np.argsort(luck, kind="stable")[: self.size]])


def _plans(scenario: Scenario, plans: Sequence[str] | None) -> tuple[str, str]:
    if plans is None:
        others = [plan for plan in scenario.plans if plan != scenario.baseline]
        if len(others) != 1:
            raise RequestError(f"a study has two groups; name their plans, of {', '.join(scenario.plans)}")
        return scenario.baseline, others[0]
    for plan in plans:
        scenario.document(plan)  # an unknown plan is refused, with the nearest name
    if len(plans) != GROUPS:
        raise RequestError(f"a study has two groups, so it needs two plans, and {len(plans)} were named")
    return plans[0], plans[1]


def _check_request(
    scenario: Scenario, plans: Sequence[str], documents: Sequence[Document], sizes: Sequence[int] | None,
    among: Among, replications: int,
) -> None:  # fmt: skip
    if replications < 1:
        raise RequestError("a study is done at least once")
    if among not in AMONG:
        raise RequestError(f"people are drawn among {', '.join(AMONG)}, not among '{among}'")
    if sizes is None:
        return
    if len(sizes) != GROUPS:
        raise RequestError(f"a study has two groups, so it needs two sizes, and {len(sizes)} were given")
    for plan, document, size in zip(plans, documents, sizes, strict=True):
        if not 2 <= size <= document.market.customers:
            raise RequestError(
                f"a group of {size:,}: the market of plan '{plan}' has {document.market.customers:,} people, and a "
                "group needs two or more"
            )


def _measures(
    scenario: Scenario, plans: Sequence[str], documents: Sequence[Document], names: Sequence[str] | None
) -> tuple[PersonMeasure, ...]:
    """What both plans can be measured by."""
    first, second = (person_measures(document) for document in documents)
    if names is None:
        return tuple(first[name] for name in usual_measures(documents[0]) if name in second)
    if not names:
        raise RequestError("a study measures something; name a measure, such as complaints")
    for plan, known in zip(plans, (first, second), strict=True):
        for name in names:
            if name not in known:
                hint = did_you_mean(name, known, otherwise=f"there are {', '.join(known)}")
                raise RequestError(
                    f"a study of plan '{plan}' of scenario {scenario.name} measures no '{name}' of a person{hint}"
                )
    return tuple(first[name] for name in dict.fromkeys(names))


def _observations(asked: Asked, running: Evaluator, progress: Progress) -> pd.DataFrame:
    """A row a study, group and measure. Every market has a number of its own, so no two share their luck."""
    settings = {"panel": {"period": asked.period}}
    texts = [asked.scenario.canonical(group.plan, settings=settings) for group in asked.groups]

    def trial(place: int) -> Trial:
        number = place % GROUPS
        group, document = asked.groups[number], asked.documents[number]
        observer = CohortObserver(group.size, asked.among, asked.wanted, document.currency)
        return Trial(
            (market_of(group, texts[number], asked.seed, place),), number, only_periods=True, observer=observer
        )

    rows: list[dict[str, Any]] = []
    with registered(Trials(GROUPS * asked.replications, trial), running.store, asked.scenario.name) as trials:
        for market in running.evaluate(trials, progress):
            seen = market.periods[market.periods["period"].isin((*STATISTICS, ELIGIBLE))]
            keys = zip(seen["period"].tolist(), seen["measure"].tolist(), strict=True)
            values = dict(zip(keys, seen["value"].tolist(), strict=True))
            head = {
                "study": market.number // GROUPS,
                "group": market.point + 1,
                "plan": asked.groups[market.point].plan,
            }
            people = int(values[ELIGIBLE, ELIGIBLE])
            for each in asked.wanted:
                found = {name: values[name, each.name] for name in STATISTICS}
                rows.append({**head, ELIGIBLE: people, "measure": each.name, **found})
    return pd.DataFrame(rows)


def market_of(group: Group, document: str, seed: int, number: int) -> Run:
    """The market a group is drawn from; ``number`` counts the markets of all studies, two a study."""
    return Run(group.plan, "stated", document, seed, number)


def _drawn(table: pd.DataFrame, asked: Asked) -> tuple[int, int]:
    """People in each group of the first study; RequestError where a market had fewer than were to be drawn."""
    found = []
    for place, group in enumerate(asked.groups):
        people = table.loc[table["group"] == place + 1, ELIGIBLE]
        if people.min() < (group.size or 2):
            raise RequestError(
                f"a group of {group.size or 2:,} of plan '{group.plan}' cannot be drawn: its market had only "
                f"{people.min():,} {asked.among}; draw fewer, or among everyone"
            )
        found.append(int(people.iloc[0]) if group.size is None else group.size)
    return found[0], found[1]
