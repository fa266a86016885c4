"""Points spread evenly over what the priors allow: the start of every fit.

A scrambled Sobol sequence (Owen 1998), turned into the working scale, on which priors are standard normal.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import special
from scipy.stats import qmc

from sim.streams import Streams

Floats = NDArray[np.float64]
PURPOSE = "calibration"


def sobol_normal(count: int, dimensions: int, seed: int, identity: str = "start") -> Floats:
    """``count`` points of independent standard normals, shape (count, dimensions); 2^n points are the most even."""
    return np.asarray(special.ndtri(sobol_uniform(count, dimensions, seed, identity)))


def sobol_uniform(count: int, dimensions: int, seed: int, identity: str) -> Floats:
    """The same as uniforms strictly between 0 and 1."""
    number = int(Streams(seed, 0).numbers(PURPOSE, 1, identity=f"sobol {identity}")[0] * 2**31)
    power = max(1, int(np.ceil(np.log2(max(2, count)))))
    points = qmc.Sobol(d=dimensions, rng=number).random_base2(power)[:count]
    return np.clip(points, 2.0**-33, 1.0 - 2.0**-33)


def keyed_uniforms(shape: tuple[int, ...], seed: int, identity: str, number: int = 0) -> Floats:
    """Independent uniforms of a fit; ``number`` tells draws of one kind apart."""
    return Streams(seed, number).numbers(PURPOSE, int(np.prod(shape)), identity=identity).reshape(shape)
