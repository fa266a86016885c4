"""Numbers that a file gives for segments or tiers, as a table to look customers up in.

A mapping from names of groups to numbers goes in; a table over segments and tiers comes out.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.scenario.document import Document


def by_group(values: Mapping[str, float], otherwise: float, document: Document) -> NDArray[np.float64]:
    """(segments, tiers + 1), the last column for those without a tier: index it by a customer's segment and tier.

    Of several groups one belongs to, the first that is written counts; who belongs to none has `otherwise`.
    """
    segments, tiers = list(document.market.segments), document.market.tiers
    table = np.full((len(segments), len(tiers) + 1), float(otherwise))
    for name, value in reversed(list(values.items())):
        if name in segments:
            table[segments.index(name), :] = value
        if name in tiers:
            table[:, tiers.index(name)] = value
    return table
