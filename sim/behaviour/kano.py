"""Kano's classes: is an attribute taken for granted, wanted the more the better, a delight, or all the same?

What people would feel with and without an attribute goes in, as changes of satisfaction; the class of each answer pair
comes out, and the coefficients that say how far an attribute can please and displease.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.dimensions import Floats, Integers

CLASSES: Final = ("must-be", "one-dimensional", "attractive", "indifferent", "reverse", "questionable")
_MUST_BE, _ONE_DIMENSIONAL, _ATTRACTIVE, _INDIFFERENT, _REVERSE, _QUESTIONABLE = range(6)

# Answers: 0 I like it, 1 one of the three between (must be so, neutral, can live with it), 2 I dislike it. The three in
# between stand in the same place of Kano's table wherever the other answer is one of theirs.
_TABLE: Final[NDArray[np.int64]] = np.array(
    [
        [_QUESTIONABLE, _ATTRACTIVE, _ONE_DIMENSIONAL],
        [_REVERSE, _INDIFFERENT, _MUST_BE],
        [_REVERSE, _REVERSE, _QUESTIONABLE],
    ]
)


def answer(feeling: Floats, *, noticeable: float) -> Integers:
    """0 like, 1 neither, 2 dislike: whether satisfaction would change by `noticeable` points or more, up or down."""
    return np.asarray(np.where(feeling >= noticeable, 0, np.where(feeling <= -noticeable, 2, 1)), dtype=np.int64)


def classify(functional: Integers, dysfunctional: Integers) -> Integers:
    """The class (index into `CLASSES`) of each pair of answers: with the attribute, and without it.

    Kano, Seraku, Takahashi & Tsuji (1984); the evaluation table of Berger et al. (1993).
    """
    return np.asarray(_TABLE[functional, dysfunctional], dtype=np.int64)


def better_and_worse(classes: Integers) -> tuple[float, float, int]:
    """Better = (A + O)/(A + O + M + I), Worse = -(O + M)/(A + O + M + I), and how many answers they rest on.

    Berger et al. (1993): how far satisfaction can be raised by having the attribute, and lowered by lacking it. Reverse
    and questionable answers are left out; NaN when nothing else is left.
    """
    counts = np.bincount(classes, minlength=len(CLASSES)).tolist()
    total = counts[_ATTRACTIVE] + counts[_ONE_DIMENSIONAL] + counts[_MUST_BE] + counts[_INDIFFERENT]
    if not total:
        return float("nan"), float("nan"), 0
    better = (counts[_ATTRACTIVE] + counts[_ONE_DIMENSIONAL]) / total
    worse = -(counts[_ONE_DIMENSIONAL] + counts[_MUST_BE]) / total
    return better, worse, total
