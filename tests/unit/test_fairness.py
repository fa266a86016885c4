"""Waits by tier, and the caution where a higher tier is served worse than a lower one."""

from typing import Any

import pandas as pd
import pytest

from experiments.comparing.fairness import unfair
from sim.market import Market
from tests.scenario_texts import PLANS, SMALL_BANK, load_text, only_problem
from tests.small_documents import small_document


def waits(**by_tier: list[float]) -> pd.DataFrame:
    """Values of the mean waits of tiers, the highest first, one in each replication."""
    rows = [
        ("stated", "plan", "whole", replication, f"wait_mean_of_{tier}", value)
        for replication in range(len(next(iter(by_tier.values()))))
        for tier, value in ((tier, each[replication]) for tier, each in by_tier.items())
    ]
    return pd.DataFrame(rows, columns=["world", "plan", "period", "replication", "measure", "value"])


def test_a_higher_tier_that_waits_longer_is_named() -> None:
    found = unfair(waits(gold=[9.0, 9.5, 9.2], silver=[3.0, 3.4, 3.3]), ["plan"], "whole")
    assert [(each.higher, each.lower) for each in found] == [("gold", "silver")]
    assert found[0].worse_by.mean == pytest.approx(6.0)


def test_the_right_order_and_what_chance_could_do_are_not_named() -> None:
    assert not unfair(waits(gold=[1.0, 1.5, 1.2], silver=[3.0, 3.4, 3.3]), ["plan"], "whole")
    assert not unfair(waits(gold=[9.0, 1.0, 2.0], silver=[3.0, 3.4, 3.3]), ["plan"], "whole")
    assert not unfair(waits(gold=[9.0, 9.5, 9.2], silver=[3.0, 3.4, 3.3]), ["plan"], "campaign")


def tiers_at(counters: dict[str, Any]) -> Market:
    return Market(
        small_document(
            market={
                "customers": 1500,
                "tiers": ["gold"],
                "segments": {"rich": {"share": 0.3, "tier": "gold"}, "plain": {"share": 0.7}},
                "needs": {"errand": {"task": "errand", "rate": "2 per month", "contested": False}},
                "traits": {"aware": 1, "existing": 1},
            },
            service={
                "stations": {name: {"open": "09:00-17:00", **each} for name, each in counters.items()},
                "tasks": {
                    "errand": {
                        "at": "counter",
                        "at_for": {"gold": next(iter(counters))},
                        "takes": {"exponential": {"mean": "8 min"}},
                    }
                },
            },
        )
    )


def test_waits_by_tier_add_up_to_the_wait_of_everyone() -> None:
    market = tiers_at({"counter": {"staff": 2, "first": ["gold"]}})
    result = market.run()
    assert result.value("wait_mean_of_gold") < result.value("wait_mean_of_no_tier")
    for total in ("wait_sum", "joined"):
        parts = result.daily[f"{total}_of_gold"] + result.daily[f"{total}_of_no_tier"]
        assert parts.sum() == pytest.approx(result.daily[total].sum())


def test_a_desk_of_their_own_can_serve_the_higher_tier_worse() -> None:
    """A desk with one person for 30 % of the people is worse than three counters for the rest."""
    result = tiers_at({"desk": {"staff": 1}, "counter": {"staff": 5}}).run()
    values = result.periods.assign(world="stated", plan="plan", replication=0)
    found = unfair(values, ["plan"], "whole")
    assert [(each.what, each.higher, each.lower) for each in found] == [
        ("wait", "gold", "no_tier"),
        ("satisfaction", "gold", "no_tier"),
    ]
    assert found[0].worse_by.mean == result.value("wait_mean_of_gold") - result.value("wait_mean_of_no_tier")


def test_a_higher_tier_that_is_less_satisfied_is_named_though_nobody_waits() -> None:
    def satisfied(**by_tier: list[float]) -> pd.DataFrame:
        return waits(**by_tier).replace(regex={"measure": {"wait_mean_of_": "visit_satisfaction_of_"}})

    (found,) = unfair(satisfied(gold=[70.0, 70.5, 70.2], silver=[76.0, 76.4, 76.3]), ["plan"], "whole")
    assert (found.what, found.higher, found.lower) == ("satisfaction", "gold", "silver")
    assert found.worse_by.mean == pytest.approx(6.0)
    assert not unfair(satisfied(gold=[76.0, 76.4, 76.3], silver=[70.0, 70.5, 70.2]), ["plan"], "whole")


def test_satisfaction_by_tier_adds_up_to_that_of_every_visit() -> None:
    daily = tiers_at({"counter": {"staff": 2, "first": ["gold"]}}).run().daily
    for total in ("visit_satisfaction_sum", "judged"):
        parts = daily[f"{total}_of_gold"] + daily[f"{total}_of_no_tier"]
        assert parts.sum() == pytest.approx(daily[total].sum())


STATION = SMALL_BANK + PLANS


@pytest.mark.parametrize(
    ("words", "path", "said"),
    [
        ("interrupts: true, ageing: 5 min", "interrupts", "interrupts together with ageing"),
        ("keep_free: {servers: 1, tier: vip}, ageing: 5 min", "keep_free", "keep_free together with ageing"),
        ("keep_free: {servers: 0, tier: vip}", "keep_free.servers", "a whole number from 1"),
        ("keep_free: {servers: 1, tier: vipp}", "keep_free.tier", "did you mean 'vip'?"),
        ("ageing: 10", "ageing", "its unit"),
    ],
)
def test_contradictory_priorities_are_refused(words: str, path: str, said: str) -> None:
    assert load_text(STATION)
    problem = only_problem(STATION.replace("first: [vip]", f"first: [vip], {words}", 1))
    assert problem.path == f"service.stations.counter.{path}"
    assert said in str(problem)


def test_interrupting_needs_somebody_who_is_first() -> None:
    problem = only_problem(STATION.replace("first: [vip]", "interrupts: true", 1))
    assert "where nobody is first" in str(problem)
