"""Contacts as marketing knows them: more of them to those already contacted most can do harm, while the same letters
to others do good (Simester, Hu, Brynjolfsson & Anderson); a burst brings people at once, an even wave over time.

Paired runs of one town. The effect of contacts saturates and tires (`behaviour.response`), nothing else is at work.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from experiments.comparing.intervals import Interval, paired_interval
from tests.unit.addressed_town import MAIL, PEOPLE, finished, town, wave

REPLICATIONS = 4
OFTEN = {"own": {"audience": {"segments": ["young"]}, "waves": {"one": wave(frequency=28)}}}
MORE = {"waves": {"one": wave(channels={"extra": {"reach": 1, "frequency": 20}})}}


@cache
def orders(extra: str, tiring: bool, replication: int) -> int:
    """Orders in a town whose young are written to daily as it is, and whose `extra` segment is written to besides."""
    campaigns: dict[str, Any] = dict(OFTEN)
    if extra:
        campaigns["more"] = {**MORE, "audience": {"segments": [extra]}}
    response = {"fatigue": 0.1 if tiring else 0.0, "half": 1}
    document = town(
        {"mail": MAIL, "extra": MAIL},
        campaigns,
        market={"customers": 4 * PEOPLE, "traits": {"existing": 1, "aware": 1, "activity": {"constant": 1}}},
        behaviour={"response": response},
    )
    visits = finished(document, replication).recorder.result().visit_days
    assert visits is not None
    return int(np.count_nonzero(visits["need"] == "order"))


def effect(extra: str, tiring: bool = True) -> Interval:
    """Orders with the further letters to a segment less those without, over the replications."""
    with_them, without = (
        [orders(which, tiring, replication) for replication in range(REPLICATIONS)] for which in (extra, "")
    )
    return paired_interval(with_them, without)


def test_further_letters_to_the_best_do_harm_and_to_the_others_good() -> None:
    assert effect("young").high < 0.0
    assert effect("old").low > 0.0


def test_where_nobody_tires_no_letter_does_harm() -> None:
    """The mutation."""
    assert effect("young", tiring=False).high > 0.0
    assert effect("old", tiring=False).low > 0.0
