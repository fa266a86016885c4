"""The four kinds of loyalty: what people think of the firm, crossed with whether they keep coming.

Attitudes and patronage go in, one row a person; the cell of each comes out.
"""

from typing import Final

import numpy as np

from sim.behaviour.dimensions import Floats, Integers

CELLS: Final = ("loyal", "latent", "spurious", "none")


def loyalty_cell(attitude: Floats, patronage: Floats, *, attitude_above: float, patronage_from: float) -> Integers:
    """Index into `CELLS`, (k,): Dick & Basu (1994), relative attitude × repeat patronage.

    loyal: high, high; latent: high attitude, low patronage; spurious: low attitude, high patronage (habit, no other
    choice); none: low, low. High is an `attitude` above `attitude_above` and a share of needs of at least
    `patronage_from`.
    """
    high, repeats = attitude > attitude_above, patronage >= patronage_from
    return np.asarray(np.where(high, np.where(repeats, 0, 1), np.where(repeats, 2, 3)), dtype=np.int64)
