"""An optimisation as asked for, in the scenario's terms: whose levers, which objectives, limits, and how much work.

In go the words of the command or the file; out comes a request that can be, or one sentence on why it cannot.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from experiments.assumptions.factors import Factor, levers_of, requested
from experiments.report.measures import CARRIED_PROFIT, WINDOW_PROFIT
from experiments.search.aims import Aim
from experiments.search.constraints import Constraint, constraints_of, measure_named, requested_constraint
from experiments.search.levers import LeverValues, settings_in_all, values_of
from experiments.search.result import OPTIMISED
from experiments.stressing.risk import check_tail, runs_needed
from experiments.study import Study, primary_measure
from sim.errors import RequestError
from sim.scenario.load import Scenario

TRIALS, REPLICATIONS, FRESH = 40, 8, 24
FINALISTS, FRONT = 5, 8
"""Settings run again on fresh replications: with one objective, with several."""
RESPONSE_VALUES = 5
"""Values at which a lever is shown alone."""
MOST_OBJECTIVES = 3
FEWEST = 2


@dataclass(frozen=True)
class Request:
    """An optimisation that can be: names and numbers are checked, nothing has been run.

    The study has two plans: the baseline, and a copy of ``plan`` in which the levers are set.
    """

    study: Study
    plan: str
    levers: tuple[LeverValues, ...]
    aims: tuple[Aim, ...]
    constraints: tuple[Constraint, ...]
    trials: int
    replications: int
    fresh: int
    period: str | None

    @property
    def scenario(self) -> Scenario:
        return self.study.scenario

    @property
    def wanted(self) -> tuple[str, ...]:
        """The measures to keep of every run."""
        names = [aim.measure.name for aim in self.aims] + [each.measure.name for each in self.constraints]
        return tuple(dict.fromkeys([*names, *([CARRIED_PROFIT] if self.looks_at_window else [])]))

    @property
    def trials_ahead(self) -> int:
        """About how many trials it takes: the search, the best few on fresh replications, each lever moved alone."""
        tried = min(self.trials, settings_in_all(self.levers))
        best = 1 + min(tried, FINALISTS if len(self.aims) == 1 else FRONT)
        moved = sum(min(RESPONSE_VALUES + 1, len(each.values)) for each in self.levers)
        return tried * self.replications + best * self.fresh + moved * min(self.replications, self.fresh)

    @property
    def looks_at_window(self) -> bool:
        """Whether profit inside the window is an objective, which leaves out what comes after."""
        return any(aim.measure.name == WINDOW_PROFIT for aim in self.aims)


def asked(
    scenario: Scenario,
    vary: Sequence[str | Factor] = (),
    *,
    objectives: Sequence[str] = (),
    constraints: Sequence[str] = (),
    plan: str | None = None,
    trials: int = TRIALS,
    replications: int | None = None,
    fresh: int | None = None,
    tail: float | None = None,
    uncertain: bool = False,
    seed: int | None = None,
    period: str | None = None,
) -> Request:
    """The request; see `experiments.search.best_setting` for what the words mean. `RequestError` for what cannot be."""
    factors = _factors(scenario, vary)
    plan = _plan(scenario, factors, plan)
    if uncertain and not scenario.assumptions():
        raise RequestError("no number in this scenario is assumed or masked with a range: nothing to draw")
    plans = (scenario.baseline, plan)
    names = list(dict.fromkeys(objectives or (primary_measure(scenario),)))
    if len(names) > MOST_OBJECTIVES:
        raise RequestError(f"{len(names)} objectives: a front of more than {MOST_OBJECTIVES} cannot be read")
    limits = {each.name: each for each in constraints_of(scenario, plans)}
    limits |= {each.name: each for each in (requested_constraint(scenario, text, plans) for text in constraints)}
    levers = tuple(values_of(factor, scenario, plan) for factor in factors)
    for each in levers:
        _check_price(scenario, plan, each)
    if trials < 1:
        raise RequestError(f"{trials} settings to try: ask for at least 1")
    replications, fresh = _runs(replications, fresh, tail)
    return Request(
        study=Study(
            scenario.with_copy(plan, OPTIMISED),
            (scenario.baseline, OPTIMISED),
            scenario.document(plan).seed if seed is None else seed,
            {each.path: (OPTIMISED,) for each in factors},
            uncertain,
        ),
        plan=plan,
        levers=levers,
        aims=tuple(Aim(measure_named(scenario, name, plans), tail) for name in names),
        constraints=tuple(limits.values()),
        trials=trials,
        replications=replications,
        fresh=fresh,
        period=period,
    )


def _factors(scenario: Scenario, vary: Sequence[str | Factor]) -> list[Factor]:
    found = [each if isinstance(each, Factor) else requested(scenario, each) for each in vary]
    found = found or list(levers_of(scenario))
    if not found:
        raise RequestError(
            f"scenario {scenario.name} names no levers: say what to vary with --vary PATH=2..8, "
            "or name it in the file under experiment.levers"
        )
    paths = [each.path for each in found]
    for path in paths:
        if paths.count(path) > 1:
            raise RequestError(f"{path} is varied twice")
    return found


def _plan(scenario: Scenario, factors: Sequence[Factor], wanted: str | None) -> str:
    """The plan whose levers are searched: the one asked for, else the first that has them all."""
    if wanted is not None:
        scenario.document(wanted)  # an unknown plan is refused, with the nearest name
        for each in factors:
            if wanted not in each.plans:
                raise RequestError(f"{each.path} is not a lever of plan '{wanted}'; {', '.join(each.plans)} can set it")
        return wanted
    for plan in scenario.plans:
        if all(plan in each.plans for each in factors):
            return plan
    sets = "; ".join(f"{each.path} in {', '.join(each.plans)}" for each in factors)
    raise RequestError(f"no plan has all the levers: {sets}")


def _runs(replications: int | None, fresh: int | None, tail: float | None) -> tuple[int, int]:
    """Replications of the search and fresh ones afterwards; a tail needs runs to be seen at all."""
    least_search, least_fresh = FEWEST, FEWEST
    if tail is not None:
        least_search, least_fresh = max(FEWEST, ceil(1.0 / check_tail(tail) - 1e-9)), runs_needed(tail)
    replications = max(REPLICATIONS, least_search) if replications is None else replications
    fresh = max(FRESH, least_fresh) if fresh is None else fresh
    why = "one run cannot show how much is luck" if tail is None else f"the worst {100 * tail:g} % need runs to be seen"
    for asked_for, least, name in ((replications, least_search, "--replications"), (fresh, least_fresh, "--fresh")):
        if asked_for < least:
            raise RequestError(f"{name} {asked_for}: {why}; ask for at least {least}")
    return replications, fresh


def _check_price(scenario: Scenario, plan: str, lever: LeverValues) -> None:
    """A price moves nobody unless the file says what people are used to: a search would raise it without end."""
    keys = lever.path.split(".")
    if len(keys) != 4 or keys[:2] != ["market", "needs"] or keys[3] != "price":
        return
    need = scenario.document(plan).market.needs.get(keys[2])
    if need is not None and need.usual_price is None:
        raise RequestError(
            f"{lever.path} cannot be searched before the file says what people are used to: "
            f"market.needs.{keys[2]}.usual_price"
        )
