"""Which part of a run is compared: the one asked for, else the campaign, else the whole."""

from collections.abc import Sequence
from typing import Final

from sim.errors import RequestError

CAMPAIGN: Final = "campaign"
WHOLE: Final = "whole"


def compared_period(periods: Sequence[str], wanted: str | None) -> str:
    """One of the `periods` a run has. Raises `RequestError` for another one."""
    if wanted is None:
        return CAMPAIGN if CAMPAIGN in periods else WHOLE
    if wanted not in periods:
        raise RequestError(f"there is no period '{wanted}'; this run has {', '.join(periods)}")
    return wanted
