"""What a file may say about surveys, indices and scorecards, and how it is told what cannot be."""

from __future__ import annotations

from datetime import date

import pytest

from sim.scenario.evenings import ends, evenings
from tests.scenario_texts import PLANS, SMALL_BANK, load_text, only_problem

SURVEY = "surveys: {ask: {instrument: satisfaction, every: month}}\n"
INDEX = "indices: {sqi: {failures: {late: {weight: 3, counts: long waits, longer_than: 10 min}}}}\n"
CARD = """\
scorecards:
  card:
    every: month
    checks: {visits: 5}
    callbacks: {per_person: 20, people: 2, reached: 80%}
    components:
      skill: {weight: 30, of: spot checks failed, each: -2}
      calls: {weight: 10, of: callbacks completed, bands: {100%: 0, 95%: -1, 0%: -5}}
"""
GOOD = SMALL_BANK + SURVEY + INDEX + CARD + PLANS


def warned(text: str) -> list[str]:
    return list(load_text(text).warnings)


def test_the_good_file_is_good() -> None:
    document = load_text(GOOD).document("none")
    assert document.scorecards["card"].components["calls"].bands == {1.0: 0, 0.95: -1, 0.0: -5}
    assert document.surveys["ask"].ends == (0, 10)


@pytest.mark.parametrize(
    ("old", "new", "path", "found"),
    [
        ("instrument: satisfaction", "instrument: sevqual", "surveys.ask.instrument", "sevqual"),
        ("every: month}}\n", "every: year}}\n", "surveys.ask.every", "year"),
        ("every: month}}\n", "every: month, on: [5 Oct]}}\n", "surveys.ask", "either 'on'"),
        (", every: month}}\n", "}}\n", "surveys.ask", "either 'on'"),
        ("every: month}}\n", "on: [5 Oct 2008]}}\n", "surveys.ask.on.0", "not inside the run"),
        ("every: month}}\n", "on: [5 Oct, 5 Oct]}}\n", "surveys.ask", "twice"),
        ("every: month}}\n", "on: []}}\n", "surveys.ask.on", "at least 1"),
        ("every: month}}\n", "every: month, sample: 10, share: 10%}}\n", "surveys.ask", "either 'sample'"),
        ("every: month}}\n", "every: month, sample: 0}}\n", "surveys.ask.sample", "0"),
        ("every: month}}\n", "every: month, expectation: will}}\n", "surveys.ask", "'expectation' is for servqual"),
        ("satisfaction, every", "nps, scale: 1-5, every", "surveys.ask", "its own scale"),
        ("every: month}}\n", "every: month, response: {rate: 40}}}\n", "surveys.ask.response.rate", "40"),
        ("every: month}}\n", "every: month, audience: {tiers: [gold]}}}\n", "surveys.ask.audience.tiers.0", "'gold'"),
        ("counts: long waits", "counts: log waits", "indices.sqi.failures.late.counts", "log waits"),
        ("longer_than: 10 min", "longer_than: 10", "indices.sqi.failures.late.longer_than", "10"),
        (", longer_than: 10 min", "", "indices.sqi.failures.late", "'longer_than' goes with"),
        ("longer_than: 10 min", "longer_than: 10 min, up_to: 5 min", "indices.sqi.failures.late", "'up_to'"),
        ("longer_than: 10 min", "longer_than: 10 min, rate: 1%", "indices.sqi.failures.late", "either 'counts'"),
        ("longer_than: 10 min", "longer_than: 10 min, needs: [errnd]", "indices.sqi.failures.late.needs.0", "'errnd'"),
        ("counts: long waits, longer_than: 10 min", "counts: customers lost, needs: [errand]",
         "indices.sqi.failures.late", "are not visits"),
        ("weight: 3", "weight: -3", "indices.sqi.failures.late.weight", "-3"),
        ("failures: {late: {weight: 3, counts: long waits, longer_than: 10 min}}", "failures: {}",
         "indices.sqi.failures", "at least 1"),
        ("{100%: 0, 95%: -1, 0%: -5}", "{100%: 0, 95%: -1}", "scorecards.card.components.calls", "lowest band"),
        ("{100%: 0, 95%: -1, 0%: -5}", "{120%: 0, 0%: -5}", "scorecards.card.components.calls.bands.120%", "120%"),
        ("{100%: 0, 95%: -1, 0%: -5}", "{95: 0, 0%: -5}", "scorecards.card.components.calls", "is a share"),
        ("{100%: 0, 95%: -1, 0%: -5}", "{good: 0, 0%: -5}", "scorecards.card.components.calls.bands.good", "good"),
        ("each: -2", "each: -2, points: 4", "scorecards.card.components.skill", "exactly one"),
        ("of: spot checks failed", "of: not observed", "scorecards.card.components.skill", "'points' goes with"),
        ("of: callbacks completed, bands: {100%: 0, 95%: -1, 0%: -5}", "of: callbacks completed, each: -1",
         "scorecards.card.components.calls", "it takes bands"),
        ("of: callbacks completed", "of: standard kept", "scorecards.card.components.calls", "'standard' goes with"),
        ("of: callbacks completed", "of: standard kept, standard: counter_wait",
         "scorecards.card.components.calls.standard", "'counter_wait'"),
        ("    checks: {visits: 5}\n", "", "scorecards.card", "component skill needs 'checks'"),
        ("    callbacks: {per_person: 20, people: 2, reached: 80%}\n", "", "scorecards.card", "needs 'callbacks'"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_where_it_stands(old: str, new: str, path: str, found: str) -> None:
    assert GOOD.count(old) >= 1
    problem = only_problem(GOOD.replace(old, new, 1))
    assert problem.path == path
    assert found in f"{problem.found} {problem.allowed}"


@pytest.mark.parametrize("section", ["surveys.ask", "scorecards.card"])
def test_what_would_never_be_held_is_refused(section: str) -> None:
    kind, name = section.split(".")
    short = GOOD.replace("run: 1 Sep to 31 Dec 2009\n  campaign: 26 Sep to 31 Oct", "run: 5 Oct to 25 Oct 2009")
    short = short.replace("during: campaign", "during: run")
    other = {"surveys": ("    every: month\n", "    every: week\n"), "scorecards": ("every: month}}", "every: week}}")}
    problem = only_problem(short.replace(*other[kind], 1))
    assert (problem.path, problem.found) == (f"{kind}.{name}.every", "no month ends inside the run")


@pytest.mark.parametrize("text", ["surveys: {ask: {every: week}}", "indices.sqi.failures.late.weight: 4"])
def test_instruments_cannot_change_during_a_run(text: str) -> None:
    where = text.split(":")[0]
    change = f"changes: {{later: {{from: 1 Nov, set: {{{where}: 4}}}}}}\n"
    problem = only_problem(GOOD.replace(SURVEY, SURVEY + change))
    assert "cannot change during a run" in problem.found


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("every: month}}\n", "every: month, sample: 999999}}\n", "everyone is asked"),
        ("every: month}}\n", "every: month, response: {rate: 0}}}\n", "the survey will say nothing"),
        ("weight: 3", "weight: 0", "the index is always 0"),
        ("counts: long waits, longer_than: 10 min", "counts: cases unresolved", "there are no cases to count"),
        ("of: callbacks completed, bands", "of: complaints resolved, bands", "nobody works complaints"),
    ],
)
def test_what_is_hardly_meant_is_warned_of(old: str, new: str, said: str) -> None:
    before = warned(GOOD)
    assert not any(said in each for each in before)
    assert any(said in each for each in warned(GOOD.replace(old, new, 1)))


def test_the_last_evening_of_a_week_a_month_and_a_quarter() -> None:
    """31 Jan 2026 is a Saturday."""
    first, last = date(2026, 1, 31), date(2026, 4, 1)
    assert evenings(first, last, None, "month") == [0, 28, 59]
    assert evenings(first, last, None, "quarter") == [59]
    assert evenings(first, last, None, "week") == list(range(1, 61, 7))
    assert evenings(first, last, [date(2026, 2, 2), date(2026, 2, 1)], None) == [1, 2]
    assert ends(date(2028, 2, 29), "month")
    assert not ends(date(2028, 2, 28), "month")
