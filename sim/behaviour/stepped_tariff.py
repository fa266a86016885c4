"""Stepped tariffs: what is paid and used under a base, a step more and a multiple of it covered; which step is best.

Bills at list tariff go in; payments, use and surplus come out. All amounts are in major units.
"""

from typing import NamedTuple

import numpy as np

from sim.behaviour.dimensions import Floats, Integers, Numbers


class Month(NamedTuple):
    """A month under the tariff: what is paid, and use beyond that at list tariff; of the shape of the bills."""

    paid: Floats
    more: Floats


def stepped(*, listed: Numbers, base: Numbers, step: Numbers, covers: Numbers, uses_more: Numbers) -> Month:
    """paid = base + step + max(listed - base - covers·step, 0); more = uses_more·max(base + covers·step - listed, 0).

    listed: what the use would be billed at list tariff; the base and the step cover base + covers·step of it.
    """
    covered = np.asarray(base, np.float64) + np.asarray(covers, np.float64) * np.asarray(step, np.float64)
    room = covered - np.asarray(listed, np.float64)
    paid = np.asarray(base, np.float64) + np.asarray(step, np.float64) + np.maximum(-room, 0.0)
    return Month(paid, np.asarray(uses_more * np.maximum(room, 0.0)))


def best_step(
    *, history: Floats, steps: Floats, covers: float, uses_more: float, worth: float
) -> tuple[Integers, Floats]:
    """Which of the steps (s,) leaves each of n people most, by their last bills, and how much a month: (n,), (n,).

    history: (months, n) bills at list tariff, whose mean is the base. A step leaves the mean over these months of
    listed - paid + worth·more: what is saved, and what additional use is worth. Of equals the first.
    """
    base = _mean(history)
    best, left = np.zeros(history.shape[1], np.int64), np.full(history.shape[1], -np.inf)
    for number, step in enumerate(steps):
        month = stepped(listed=history, base=base, step=step, covers=covers, uses_more=uses_more)
        surplus = _mean(history - month.paid + worth * month.more)
        better = surplus > left
        best[better], left = number, np.where(better, surplus, left)
    return best, left


def _mean(months: Floats) -> Floats:
    """The mean over months (m, n), added in their order."""
    total = np.zeros(months.shape[1])
    for month in months:
        total += month
    return total / len(months)
