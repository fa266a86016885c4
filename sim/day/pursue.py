"""Part of step 4: rewards pull purchases ahead, and what is bought today counts towards them.

Purchases come sooner the nearer a reward is, some are raised to reach it, and what was bought ahead is used up in place
of later purchases. So a reward moves purchases in time; it makes none, but for the share said to last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import goal_gradient
from sim.levers.rewards import rewards_in
from sim.scenario.rewards import GoalGradient

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Pursuit:
    """What the rewards of a market do to purchases.

    ahead: (n,), bought ahead and not yet used up, in the unit of purchases; pull: (n,), of the nearest reward today
    on_top: (n,), bought on top of the rest for good
    """

    def __init__(self, market: Market) -> None:
        self.rewards = rewards_in(market)
        self.ahead, self.on_top, self.pull = (np.zeros(len(market.customers)) for _ in range(3))
        self._goals: list[tuple[Floats, float, Flags]] = []

    @classmethod
    def of(cls, market: Market) -> Pursuit | None:
        """The pursuit of a market's rewards; None where it has none."""
        return cls(market) if market.points or any(each.offer.cumulative for each in market.offers) else None

    def effort(self, market: Market) -> Floats | None:
        """How many times as often each customer buys today, (n,); None where no reward pulls anybody."""
        form = market.document.behaviour.goal_gradient
        self._goals = [] if form == "none" else self._ahead(market)
        self.pull[:] = 0.0
        if form == "none" or not self._goals:
            return None
        for bought, threshold, who in self._goals:
            np.maximum(self.pull, np.where(who, bought / threshold, 0.0), out=self.pull)
        self.pull = goal_gradient.pull(covered=self.pull, steepness=form.steepness)
        return goal_gradient.effort(pull=self.pull, rise=form.effort)

    def _ahead(self, market: Market) -> list[tuple[Floats, float, Flags]]:
        """Rewards somebody is after today: what counts so far (n,), what it takes, and who is after it (n,)."""
        found = [
            (each.bought[window], float(each.thresholds[window]), who)
            for each in self.rewards
            for window, who in each.ahead(market)
        ]
        gifts = [each.goal(market) for each in market.points]
        return [*found, *(goal for goal in gifts if goal is not None)]

    def bought(self, market: Market, rows: Integers, amounts: Floats, extra: Flags) -> tuple[Integers, Floats]:
        """What `rows` really buy today, and who buys nothing left out; it counts towards their rewards.

        amounts: (k,) as they would be without rewards; extra: purchases that come only because a reward is near
        """
        form, without = market.document.behaviour.goal_gradient, np.where(extra, 0.0, amounts)
        if form != "none":
            if extra.any():
                self._keep(form, rows[extra], amounts[extra])
            usual = ~extra
            spared = goal_gradient.used_up(
                amount=amounts[usual], ahead=self.ahead[rows[usual]], pull=self.pull[rows[usual]]
            )
            self.ahead[rows[usual]] -= spared
            amounts = amounts.copy()
            amounts[usual] -= spared
            if self._goals:
                amounts = self._raised(market, form, rows, amounts)
        before = [each.earned.copy() for each in self.rewards]
        for each in self.rewards:
            each.count(market, rows, amounts, without)
        for each, earned in zip(self.rewards, before, strict=True):
            due = each.due(market.day, earned)
            market.today.earned += due
            market.today.befell += [("reward earned", given.offer, given.rows) for given in due]
        buys = amounts > 0.0
        return rows[buys], amounts[buys]

    def _keep(self, form: GoalGradient, rows: Integers, amounts: Floats) -> None:
        """Put what is bought on top of the usual to the stock bought ahead, but for the share that lasts."""
        self.ahead[rows] += (1.0 - form.lasting) * amounts
        self.on_top[rows] += form.lasting * amounts

    def _raised(self, market: Market, form: GoalGradient, rows: Integers, amounts: Floats) -> Floats:
        """Purchases raised to reach the nearest reward that is within reach, (k,)."""
        luck = market.streams.each("top-up", market.day, market.customers.population, rows)[:, 0]
        best, gap = np.zeros(len(rows)), np.zeros(len(rows))
        for bought, threshold, who in self._goals:
            so_far = bought[rows] + amounts
            covered = np.where(who[rows] & (amounts > 0.0) & (so_far < threshold), so_far / threshold, 0.0)
            nearer = covered > best
            best[nearer], gap[nearer] = covered[nearer], (threshold - so_far)[nearer]
        moved = goal_gradient.topped_up(
            amount=amounts,
            gap=gap,
            pull=goal_gradient.pull(covered=best, steepness=form.steepness),
            chance=form.top_up,
            stretch=form.stretch,
            uniforms=luck,
        )
        self._keep(form, rows[moved], gap[moved])
        return np.where(moved, amounts + gap, amounts)
