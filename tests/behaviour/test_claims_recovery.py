"""What recovery does, shown where every visit goes wrong and everybody complains: deadlines, levels, money, memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.market import Market
from sim.results import RunResult
from sim.scenario.document import Document
from tests.behaviour.recovery_worlds import ALWAYS_VOICE, CHANNEL, world


def played(document: Document) -> tuple[Market, RunResult]:
    market = Market(document)
    return market, market.run()


def total(result: RunResult, column: str) -> float:
    return float(result.daily[column].sum()) if column in result.daily else 0.0  # a day counts what happened


def one_channel(**more: Any) -> dict[str, Any]:
    """One channel; keys of the channel by their names, everything else of the section in `section`."""
    section = more.pop("section", {})
    return {"channels": {"phone": {**CHANNEL, **more}}, **section}


def test_every_case_is_open_answered_or_will_come_back() -> None:
    section = {"escalation": {"head": {"at": "desk", "takes": {"constant": "1 min"}, "resolves": "50%"}},
               "reopens": "30%", "reopens_after": "3 days"}  # fmt: skip
    market, result = played(world(one_channel(resolves="40%", section=section)))
    opened = total(result, "cases_opened") + total(result, "cases_reopened")
    asleep = len(market.cases) - market.cases.open
    # A complaint of someone whose problem was due to come back wakes the case: it is one reopened either way.
    assert opened == total(result, "cases_answered") + market.cases.open
    assert asleep > 0
    assert np.all(np.diff(market.cases.rows) > 0)
    assert total(result, "cases_resolved") + total(result, "failed_recoveries") == total(result, "cases_answered")


def test_an_answer_comes_on_the_day_after_the_complaint_where_staff_have_time() -> None:
    _, result = played(world(one_channel(section={"answer_within": "1 day"})))
    assert result.value("days_to_answer", "whole") == 1.0
    assert result.value("answered_in_time", "whole") == 1.0


def test_call_backs_spread_evenly_over_the_time_there_is() -> None:
    """Mean of a day drawn evenly from 1, ..., 7 is 4, its variance (49 - 1)/12 = 4."""
    section = {"answer_within": "7 days", "takes_up": "any day in time"}
    _, result = played(world(one_channel(section=section), days=30, customers=1000))
    answered = total(result, "cases_answered")
    assert result.value("answered_in_time", "whole") == 1.0
    # Of complaints of the last week only the soon answers are in: look at those of the first three weeks.
    assert result.value("days_to_answer", "whole") == pytest.approx(4.0, abs=0.25)
    assert answered > 1500


def test_a_desk_that_opens_once_a_week_breaks_a_promise_of_three_days_and_says_by_how_much() -> None:
    document = world(one_channel(section={"answer_within": "3 days"}), desk={"days": ["monday"]}, days=29)
    _, result = played(document)
    # From Tuesday the answer comes after 6 days, ... from Friday after 3, Saturday 2, Sunday 1, Monday 7.
    assert 0.3 < result.value("answered_in_time", "whole") < 0.5
    assert 2.0 < result.value("days_late", "whole") < 3.5


def test_what_the_channel_cannot_put_right_goes_up_level_by_level_and_every_level_takes_a_day() -> None:
    levels = {name: {"at": "desk", "takes": {"constant": "1 min"}, "resolves": share}
              for name, share in (("supervisor", 0), ("director", 1))}  # fmt: skip
    _, result = played(world(one_channel(resolves=0, section={"escalation": levels})))
    assert result.value("days_to_answer", "whole") == 3.0
    assert result.value("resolved_share", "whole") == 1.0
    assert total(result, "failed_recoveries") == 0


def test_a_level_that_nobody_staffs_in_time_is_passed_over() -> None:
    """The desk opens on Mondays only; the head, at the counter, gets what it has not begun within two days."""
    head = {"head": {"at": "counter", "takes": {"constant": "1 min"}, "resolves": 1}}
    section = {"escalation": head, "answer_within": "4 days"}
    waits = world(one_channel(section=section), desk={"days": ["monday"]})
    goes_up = world(one_channel(within="2 days", section=section), desk={"days": ["monday"]})
    assert played(waits)[1].value("answered_in_time", "whole") < 0.8
    assert played(goes_up)[1].value("answered_in_time", "whole") == 1.0


def test_work_on_cases_takes_the_time_of_the_people_who_serve() -> None:
    takes = {"takes": {"constant": "60 min"}, "at": "counter"}
    service = {
        "stations": {"counter": {"staff": 2, "open": "09:00-17:00"}, "desk": {"staff": 1, "open": "09:00-17:00"}}
    }
    busy = played(world(one_channel(**takes), service=service))[1]
    idle = played(world(None, service=service))[1]
    assert busy.value("wait_mean", "whole") > idle.value("wait_mean", "whole") + 10.0


def test_the_money_given_is_what_the_matrix_says_it_is_worth() -> None:
    """S' = S + ρ_compensation·(money/fair), below the level before, as nothing else is given."""
    matrix = {"compensation": 6.0, "speed": 0.0, "apology": 0.0, "initiative": 0.0}
    behaviour = {"recovering": {"outcome": matrix, "process": matrix}, "recency": 0.5}
    section = {"puts_right": 0, "compensation": 10, "fair_compensation": 40}
    document = world(one_channel(section=section), behaviour=behaviour, customers=50)
    market = Market(document)
    market.step()
    upset = market.cases.rows.copy()
    assert len(upset) > 2
    before = market.customers.satisfaction.copy()
    market.step()
    judged = market.today.judgement
    assert judged is not None
    untouched = upset[~np.isin(upset, judged.rows)]
    assert market.customers.satisfaction[untouched] == pytest.approx(before[untouched] + 1.5, abs=1e-9)


def test_recovery_lifts_what_is_felt_above_before_and_what_is_acted_on_to_before() -> None:
    matrix = {"compensation": 60.0}
    behaviour = {"recovering": {"outcome": matrix, "process": matrix, "paradox": 3.0}}
    market = Market(world(one_channel(section={"puts_right": 1}), behaviour=behaviour, customers=50))
    market.step()
    upset = market.cases.rows.copy()
    market.step()
    judged = market.today.judgement
    assert judged is not None
    recovered = upset[~np.isin(upset, judged.rows)]
    assert market.customers.satisfaction[recovered] == pytest.approx(80.0, abs=1e-9)
    assert market.customers.stated_satisfaction(recovered) == pytest.approx(83.0, abs=1e-9)


def test_a_second_failure_leaves_no_paradox() -> None:
    behaviour = {"recovering": {"outcome": {"compensation": 60.0}, "process": {"compensation": 60.0}}}
    market = Market(world(one_channel(section={"puts_right": 1}), behaviour=behaviour, customers=50))
    market.customers.failures[:] = 1.0  # all remember one already
    while market.day < 10:
        market.step()
        assert not market.customers.paradox.any()


def test_the_firm_that_speaks_first_opens_the_cases_of_those_who_say_nothing() -> None:
    silent = {"complaining": {"voice": -40, "exit": -40}}
    heard = played(world(one_channel(section={"initiative": "50%"}), behaviour=silent, customers=1000))[1]
    assert total(heard, "complaints") == 0
    chosen, upset = total(heard, "cases_approached"), total(heard, "dissatisfied")
    # Binomial with half of the chance, less those who have a case already; four standard deviations.
    assert chosen / upset < 0.5 + 4 * 0.5 / upset**0.5
    assert chosen / upset > 0.4
    unheard = played(world(one_channel(), behaviour=silent))[1]
    assert total(unheard, "cases_opened") == 0


def test_an_easier_channel_makes_more_people_complain() -> None:
    """P(voice) = 1/(1 + e^-V), V lower by the cost of the channel: as many complaints as the logit says."""
    shares = []
    for cost in (0.0, 2.0):
        weighing = {
            "complaining": {"voice": 0, "voice_severity": 0, "voice_loyalty": 0, "voice_success": 0, "exit": -40}
        }
        result = played(world(one_channel(cost=cost), behaviour=weighing, customers=2000))[1]
        upset = total(result, "dissatisfied")
        chance = 1.0 / (1.0 + np.exp(cost))
        shares.append(total(result, "complaints") / upset)
        assert shares[-1] == pytest.approx(chance, abs=4 * (chance * (1 - chance) / upset) ** 0.5)
    assert shares[0] > shares[1]


def test_a_guarantee_pays_everyone_whose_wait_broke_the_standard() -> None:
    service = {
        "stations": {"counter": {"staff": 1, "open": "09:00-17:00"}, "desk": {"staff": 1, "open": "09:00-17:00"}},
        "tasks": {"errand": {"at": "counter", "takes": {"constant": "14 min"}}},
        "standards": {"prompt": {"station": "counter", "at_most": "10 min", "share": "90%"}},
    }
    section = {"guarantees": {"prompt": {"standard": "prompt", "pays": 5}}, "fair_compensation": 10}
    quiet = {"complaining": "none", "recovering": {"process": {"compensation": 8.0}}}
    plain = played(world(None, service=service, behaviour=quiet))[1]
    result = played(world(section, service=service, behaviour=quiet))[1]
    broken = total(result, "counted_prompt") - total(result, "kept_prompt")
    assert total(result, "guarantee_payouts") == broken > 50
    paid = result.ledger[result.ledger["account"] == "guarantees"]["amount"].sum()
    assert paid == -500 * broken
    assert result.value("satisfaction", "whole") > plain.value("satisfaction", "whole")
    assert result.value("served", "whole") == plain.value("served", "whole")


def test_refused_customers_leave_over_it_and_the_cause_says_so() -> None:
    behaviour = {"complaining": {**ALWAYS_VOICE, "exit": 1.0, "voice": 60}, "leaving": {"form": "hazard"}}
    refused = played(world(one_channel(resolves=0), behaviour=behaviour))[1]
    answered = played(world(one_channel(resolves=1), behaviour=behaviour))[1]
    causes = {name: dict(zip(result.causes["cause"], result.causes["left"], strict=True))
              for name, result in (("refused", refused), ("answered", answered))}  # fmt: skip
    assert causes["refused"]["failed_recovery"] > 20
    assert causes["answered"]["failed_recovery"] == 0


def test_the_same_complaint_meets_the_same_luck_however_soon_it_is_worked_on() -> None:
    """Common random numbers: a longer deadline changes when a case is resolved, not whether."""
    outcomes = []
    for days in ("1 day", "7 days"):
        section = {"answer_within": days, "takes_up": "any day in time"}
        market = Market(world(one_channel(resolves="50%", section=section), days=30, needs={"rate": "1 per year"}))
        found: dict[int, str] = {}
        for _ in range(30):
            market.step()
            for news in market.today.case_news:
                found.update(dict.fromkeys(news.rows.tolist(), news.word))
        outcomes.append({row: word for row, word in found.items() if word in ("resolved", "refused")})
    both = outcomes[0].keys() & outcomes[1].keys()
    assert len(both) > 5
    assert {outcomes[0][row] for row in both} == {"resolved", "refused"}
    assert all(outcomes[0][row] == outcomes[1][row] for row in both)
