"""Call scripts under way: who thinks about it until when, who has agreed to a visit, who knows of the offer's limits.

Contacts made go in; who is to be called again, and who agreed today, come out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NEVER = -1


class ScriptState:
    """Columns over the customers of one programme.

    decides: the day on which someone who thinks agrees; agreed: the day on which someone did at once; heard: whether
    they have listened
    """

    def __init__(self, size: int) -> None:
        self.decides = np.full(size, NEVER, np.int32)
        self.agreed = np.full(size, NEVER, np.int32)
        self.heard = np.zeros(size, np.bool_)


class Limit:
    """The hidden limit of one offer: whom it concerns, who was told, who will find out when, who has."""

    def __init__(self, concerned: NDArray[np.bool_]) -> None:
        self.concerned = concerned
        self.told = np.zeros(len(concerned), np.bool_)
        self.finds_out = np.full(len(concerned), NEVER, np.int32)
        self.knows = np.zeros(len(concerned), np.bool_)
