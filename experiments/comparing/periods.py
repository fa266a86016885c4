"""Which part of a run an experiment looks at: before, campaign, aftermath or whole."""

from collections.abc import Sequence

from sim.errors import RequestError
from sim.scenario.refusal import did_you_mean

CAMPAIGN, WHOLE = "campaign", "whole"


def chosen_period(periods: Sequence[str], wanted: str | None) -> str:
    """The period wanted of those the runs report; the campaign, where there is one, when nothing is said."""
    if wanted is None:
        return CAMPAIGN if CAMPAIGN in periods else WHOLE
    if wanted not in periods:
        hint = did_you_mean(wanted, periods)
        raise RequestError(f"there is no period '{wanted}'; this run has {', '.join(periods)}{hint}")
    return wanted
