"""What prices do: a rise costs visits and customers, a cut wins visits, and the usual price is the yardstick."""

import pytest

from sim.market import Market
from sim.results import RunResult
from sim.scenario.document import Document
from tests.once import once

pytestmark = pytest.mark.slow

REPLICATIONS = 2
"""A price acts on hundreds of visits, a dozen standard errors of such counts and more."""
RUN = "1 Mar 2026 to 12 Apr 2026"


def document(**need: object) -> Document:
    """A shop where every visit is contested by one rival; six weeks."""
    return Document.model_validate(
        {
            "currency": "EUR",
            "calendar": {"run": RUN},
            "market": {
                "customers": 3000,
                "segments": {"all": {"share": "100%"}},
                "needs": {"visit": {"task": "visit", "rate": "3 per month", "price": 20, "cost": 5, **need}},
                "rivals": {"other": {"attractiveness": 1.0}},
            },
            "service": {
                "tasks": {"visit": {"at": "counter", "takes": {"exponential": {"mean": "5 min"}}}},
                "stations": {"counter": {"staff": 6, "open": "09:00-17:00"}},
            },
        }
    )


@once
def run(replication: int = 0, **need: float) -> RunResult:
    """The tables of one run."""
    return Market(document(**need), replication=replication).run()


def visits(**need: float) -> list[float]:
    """Visits of each replication."""
    return [run(replication, **need).value("visits") for replication in range(REPLICATIONS)]


def test_a_price_above_the_usual_one_costs_visits_in_every_replication() -> None:
    usual, dear = visits(), visits(price=26, usual_price=20)
    assert all(b < a for a, b in zip(usual, dear, strict=True))


def test_a_price_below_the_usual_one_wins_visits_in_every_replication() -> None:
    usual, cheap = visits(), visits(price=14, usual_price=20)
    assert all(b > a for a, b in zip(usual, cheap, strict=True))


def test_without_another_usual_price_a_price_is_the_usual_one() -> None:
    assert run(0).value("visits") == run(0, price=26).value("visits")


def test_a_price_raised_during_the_run_costs_visits_from_that_day_only() -> None:
    plain = document()
    raised = plain.model_copy(
        update={
            "changes": Document.model_validate(
                {
                    **{"currency": "EUR", "calendar": {"run": RUN}},
                    "market": {"customers": 10, "segments": {"all": {"share": 1}}},
                    "changes": {"rise": {"from": "2026-04-01", "set": {"market.needs.visit.price": 30}}},
                }
            ).changes
        }
    )
    before, after = run(0).daily["visits"], Market(raised).run().daily["visits"]
    assert (before[:31] == after[:31]).all()
    assert after[31:].sum() < 0.9 * before[31:].sum()


def test_a_price_nobody_minds_moves_nothing() -> None:
    """Mutation: with the price effect and the reference price off, the same rise changes no visit."""
    numb = {"choice": {"price": 0}, "reference_price": "none", "leaving": {"form": "none"}}
    both = []
    for price in (20, 26):
        plain = document(price=price, usual_price=20)
        section = type(plain.behaviour).model_validate(numb)
        both.append(Market(plain.model_copy(update={"behaviour": section})).run().value("visits"))
    assert both[0] == pytest.approx(both[1])
