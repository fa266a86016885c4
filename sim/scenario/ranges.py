"""Numbers between two ends, written as the file writes them: whole ones stay whole, quantities keep their unit.

In go a path, two written ends and a quantile; out comes what stands there at that quantile. Ranges of assumed numbers
and of levers are read the same way.
"""

from decimal import Decimal
from typing import Any

from sim.errors import RequestError
from sim.scenario.document import Document
from sim.scenario.fields import quantities_at
from sim.scenario.refusal import shown
from sim.scenario.sourced import draw, number_and_unit
from sim.scenario.tree import TreePath


def is_whole(path: TreePath, written: tuple[Any, ...]) -> bool:
    """Whether the number at the path is a count; where the models do not say, whether it is written as one."""
    kinds = quantities_at(Document, path)
    counted = any("Count" in kind for kind in kinds) if kinds else True
    return counted and all(isinstance(each, int) for each in written)


def between(path: str, low: Any, high: Any, quantile: float) -> Any:
    """What stands at the path at a quantile in [0, 1] of the range from ``low`` to ``high``, in their unit."""
    return draw(low, low, high, quantile, is_whole(tuple(path.split(".")), (low, high)))


def check_range(path: str, low: Any, high: Any) -> None:
    """RequestError unless both ends are numbers in the same unit and the first lies below the second."""
    ends = [number_and_unit(each) for each in (low, high)]
    if any(end is None for end in ends):
        raise RequestError(f"{path}: a range goes from one number to another, found {shown(low)} to {shown(high)}")
    (least, unit), (most, other) = (end for end in ends if end is not None)
    if unit != other or isinstance(low, str) != isinstance(high, str):
        raise RequestError(f"{path}: the range from {shown(low)} to {shown(high)} needs one unit at both ends")
    if not _below(least, most):
        raise RequestError(f"{path}: the range from {shown(low)} to {shown(high)} is empty; the first is the lower end")


def _below(least: Decimal, most: Decimal) -> bool:
    return least.is_finite() and most.is_finite() and least < most
