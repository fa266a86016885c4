"""Call scripts under way: who thinks about it until when, who has agreed to a visit.

Contacts made go in; who is to be called again, and who agreed today, come out.
"""

from __future__ import annotations

import numpy as np

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
