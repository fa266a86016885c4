"""Part of step 7: complaints, and those the firm approaches itself, become cases.

Who was wronged today goes in, whatever by; each either opens a case or adds to the one that is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.day.case_answers import reopen
from sim.operations.cases import SLEEPING, WAITING, CaseRules, Cases

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Wronged:
    """k customers in rising order of `rows`, and what a case about it would be; see `Cases` for what the columns mean.

    opens: whether they complain or are approached; approached: the firm speaks first; channel: where the case begins
    """

    rows: Integers
    severity: Floats
    prior: Floats
    failure: Integers
    remembered: Integers
    repeated: Flags
    opens: Flags
    approached: Flags
    channel: Integers
    luck: Floats


def open_cases(market: Market, rules: CaseRules, wronged: Wronged) -> None:
    """Make a case of each complaint and each approach; who has one already is failed again, and adds to it."""
    cases, day = market.cases, market.day
    had = cases.has(wronged.rows)
    if had.any():
        places = cases.places(wronged.rows[had])
        cases.repeated[places] = True
        cases.severity[places] = np.maximum(cases.severity[places], wronged.severity[had])
        woken = wronged.opens[had] & (cases.state[places] == SLEEPING)
        reopen(cases, rules, places[woken], day, wronged.luck[had][woken])
        market.today.add("cases_reopened", int(np.count_nonzero(woken)))
        market.today.case_news.append(cases.news("reopened", places[woken], day))
    new = np.flatnonzero(wronged.opens & ~had)
    if not len(new):
        return
    stage, approached, luck = wronged.channel[new], wronged.approached[new], wronged.luck[new]
    due = np.full(len(new), rules.due(day), np.int64)
    opened = Cases(
        rows=wronged.rows[new],
        opened=np.full(len(new), day, np.int64),
        due=due,
        stage=stage,
        since=np.full(len(new), day, np.int64),
        ready=rules.work_begins(day, stage, due, luck),
        state=np.full(len(new), WAITING, np.int64),
        failure=wronged.failure[new],
        remembered=wronged.remembered[new],
        severity=wronged.severity[new],
        prior=wronged.prior[new],
        repeated=wronged.repeated[new],
        by_firm=approached,
        luck=luck,
    )
    market.cases = cases.joined_by(opened)
    market.today.add("cases_opened", len(new))
    market.today.add("cases_approached", int(np.count_nonzero(approached)))
    market.today.case_news.append(opened.news("opened", ~approached, day))
    market.today.case_news.append(opened.news("approached", approached, day))
