"""Names must be declared, dates must lie inside the run, and dated changes must be possible."""

from collections.abc import Iterator
from typing import Any, get_args, get_origin

import pytest

from sim.scenario.document import Document
from sim.scenario.fields import alternatives, annotations_at, is_mapping, is_model, quantities_at, written_name
from sim.scenario.references import AUDIENCES, INSIDE_RUN, REFERENCES
from tests.scenario_texts import PLANS, SMALL_BANK, line_of, load_text, only_problem

GOOD = SMALL_BANK + PLANS


@pytest.mark.parametrize(
    ("right", "wrong", "path", "suggestion"),
    [
        ("task: errand", "task: errnd", "market.needs.errand.task", "errand"),
        ("at: counter, takes", "at: contuer, takes", "service.tasks.errand.at", "counter"),
        ("at: counter, takes", "at: {counter: 1, desk: 0}, takes", "service.tasks.errand.at.desk", ""),
        ("first: [vip]", "first: [gold, vip]", "service.stations.counter.first.0", ""),
        ("tier: vip", "tier: vpi", "market.segments.vip.tier", "vip"),
        ("station: counter", "station: desk", "service.standards.counter-wait.station", ""),
        ("{paper: {reach", "{papr: {reach", "campaigns.autumn.waves.first.channels.papr", "paper"),
    ],
)
def test_a_name_that_is_not_declared_is_refused_where_it_is_used(
    right: str, wrong: str, path: str, suggestion: str
) -> None:
    text = GOOD.replace(right, wrong, 1)
    problem = only_problem(text)
    assert (problem.path, problem.suggestion) == (path, suggestion)
    assert problem.line == line_of(text, wrong)
    assert "there is no" in problem.found


def test_what_a_plan_removes_must_not_be_needed_any_more() -> None:
    text = SMALL_BANK + "plans:\n  none: {}\n  closed: {remove: [service.stations.counter, service.standards]}\n"
    problem = only_problem(text)
    assert problem.path == "service.tasks.errand.at"
    assert problem.line == line_of(text, "  closed:")


@pytest.mark.parametrize("during", ["2 Jan 2010 to 5 Jan 2010", "25 Dec 2009 to 5 Jan 2010", "31 Aug 2009"])
def test_a_wave_must_lie_inside_the_run(during: str) -> None:
    text = GOOD.replace("during: campaign", f"during: {during}")
    problem = only_problem(text)
    assert problem.path == "campaigns.autumn.waves.first.during"
    assert problem.line == line_of(text, during)


def test_a_run_of_more_than_a_hundred_years_is_refused() -> None:
    problem = only_problem(
        GOOD.replace("1 Sep to 31 Dec 2009", "1 Sep 2009 to 31 Dec 2209").replace(
            "26 Sep to 31 Oct", "26 Sep to 31 Oct 2010"
        )
    )
    assert problem.path == "calendar.run"


def test_the_campaign_must_lie_inside_the_run() -> None:
    problem = only_problem(GOOD.replace("campaign: 26 Sep to 31 Oct", "campaign: 26 Aug 2009 to 31 Oct 2009"))
    assert problem.path == "calendar.campaign"


@pytest.mark.parametrize(
    ("setting", "path", "suggestion"),
    [
        ("service.steering: 3", "service.steering", ""),
        ("servce.stations: 3", "changes.more.set.servce.stations", "service.stations"),
        ("service.stations.counter.staff: -3", "service.stations.counter.staff", ""),
        ("service.tasks.errand.at: desk", "service.tasks.errand.at", ""),
        ("market..customers: 3", "changes.more.set.market..customers", ""),
    ],
)
def test_a_dated_change_must_be_possible(setting: str, path: str, suggestion: str) -> None:
    text = GOOD + f"changes:\n  more:\n    from: 1 Oct\n    set:\n      {setting}\n"
    problem = only_problem(text)
    assert (problem.path, problem.suggestion) == (path, suggestion)
    assert problem.line == line_of(text, setting)


def test_a_dated_change_that_is_possible_is_kept() -> None:
    text = GOOD + "changes: {more: {from: 1 Oct, set: {service.stations.counter.staff: {value: 4, source: rule}}}}\n"
    assert load_text(text).document("none").changes["more"].values == {"service.stations.counter.staff": 4}


def places(annotation: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every place of the document that holds a name of the scenario's own, as the table writes places."""
    for arm in alternatives(annotation):
        if is_model(arm):
            for name, field in arm.model_fields.items():
                here = (*path, written_name(name, field))
                if "Identifier" in quantities_at(arm, here[-1:]):
                    yield here
                yield from places(field.annotation, here)
        elif is_mapping(arm):
            yield from places(get_args(arm)[1], (*path, "*"))
        elif get_origin(arm) is list and "Identifier" in str(get_args(arm)[0]):
            yield (*path, "[]")


BESIDE = {
    "service.tasks.*.steps.*.again.back_to",
    "events.*.site",
    "funnels.*.states.[]",
    "funnels.*.opening.{}",
    "funnels.*.moves.*.from",
    "funnels.*.moves.*.to",
    "funnels.*.talk.states.[]",
    *(f"{place}.audience.funnel.*.[]" for place in AUDIENCES),
    *(f"{place}.audience.sites.[]" for place in AUDIENCES),
    *(f"{place}.audience.top.by" for place in AUDIENCES),
    "experiment.objectives.[]",
    "targets.*.measure",
    "experiment.levers.*.plans.[]",
    "experiment.shocks.*.of",
}
"""A name of the same task (`processes.py`); a site, which may only be counted (`event_checks.py`,
`audience_checks.py`); a state of the same funnel (`funnel_checks.py`); what a list goes by (`audience_checks.py`);
measures of runs (`experiment_checks.py`, `target_checks.py`); plans, and what a shock of its kind befalls, which a
study looks up when it begins."""


def test_every_name_in_the_models_has_a_place_where_it_is_declared() -> None:
    spoken_of = {".".join(place) for place in places(Document)} - {"market.tiers.[]"} - BESIDE
    assert spoken_of <= set(REFERENCES)


@pytest.mark.parametrize("place", [*REFERENCES, *INSIDE_RUN, *" or ".join(REFERENCES.values()).split(" or ")])
def test_every_place_of_the_tables_is_in_the_models(place: str) -> None:
    keys = tuple("0" if part == "[]" else "any" if part == "*" else part for part in place.split(".") if part != "{}")
    assert annotations_at(Document, keys)
