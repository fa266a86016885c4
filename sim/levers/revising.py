"""The response to one wave, channel by channel or segment by segment, and what a revision makes of it.

In go counts a firm can keep - contacted, came, held out, opted out, what media cost; out comes what is dropped or
moved. Nothing the firm cannot observe is an argument here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.levers.response_log import ResponseLog
from sim.scenario.waves import Follows, Revision

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Observed:
    """The response of each of g groups (channels or segments), all (g,); cost in major units of the currency."""

    contacted: Integers
    came: Integers
    held_out: Integers
    held_out_came: Integers
    opted_out: Integers
    cost: Floats

    def reading(self, reads: str) -> Floats:
        """What is read of each group, (g,): response, lift, opt-outs (shares) or cost per response; NaN where nobody
        was contacted, or for a lift nobody held out."""
        with np.errstate(divide="ignore", invalid="ignore"):
            if reads == "cost per response":
                return np.where(self.contacted > 0, self.cost / self.came, np.nan)
            if reads == "opt-outs":
                return self.opted_out / self.contacted
            response = self.came / self.contacted
            return response - self.held_out_came / self.held_out if reads == "lift" else response

    def enough(self, reads: str, least: int) -> NDArray[np.bool_]:
        """Which groups have contacts enough to be judged, (g,); for a lift as many held out as well."""
        enough = self.contacted >= least
        return enough & (self.held_out >= least) if reads == "lift" else enough


@dataclass(frozen=True)
class Decision:
    """What a revision decides: groups dropped for good, and from which to which frequency moves."""

    dropped: tuple[int, ...] = ()
    moved: tuple[int, int] | None = None


def observed(
    log: ResponseLog, wave: int, day: int, groups: int, group_of: NDArray[np.int16] | None, unit: float, channels: int
) -> Observed:
    """Count the contacts of a wave whose window is over by `day`, by group.

    group_of: the segment of every customer; None to count by channel. unit: minor units of a major one. The cost of a
    channel is laid on its contacts of the wave, each alike.
    """
    of_wave = log.wave == wave
    treated = of_wave & ~log.held
    made = np.bincount(log.channel[treated], minlength=channels)
    cost = np.array([log.cost.get((wave, channel), 0) for channel in range(channels)], np.float64) / unit
    each = np.divide(cost, made, out=np.zeros(channels), where=made > 0)
    read = of_wave & log.over(day)
    group = log.channel if group_of is None else group_of[log.row].astype(np.int64)

    def count(mask: NDArray[np.bool_]) -> Integers:
        return np.bincount(group[read & mask], minlength=groups)

    contacted = read & ~log.held
    return Observed(
        contacted=count(~log.held),
        came=count(~log.held & log.came),
        held_out=count(log.held),
        held_out_came=count(log.held & log.came),
        opted_out=count(log.opted_out),
        cost=np.bincount(group[contacted], weights=each[log.channel[contacted]], minlength=groups).astype(np.float64),
    )


def decide(revision: Revision, found: Observed, alive: NDArray[np.bool_]) -> Decision:
    """What follows from what was observed of the groups that are still alive, (g,). Of equals the first is worst."""
    reading, enough = found.reading(revision.reads), found.enough(revision.reads, revision.at_least)
    lower_is_better = revision.reads in ("cost per response", "opt-outs")
    return follow(revision, reading, enough, alive, lower_is_better=lower_is_better)


def follow(
    revision: Follows,
    reading: Floats,
    enough: NDArray[np.bool_],
    alive: NDArray[np.bool_],
    *,
    lower_is_better: bool,
) -> Decision:
    """What follows from a reading of g groups, (g,), NaN for none; judged are those alive of which enough was read."""
    judged = np.flatnonzero(alive & enough & ~np.isnan(reading))
    badness = reading[judged] if lower_is_better else -reading[judged]
    if revision.then == "drop those beyond the limit":
        assert revision.limit is not None  # the document says so
        beyond = badness > (revision.limit if lower_is_better else -revision.limit)
        return Decision(dropped=tuple(judged[beyond].tolist()))
    if len(judged) < 2 or badness.max() == badness.min():
        return Decision()
    worst, best = int(judged[np.argmax(badness)]), int(judged[np.argmin(badness)])
    return Decision(dropped=(worst,)) if revision.then == "drop the worst" else Decision(moved=(worst, best))
