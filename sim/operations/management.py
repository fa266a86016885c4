"""What the firm believes customers expect, and the standards it sets: the firm's side of gaps 1 and 2.

Beliefs are stated in the document or start from what customers expect at opening; research closes part of the distance
to what they expect now. Standards are stated, follow belief, or are what the place gives on a quiet day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.customers import Customers
from sim.scenario.document import Document

Floats = NDArray[np.float64]


@dataclass
class Management:
    """`belief`: the firm's idea of expectation per dimension, (5,), 1-7."""

    belief: Floats

    @classmethod
    def of(cls, document: Document, customers: Customers) -> Management:
        """Beliefs at opening."""
        expected = expectation(customers)
        stated = document.service.management.belief.values()
        return cls(
            np.array([mean if level is None else level for level, mean in zip(stated, expected, strict=True)], float)
        )

    def listen(self, customers: Customers, share: float) -> None:
        """Research: the belief goes `share` of the way to what customers expect now."""
        self.belief = self.belief + share * (expectation(customers) - self.belief)

    def standards(self, document: Document, quiet: tuple[float, ...]) -> Floats:
        """Standard levels per dimension, (5,), 1-7; `quiet` are the levels the place gives on a quiet day."""
        stated = document.service.management.standards
        if isinstance(stated, str):
            return self.belief  # "as believed"
        levels = zip(stated.values(), quiet, strict=True)
        return np.array([usual if level is None else level for level, usual in levels])


def expectation(customers: Customers) -> Floats:
    """Mean *will* expectation over everyone, per dimension, (5,)."""
    return np.array([float(np.mean(customers.will[dimension])) for dimension in range(5)])
