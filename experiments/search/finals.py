"""The best few settings of a search, run again on replications it never saw; only those decide.

The best of many noisy settings owes part of its lead to luck (the winner's curse; Smith & Winkler 2006, *Management
Science* 52). On fresh replications that luck is gone: the ranking and every number reported come from them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from experiments.comparing.intervals import LEVEL, UNDEFINED, Interval, simultaneous
from experiments.search.aims import balanced, not_dominated, spread_out
from experiments.search.bench import Bench, Sample
from experiments.search.constraints import kept
from experiments.search.request import FINALISTS, FRONT, RESPONSE_VALUES, Request
from experiments.search.result import Finalist, Tried

GROUPS = 4
"""So many groups of finalists are run again until one of them keeps the constraints."""


def run_again(
    request: Request, bench: Bench, tried: Sequence[Tried]
) -> tuple[tuple[Interval, ...], Finalist, list[Finalist]]:
    """Levels of the baseline, the plan as it stands and the best few, on fresh replications.

    Where the whole group breaks a constraint now, the next best are run, until one keeps them.
    """
    fresh = range(request.replications, request.replications + request.fresh)
    left = [each for each in tried if each.feasible and each.places is not None]
    today = bench.run([{}], fresh)[0]
    samples = {tried[0].number: today}
    finalists: list[Finalist] = []
    for _ in range(GROUPS):
        group = _promising(request, left)
        left = [each for each in left if each not in group]
        new = [each for each in group if each.number not in samples]
        found = bench.run([each.settings for each in new], fresh)
        samples |= {each.number: sample for each, sample in zip(new, found, strict=True)}
        finalists = _finalists(request, tried, samples)
        if any(each.feasible for each in finalists if each.tried.places is not None) or not left:
            break
    baseline = tuple(aim.level(today.baseline[aim.measure.name]) for aim in request.aims)
    in_reach = [each for each in finalists if each.tried.feasible and each.tried.places is not None]
    return baseline, finalists[0], in_reach


def chosen_of(request: Request, today: Finalist, finalists: Sequence[Finalist]) -> list[Finalist]:
    """The best finalist that keeps the constraints, or the front of them; the plan as it stands when none beats it."""
    able = [each for each in finalists if each.feasible]
    if not able:
        return []
    if today.feasible and today not in able:
        able = [today, *able]
    gains = np.array([_gains(request, each) for each in able])
    if len(request.aims) == 1:
        return [able[int(gains[:, 0].argmax())]]
    front = [each for each, on in zip(able, not_dominated(gains), strict=True) if on]
    return sorted(front, key=lambda each: -_gains(request, each)[0])


def responses(request: Request, bench: Bench, best: Finalist) -> pd.DataFrame:
    """What the objectives do when one lever moves and the others stay at the best.

    Columns path, value, objective, mean, low, high (change from the baseline), kept, chosen, problem; on fresh
    replications, so that the best is not favoured.
    """
    replications = range(request.replications, request.replications + min(request.replications, request.fresh))
    moves: list[_Move] = []
    for place, lever in enumerate(request.levers):
        at_best = None if best.tried.places is None else best.tried.places[place]
        for each in _spread(len(lever.values), at_best, ordered=lever.ordered):
            settings = {**best.tried.settings, lever.path: lever.values[each]}
            moves.append(_Move(lever.path, lever.values[each], settings, each == at_best, bench.impossible(settings)))
    samples = iter(bench.run([each.settings for each in moves if not each.problem], replications))
    rows = [row for each in moves for row in _response(request, each, None if each.problem else next(samples))]
    names = ["path", "value", "objective", "mean", "low", "high", "kept", "chosen", "problem"]
    return pd.DataFrame(rows, columns=names)


@dataclass(frozen=True)
class _Move:
    """One lever at one value, the others at the best."""

    path: str
    value: Any
    settings: Mapping[str, Any]
    chosen: bool
    problem: str


def _response(request: Request, move: _Move, sample: Sample | None) -> list[tuple[Any, ...]]:
    """One row an objective."""
    able = sample is not None and all(
        kept(each, sample.values[each.measure.name]).on_average for each in request.constraints
    )
    rows = []
    for aim in request.aims:
        name = aim.measure.name
        change = UNDEFINED if sample is None else aim.change(sample.values[name], sample.baseline[name])
        limits = (change.mean, change.low, change.high)
        rows.append((move.path, move.value, name, *limits, able, move.chosen, move.problem))
    return rows


def compromise(request: Request, chosen: Sequence[Finalist]) -> Finalist:
    """The chosen setting that is worst in nothing: the best itself when there is one."""
    return chosen[balanced(np.array([_gains(request, each) for each in chosen]))]


def better_carried(request: Request, tried: Sequence[Tried], chosen: Sequence[Finalist]) -> Tried | None:
    """The tried setting with the most carried value, where the search looks at the window and chose another one."""
    able = [each for each in tried if each.feasible and each.carried is not None]
    if not request.looks_at_window or not able:
        return None
    best = max(able, key=lambda each: (each.carried or 0.0, -each.number))
    return None if best.number in [each.tried.number for each in chosen] else best


def _promising(request: Request, feasible: Sequence[Tried]) -> list[Tried]:
    """The best few of the search, or some that span its front."""
    gains = np.array([[aim.gain(change.mean) for aim, change in zip(request.aims, each.changes, strict=True)]
                      for each in feasible])  # fmt: skip
    if not len(gains):
        return []
    if len(request.aims) == 1:
        order = sorted(range(len(feasible)), key=lambda place: (-gains[place, 0], feasible[place].number))
        return [feasible[place] for place in order[:FINALISTS]]
    on_front = np.flatnonzero(not_dominated(gains))
    return [feasible[on_front[place]] for place in spread_out(gains[on_front], FRONT)]


def _finalists(request: Request, tried: Sequence[Tried], samples: Mapping[int, Sample]) -> list[Finalist]:
    """Everyone who has run again, the plan as it stands first; their intervals hold together."""
    level = simultaneous(LEVEL, len(samples))
    by_number = {each.number: each for each in tried}
    today = samples[tried[0].number]
    return [_finalist(request, by_number[number], sample, today, level) for number, sample in samples.items()]


def _finalist(request: Request, tried: Tried, sample: Sample, today: Sample, level: float) -> Finalist:
    names = [aim.measure.name for aim in request.aims]
    pairs = list(zip(request.aims, names, strict=True))
    return Finalist(
        tried=tried,
        levels=tuple(aim.level(sample.values[name]) for aim, name in pairs),
        changes=tuple(aim.change(sample.values[name], sample.baseline[name], level) for aim, name in pairs),
        from_today=tuple(aim.change(sample.values[name], today.values[name], level) for aim, name in pairs),
        kept=tuple(kept(each, sample.values[each.measure.name]) for each in request.constraints),
    )


def _gains(request: Request, finalist: Finalist) -> list[float]:
    return [aim.gain(change.mean) for aim, change in zip(request.aims, finalist.changes, strict=True)]


def _spread(count: int, at_best: int | None, *, ordered: bool) -> list[int]:
    """Places over the whole list, ends and best included; every choice where there is no order."""
    if not ordered or count <= RESPONSE_VALUES:
        return list(range(count))
    even = {round(place * (count - 1) / (RESPONSE_VALUES - 1)) for place in range(RESPONSE_VALUES)}
    return sorted(even | ({at_best} if at_best is not None else set()))
