"""What to say when no setting keeps the constraints: which one cannot be kept, and how near the nearest came."""

from collections.abc import Sequence
from math import isnan

from experiments.report.numbers import style_of
from experiments.search.constraints import Constraint, Kept, size_of
from experiments.search.levers import written_settings
from experiments.search.request import Request
from experiments.search.result import Finalist, Tried
from sim.errors import RequestError


def nothing_keeps(request: Request, tried: Sequence[Tried], *, everything: bool) -> RequestError:
    """The error for a search in which no setting kept every constraint on the average run."""
    with_result = [(each.settings, each.kept) for each in tried if not each.problem and each.places is not None]
    if not with_result:
        problem = next(each.problem for each in tried if each.problem)
        return RequestError(f"none of the {len(tried)} settings tried has a result; the first says: {problem}")
    who = "no setting of the levers" if everything else f"none of the {len(with_result)} settings tried"
    return _error(request, who, [(dict(settings), how) for settings, how in with_result], request.replications)


def nothing_keeps_afresh(request: Request, finalists: Sequence[Finalist]) -> RequestError:
    """The same when the best of the search kept the constraints by luck only."""
    who = f"the best of the search kept the limits there, but on fresh replications none of the {len(finalists)}"
    return _error(request, who, [(dict(each.tried.settings), each.kept) for each in finalists], request.fresh)


def _error(
    request: Request, who: str, found: Sequence[tuple[dict[str, object], tuple[Kept, ...]]], runs: int
) -> RequestError:
    currency = request.scenario.document(request.scenario.baseline).currency
    constraints = request.constraints
    never = [place for place in range(len(constraints)) if not any(how[place].on_average for _, how in found)]
    sizes = [size_of(each, [how[place] for _, how in found]) for place, each in enumerate(constraints)]
    blamed = never or list(range(len(constraints)))

    def away(how: tuple[Kept, ...]) -> float:
        return sum(max(0.0, how[place].excess) / sizes[place] for place in range(len(constraints)))

    settings, how = min(found, key=lambda each: away(each[1]))
    broken = [place for place in blamed if not how[place].on_average] or blamed
    levels = " and ".join(_level(constraints[place], how[place], currency) for place in broken)
    wanted = " and ".join(constraints[place].words(currency) for place in blamed)
    together = "" if never else " together"
    return RequestError(
        f"constraint no plan meets: {who} keeps {wanted}{together}; the nearest, {written_settings(settings)}, has "
        f"{levels} on {runs} replications"
    )


def _level(constraint: Constraint, how: Kept, currency: str) -> str:
    style = style_of(constraint.measure, abs(how.level.mean), currency)
    level = how.level
    number = style.level(level)
    unit = "" if style.unit else f" {style.change_unit}".rstrip()
    if isnan(level.low):
        return f"{number}{unit}"
    return f"{number}{unit} {style.plain_limits(level)}"
