"""How people answer a questionnaire: whether they answer at all, which point of the scale they mark, and what it means.

What they really think goes in; answers on a scale of whole points come out, with the noise and the personal style of
scale use that every survey has. The market reads back feedback forms, where a plan follows them, and no survey.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from sim.behaviour.dimensions import Floats, Numbers

NEUTRAL = 70.0
"""Satisfaction at which the stated response rate holds, 0-100: the point from which choice counts satisfaction too."""


@dataclass(frozen=True)
class AnswerScale:
    """A questionnaire's whole points from `first` to `last`, laid evenly over what is asked, `lowest` to `highest`."""

    first: int
    last: int
    lowest: float
    highest: float

    @property
    def middle(self) -> float:
        """The middle of the questionnaire's scale."""
        return (self.first + self.last) / 2.0

    def point(self, truth: Floats) -> Floats:
        """Where on the questionnaire's scale a true value lies, not yet rounded."""
        return self.first + (self.last - self.first) * ((truth - self.lowest) / (self.highest - self.lowest))

    def meaning(self, answers: Floats) -> Floats:
        """What answers stand for, in the unit of what is asked."""
        return self.lowest + (self.highest - self.lowest) * ((answers - self.first) / (self.last - self.first))


def response_chance(satisfaction: Numbers, *, rate: float, satisfaction_effect: float, feeling_effect: float) -> Floats:
    """logit p = logit(rate) + a·(S - 70) + b·|S - 70|: the chance that someone asked answers, in the shape of S.

    `satisfaction` S is 0-100; a > 0 when the satisfied answer more readily, b > 0 when strong feelings of either kind
    do (log-odds a point). A survey's error from those who stay silent: Groves (1989); satisfaction surveys: Peterson &
    Wilson (1992). With rate 1 everyone answers, with rate 0 nobody.
    """
    away = np.asarray(satisfaction, dtype=np.float64) - NEUTRAL
    score = special.logit(rate) + satisfaction_effect * away + feeling_effect * np.abs(away)
    return np.asarray(special.expit(score), dtype=np.float64)


def answers(
    truth: Floats, scale: AnswerScale, *, noise: Floats, shift: Floats | float = 0.0, stretch: Floats | float = 0.0
) -> Floats:
    """x = m + e^stretch·(point - m) + shift + noise, to the nearest point of the scale (halves up) and within its ends.

    Rossi, Gilula & Allenby (2001): a person's own `shift` and `stretch` of the scale about its middle m go with all the
    answers that person gives. `noise` and `shift` are points of the questionnaire's scale, `stretch` a log factor.
    Shapes broadcast to that of `truth`. Returns whole points of the scale.
    """
    felt = scale.middle + np.exp(stretch) * (scale.point(truth) - scale.middle) + shift + noise
    return np.asarray(np.clip(np.floor(felt + 0.5), scale.first, scale.last), dtype=np.float64)


def mean_and_error(values: Floats) -> tuple[float, float]:
    """The mean of answers and its standard error s/√n, s with n - 1; NaN where there are too few."""
    count = len(values)
    mean = float(np.mean(values)) if count else float("nan")
    return mean, float(np.std(values, ddof=1) / np.sqrt(count)) if count > 1 else float("nan")


def share_and_error(count: int, total: int) -> tuple[float, float]:
    """A share p of `total` and its standard error √(p(1 - p)/n); NaN for both of nobody."""
    if not total:
        return float("nan"), float("nan")
    share = count / total
    return share, float(np.sqrt(share * (1.0 - share) / total))
