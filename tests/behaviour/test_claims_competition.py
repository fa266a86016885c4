"""Rivals that react, lines that move as a whole, and causes of leaving that no service can prevent."""

from __future__ import annotations

from functools import cache
from math import exp, sqrt
from typing import Any

import numpy as np
import pytest

from sim.behaviour.loyalty import CAUSES
from sim.customers import CUSTOMER
from sim.market import Market
from sim.results import RunResult
from sim.scenario.document import Document
from sim.today import FIRM

pytestmark = pytest.mark.slow

PLAIN_CHOICE = {"constant": 1, "relationship": 0, "lapsed": 0, "satisfaction": 0, "loyalty": 0, "quality": 0}
WORLD: dict[str, Any] = {
    "currency": "EUR",
    "seed": 11,
    "calendar": {"run": "1 Jan 2026 to 1 Mar 2026"},
    "market": {
        "customers": 3000,
        "segments": {"all": {"share": 1}},
        "traits": {"existing": 1, "aware": 1, "activity": {"constant": 1}, "price_sensitivity": {"constant": 1}},
        "needs": {
            "calls": {"task": "use", "rate": "3 per month", "price": 10, "cost": 6},
            "data": {"task": "use", "rate": "3 per month", "price": 20, "cost": 12},
        },
        "rivals": {"other": {"attractiveness": 0.5}},
    },
    "service": {
        "capacity": "unlimited",
        "tasks": {"use": {"at": "network", "takes": {"constant": "1 min"}}},
        "stations": {"network": {"staff": "unlimited", "open": "00:00-24:00"}},
    },
    "behaviour": {
        "leaving": {"form": "none"},
        "choice": {**PLAIN_CHOICE, "price": 3},
        "word_of_mouth": "none",
        "complaining": "none",
        "reference_price": "none",
    },
}


def with_values(values: dict[str, Any]) -> Document:
    """The world with other values at dotted paths, set or added."""

    def placed(node: Any, keys: list[str], value: Any) -> Any:
        if not keys:
            return value
        return {**(node or {}), keys[0]: placed((node or {}).get(keys[0]), keys[1:], value)}

    data: Any = WORLD
    for path, value in values.items():
        data = placed(data, path.split("."), value)
    return Document.model_validate(data)


CUT = {
    "changes": {
        "cut": {"from": "2026-01-11", "set": {"market.needs.calls.price": 8.5, "market.needs.data.price": 17}},
    }
}
FOLLOWS = {"market.rivals.other.reactions": {"follows": {"price_falls": "5%", "after": "3 days", "cut": "15%"}}}
LINES = {"market.lines": {"voice": {}, "web": {}}, "market.needs.calls.line": "voice", "market.needs.data.line": "web"}


def moving(how: str, reconsiders: str = "1 per month") -> dict[str, Any]:
    """Everybody moves whole lines, or all of them at once."""
    return {
        **LINES,
        "market.lines": {name: {"reconsiders": reconsiders} for name in ("voice", "web")},
        "market.segments.all.moves": how,
    }


@cache
def _lived(key: str) -> tuple[Market, RunResult]:
    market = Market(with_values(PLANS[key]))
    return market, market.run()


def market_of(plan: str) -> Market:
    return _lived(plan)[0]


def result(plan: str) -> RunResult:
    return _lived(plan)[1]


TROUBLE = {"rate": "2 per year"}
POACHED = {"rate": "1 per year", "rival": "other", "price": 2, "service": 0.8}
BAD_SERVICE = {"service.quality.levels.reliability": 3, "service.quality.right_first_time": 0.5}
GOOD_SERVICE = {"service.quality.levels.reliability": 7, "service.quality.right_first_time": 1}
PLANS: dict[str, dict[str, Any]] = {
    "steady": {},
    "cut": CUT,
    "steady, rival ready": FOLLOWS,
    "cut, rival follows": {**CUT, **FOLLOWS},
    "cut for customers only": {
        **FOLLOWS,
        "offers.own": {
            "during": "2026-01-11 to 2026-03-01",
            "discount": {"needs": ["calls", "data"], "off": "15%"},
            "audience": {"customers": "customers"},
        },
    },
    "cut for everybody": {
        **FOLLOWS,
        "offers.own": {
            "during": "2026-01-11 to 2026-03-01",
            "discount": {"needs": ["calls", "data"], "off": "15%"},
            "audience": {"customers": "everyone"},
        },
    },
    "defends": {
        "market.rivals.other.reactions": {
            "defends": {"share_above": "55%", "over": "10 days", "after": "2 days", "cut": "20%", "lasts": "9 days"}
        }
    },
    "lines": {**moving("one line")},
    "one line, price shock": {
        **moving("one line"),
        "changes": {"shock": {"from": "2026-01-11", "set": {"market.rivals.other.price": 0.7}}},
    },
    "one line, sticky, price shock": {
        **moving("one line"),
        "market.lines": {name: {"reconsiders": "1 per month", "switching_cost": 2} for name in ("voice", "web")},
        "changes": {"shock": {"from": "2026-01-11", "set": {"market.rivals.other.price": 0.7}}},
    },
    "all lines": moving("all lines"),
    "trouble, good service": {"market.departures": {"trouble": TROUBLE, "poached": POACHED}, **GOOD_SERVICE},
    "trouble, bad service": {"market.departures": {"trouble": TROUBLE, "poached": POACHED}, **BAD_SERVICE},
    "trouble alone": {"market.departures": {"trouble": {"rate": "2 per year"}, "moved": {"rate": "1 per year"}}},
    "a line poached": {
        **moving("one line", "0.01 per year"),
        "market.departures": {"web_rival": {"rate": "3 per year", "rival": "other", "line": "web"}},
    },
    "all lines poached": {
        **moving("all lines", "0.01 per year"),
        "market.departures": {"web_rival": {"rate": "3 per year", "rival": "other", "line": "web"}},
    },
}


def test_a_price_war_leaves_both_with_less_than_peace() -> None:
    peace, war = result("steady, rival ready"), result("cut, rival follows")
    assert war.value("profit") < peace.value("profit")
    assert war.value("sales_of_other") < peace.value("sales_of_other")


def test_where_the_rival_does_not_follow_the_firm_keeps_what_the_cut_took() -> None:
    """The mutation: without the rule the firm takes needs from the rival and keeps them."""
    assert result("cut").value("market_share") > result("steady").value("market_share") + 0.02
    gained = result("cut").value("market_share") - result("steady").value("market_share")
    kept = result("cut, rival follows").value("market_share") - result("steady, rival ready").value("market_share")
    assert kept < 0.5 * gained
    assert result("cut").value("profit") > result("cut, rival follows").value("profit")


def test_the_rival_acts_only_after_the_time_it_takes_and_by_its_rule() -> None:
    prices = result("cut, rival follows").daily["price_of_other"].to_numpy()
    assert prices[:13] == pytest.approx(1.0)  # the eleventh day is day 10; three days later it acts
    assert prices[13:] == pytest.approx(0.85)
    assert (result("steady, rival ready").daily["price_of_other"] == 1.0).all()


def test_a_rival_does_not_see_what_only_customers_are_offered() -> None:
    assert (result("cut for customers only").daily["price_of_other"] == 1.0).all()
    assert result("cut for everybody").daily["price_of_other"].iloc[-1] == pytest.approx(0.85)


def test_a_rival_defends_its_share_for_a_time_and_no_more_often_than_it_looks() -> None:
    prices = result("defends").daily["price_of_other"].to_numpy()
    starts = np.flatnonzero(np.diff(prices) < 0) + 1
    assert starts[0] == 12  # ten days to know the share, two to act
    assert (np.diff(starts) >= 10).all()
    assert prices[12:21] == pytest.approx(0.8)
    assert prices[21] == pytest.approx(1.0)


def test_lines_held_at_opening_and_after_looking_anew_are_shared_as_the_logit_says() -> None:
    market = market_of("lines")
    share = exp(1) / (exp(1) + exp(0.5) + 1)
    allowed = 4 * sqrt(share * (1 - share) / len(market.customers))
    for supplier in market.wallet.supplier if market.wallet else []:
        assert np.mean(supplier == FIRM) == pytest.approx(share, abs=allowed)


def test_after_a_price_shock_lines_move_as_fast_as_their_holders_look_anew() -> None:
    """P(looked within t) = 1 - exp(-r·t), seen when a need arises; those who looked share by the new logit."""
    market = market_of("one line, price shock")
    assert market.wallet is not None
    before, after = (exp(1) / (exp(1) + exp(0.5 + 3 * cut) + 1) for cut in (0.0, 0.3))
    found = float(np.mean(market.wallet.supplier == FIRM))
    days, often = market.calendar.days - 10, 3 / 30.4375
    looked = 1 - exp(-days / 30.4375)  # at once; only the next need shows it, so a little fewer
    seen = 1 - exp(-(days - 1 / often) / 30.4375)
    spread = 4 * sqrt(0.25 / market.wallet.supplier.size)
    assert before + (after - before) * looked - spread < found < before + (after - before) * seen * 0.9 + spread


def test_a_switching_cost_holds_lines_against_the_same_shock() -> None:
    free, sticky = (
        float(np.mean(market.wallet.supplier == FIRM))
        for market in (market_of("one line, price shock"), market_of("one line, sticky, price shock"))
        if market.wallet is not None
    )
    assert sticky > free + 0.03


def test_who_moves_all_lines_has_one_supplier_and_who_moves_single_lines_often_two() -> None:
    together, apart = market_of("all lines").wallet, market_of("lines").wallet
    assert together is not None
    assert apart is not None
    assert (together.supplier[0] == together.supplier[1]).all()
    assert np.mean(apart.supplier[0] != apart.supplier[1]) > 0.3


def test_the_wallet_share_weighs_lines_by_what_is_spent_on_them() -> None:
    daily = result("lines").daily
    for line in ("voice", "web"):
        assert result("lines").value(f"wallet_share_{line}") == pytest.approx(
            daily[f"ours_{line}"].sum() / daily[f"wallet_{line}"].sum()
        )
    assert daily["wallet"].sum() == pytest.approx(daily["wallet_voice"].sum() + daily["wallet_web"].sum())
    # Everybody pays what is usual here, so the wallet is needs served by anybody times the price.
    assert daily["ours"].sum() == pytest.approx(daily["revenue"].sum(), rel=0.02)


def departed(plan: str) -> dict[str, int]:
    table = result(plan).causes
    return dict(zip(table["cause"], table["left"], strict=True))


def amounts(plan: str) -> dict[str, float]:
    table = result(plan).causes
    return dict(zip(table["cause"], table["amount"], strict=True))


def test_no_service_prevents_what_is_not_about_service() -> None:
    """Own trouble strikes the same customers on the same days, whatever the service; fewer only by who went before."""
    good, bad = departed("trouble, good service"), departed("trouble, bad service")
    assert good["trouble"] > 500
    assert abs(good["trouble"] - bad["trouble"]) <= bad["poached"] - good["poached"]


def test_a_rival_poaches_more_where_service_is_bad() -> None:
    """The mutation: a cause that service holds back answers to it."""
    assert departed("trouble, bad service")["poached"] > 1.5 * departed("trouble, good service")["poached"]


def test_competing_causes_take_customers_in_proportion_to_their_rates() -> None:
    """Survivors exp(-(λ₁+λ₂)·t); among leavers λ₁/(λ₁+λ₂)."""
    market, found = market_of("trouble alone"), departed("trouble alone")
    n, days = len(market.customers), market.calendar.days
    stays = exp(-3 * days / 365.25)
    left = found["trouble"] + found["moved"]
    assert left == pytest.approx(n * (1 - stays), abs=4 * sqrt(n * stays * (1 - stays)))
    assert found["trouble"] / left == pytest.approx(2 / 3, abs=4 * sqrt(2 / 9 / left))
    gone = market.customers.status != CUSTOMER
    assert (market.customers.activity[gone] == 0).all()


def test_a_line_lost_to_a_rival_leaves_the_customer_with_the_other_line() -> None:
    market, table = market_of("a line poached"), result("a line poached").causes.set_index("cause")
    assert market.wallet is not None
    assert table["lines"]["web_rival"] > 300
    voice, web = market.wallet.supplier
    assert np.mean(web == FIRM) < 0.75 * np.mean(voice == FIRM)
    # A line of 3 needs a month at 20 is worth 720 a year.
    assert amounts("a line poached")["web_rival"] >= 720 * (table["lines"]["web_rival"] - table["left"]["web_rival"])


def test_who_moves_everything_at_once_is_lost_with_one_line() -> None:
    market, table = market_of("all lines poached"), result("all lines poached").causes.set_index("cause")
    assert market.wallet is not None
    assert table["left"]["web_rival"] > 300
    assert table["lines"]["web_rival"] == 2 * table["left"]["web_rival"]
    assert (market.wallet.supplier[0] == market.wallet.supplier[1]).all()
    assert amounts("all lines poached")["web_rival"] == pytest.approx(1080 * table["left"]["web_rival"])


@pytest.mark.parametrize("plan", ["trouble, bad service", "a line poached", "all lines poached"])
def test_what_is_lost_by_cause_adds_up_to_what_is_lost(plan: str) -> None:
    table, found = result(plan).causes, result(plan)
    assert table["left"].sum() == found.value("churned")
    assert table["lines"].sum() == found.value("lines_lost")
    assert sum(found.value(f"lost_amount_to_{cause}") for cause in table["cause"]) == pytest.approx(
        table["amount"].sum()
    )
    assert table["amount"].sum() == pytest.approx(found.value("lost_amount"))
    assert list(table["cause"][: len(CAUSES)]) == list(CAUSES)
