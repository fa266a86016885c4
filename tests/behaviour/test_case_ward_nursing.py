"""The ward: what was reported is arithmetic to check, and the simulated bundle moves every result the reported way.

The reported results are never inputs. Each direction has a mutation: without the mechanism named it does not come out.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tests.behaviour.casebook import REPLICATIONS, case, effect, lowers, raises, run, scenario, value

pytestmark = pytest.mark.slow

SHORT = "calendar.run: 1 Jan to 28 Feb 2011"
WARD = case(
    "ward-nursing",
    f"""
  short_routine: {{extends: routine, set: {{{SHORT}}}}}
  short_bundle: {{extends: risk_management, set: {{{SHORT}}}}}
  short_more: {{extends: more_patients, set: {{{SHORT}}}}}
  no_prevention: {{extends: short_bundle, set: {{service.incidents.risk_event.prevention: {{}}}}}}
  as_scattered:
    extends: short_bundle
    set: {{service.quality.noise: 0.8, service.quality.right_first_time: 94%}}
  same_skill: {{extends: short_bundle, remove: [service.quality.levels]}}
  many_events: {{extends: short_routine, set: {{service.incidents.risk_event.per_customer: 20 per year}}}}
  many_events_rounds:
    extends: many_events
    set:
      service.incidents.risk_event.prevention:
        rounds:
          prevents: 60%
          hours: ["22:00-05:00", "05:00-07:00", "11:00-12:00", "12:30-14:00", "17:00-18:00"]
""",
).replace("{value: 0.08 per year, range: [0.05 per year, 0.12 per year]", "{value: 0.24 per year")
"""Two months of a ward with three times the events: as many to count as in half a year."""

OBSERVED = {"satisfied": ((146, 160), (176, 180)), "events": ((12, 160), (3, 180)), "complaints": ((9, 160), (1, 180))}


def _fewer(plan: str, against: str, measure: str) -> bool:
    """Whether rare counts, over all replications, lie further apart than 1.96 sd of a difference of two Poissons."""
    mine, other = (
        sum(value(WARD, name, measure, "campaign", replication) for replication in range(REPLICATIONS))
        for name in (plan, against)
    )
    return bool(other - mine > 1.96 * np.sqrt(mine + other))


def _table(name: str) -> np.ndarray:
    (before, of_before), (after, of_after) = OBSERVED[name]
    return np.array([[before, of_before - before], [after, of_after - after]])


# Events: 6.8349, often quoted as 6.84.
@pytest.mark.parametrize(("name", "expected"), [("satisfied", 7.20), ("events", 6.83), ("complaints", 7.63)])
def test_the_reported_table_has_these_chi_squares(name: str, expected: float) -> None:
    assert stats.chi2_contingency(_table(name), correction=False).statistic == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize("name", list(OBSERVED))
def test_counts_so_small_ask_for_fishers_exact_test_which_still_finds_a_difference(name: str) -> None:
    assert stats.fisher_exact(_table(name)).pvalue < 0.05


def test_the_reported_percentages_are_those_counts() -> None:
    percentages = [100 * part / whole for pair in OBSERVED.values() for part, whole in pair]
    assert percentages == pytest.approx([91.25, 97.78, 7.50, 1.67, 5.63, 0.56], abs=0.01)


def test_the_nurses_by_education_do_not_add_up_and_the_file_is_warned_of_it() -> None:
    said = [warning for warning in scenario(WARD).warnings if "add up" in warning]
    assert len(said) == 1
    assert "11" in said[0]
    assert "10" in said[0]


def test_the_bundle_raises_quality_and_satisfaction_and_lowers_events_and_complaints() -> None:
    for measure in ("delivered", "visit_satisfaction", "satisfaction"):
        assert raises(WARD, "short_bundle", "short_routine", measure), measure
    for measure in ("complaints", "incidents"):
        assert _fewer("short_bundle", "short_routine", measure), measure


def test_without_prevention_complaints_and_events_do_not_fall() -> None:
    """The mutation: most complaints of the ward come from events."""
    for measure in ("complaints", "incidents"):
        assert not _fewer("no_prevention", "short_routine", measure), measure


def test_the_spread_of_quality_falls_too() -> None:
    for measure in ("delivered_sd", "visit_satisfaction_sd"):
        assert lowers(WARD, "short_bundle", "short_routine", measure), measure


def test_with_the_old_scatter_and_failures_the_spread_does_not_fall() -> None:
    """The mutation: strict procedure is what makes care even."""
    assert not lowers(WARD, "as_scattered", "short_routine", "delivered_sd")


def test_without_better_skills_quality_rises_less() -> None:
    assert effect(WARD, "same_skill", "short_routine", "delivered").mean < 0.6 * (
        effect(WARD, "short_bundle", "short_routine", "delivered").mean
    )


def test_more_patients_for_the_same_nurses_wait_longer() -> None:
    assert raises(WARD, "short_more", "short_routine", "wait_mean")


def _due_and_struck(plan: str) -> tuple[float, float]:
    daily = run(WARD, plan, 0).daily
    prevented, struck = (float(daily[name].sum()) for name in ("incidents_prevented", "incidents"))
    return prevented + struck, struck


def test_prevention_stops_events_and_brings_about_none() -> None:
    """The mutation: the same bundle without prevention lets every event through that it would have stopped."""
    due, struck = _due_and_struck("short_bundle")
    due_without, struck_without = _due_and_struck("no_prevention")
    assert due == due_without == struck_without
    assert struck < struck_without


def test_rounds_at_the_dangerous_hours_stop_their_share_of_what_strikes_in_them() -> None:
    """12.5 hours of hazard 2, 3, 2, 2.5 and 2 against 11.5 of 1: 27.75 in 39.25, and 60 % of it; four sd."""
    due, struck = _due_and_struck("many_events_rounds")
    dangerous = 7 * 2 + 2 * 3 + 1 * 2 + 1.5 * 2.5 + 1 * 2
    share = 0.6 * dangerous / (dangerous + 24 - 12.5)
    assert abs(struck - due * (1 - share)) < 4 * np.sqrt(due * share * (1 - share))
