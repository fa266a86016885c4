"""How long a wait feels, and whether somebody who came later was served first.

Minutes waited and what the place did about them go in, with the waits in one queue; the minutes a wait felt like and a
flag for those who were overtaken come out.
"""

import numpy as np

from sim.behaviour.dimensions import Flags, Floats, Integers, Numbers


def felt_wait(
    *,
    wait: Floats,
    occupied: Numbers,
    announced: Numbers,
    explained: Numbers,
    overtaken: Numbers,
    unoccupied_effect: Numbers,
    uncertain_effect: Numbers,
    unexplained_effect: Numbers,
    unfair_effect: Numbers,
) -> Floats:
    """w·(1 + k_o(1 - occupied))·(1 + k_u(1 - announced))·(1 + k_x(1 - explained))·(1 + k_f·overtaken), minutes, (k,).

    `occupied`, `announced` and `explained` (0-1) are how far the place gives people something to do, says how long it
    will take, and says why; `overtaken` is 1 for whom a later comer was served before. Maister (1985): unoccupied,
    uncertain, unexplained and unfair waits feel longer; the product form and the size of each effect k are assumed.
    """
    return np.asarray(
        wait
        * (1.0 + unoccupied_effect * (1.0 - np.asarray(occupied, dtype=np.float64)))
        * (1.0 + uncertain_effect * (1.0 - np.asarray(announced, dtype=np.float64)))
        * (1.0 + unexplained_effect * (1.0 - np.asarray(explained, dtype=np.float64)))
        * (1.0 + unfair_effect * np.asarray(overtaken, dtype=np.float64))
    )


def overtaken(*, queue: Integers, joined: Floats, left: Floats, served: Flags) -> Flags:
    """Whether somebody who joined the same queue later was served before this one left it, (k,).

    `queue` numbers the queues; `joined` and `left` are minutes; only those `served` can overtake.
    """
    if not len(queue):
        return np.zeros(0, np.bool_)
    order = np.lexsort((joined, queue))
    ends, of = np.where(served, left, np.inf)[order], queue[order]
    flags = np.zeros(len(queue), np.bool_)
    for start, stop in zip(*_runs(of), strict=True):
        # The earliest end of service among those behind: a running minimum from the back.
        behind = np.minimum.accumulate(ends[start:stop][::-1])[::-1]
        flags[order[start : stop - 1]] = behind[1:] < left[order[start : stop - 1]]
    return flags


def _runs(values: Integers) -> tuple[list[int], list[int]]:
    """Where each run of equal values starts and ends."""
    edges = np.flatnonzero(np.diff(values)) + 1
    return [0, *edges.tolist()], [*edges.tolist(), len(values)]


def turning_round(*, patience: Floats, servers: Numbers, service: Numbers) -> Floats:
    """How many people waiting ahead make somebody who is told of the wait turn round at once, (k,).

    The wait announced to someone with n ahead of them is (n + 1)·`service`/`servers` minutes, `service` being the usual
    service time; who has less `patience` does not join. Whitt (1999): informed customers balk instead of reneging.
    """
    return np.maximum(patience * servers / service - 1.0, 0.0)
