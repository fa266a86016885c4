"""The options of `compare` that ask for the best plan at a stated probability, or within a budget of runs.

In go the texts of the command line; out comes what is wanted, or one sentence on what does not go together.
"""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from experiments.comparing.best_plan import Wanted

Select = Annotated[
    str | None,
    typer.Option(
        "--select",
        metavar="kn|ocba",
        help="Only pick the best plan: kn replicates until it is known with a probability (Kim & Nelson 2001), ocba "
        "spends a budget of runs where they help most (Chen et al. 2000).",
    ),
]
Probability = Annotated[
    str | None, typer.Option("--probability", metavar="P", help="For kn: how surely, 95 % when left out.")
]
Indifference = Annotated[
    str | None,
    typer.Option(
        "--indifference", metavar="AMOUNT", help="For kn: a difference that does not matter, in the measure's own unit."
    ),
]
Budget = Annotated[int | None, typer.Option("--budget", metavar="RUNS", help="For ocba: runs to spend in all.")]
Most = Annotated[
    int | None, typer.Option("--most", metavar="N", help="Most replications, where their number is not given.")
]

WAYS = ("kn", "ocba")


def wanted(
    select: str | None, probability: str | None, indifference: str | None, budget: int | None
) -> "Wanted | None":
    """What the four options ask for together; raises `RequestError` when they do not go together."""
    from experiments.comparing.best_plan import BudgetOfRuns, KimNelsonRace
    from sim.errors import RequestError
    from sim.scenario.refusal import nearest

    if select is not None and select not in WAYS:
        better = nearest(select, WAYS)
        raise RequestError(
            f"--select is kn or ocba, not '{select}'" + (f"; did you mean '{better}'?" if better else "")
        )
    if select != "kn" and (probability is not None or indifference is not None):
        raise RequestError("--probability and --indifference belong to --select kn")
    if select != "ocba" and budget is not None:
        raise RequestError("--budget belongs to --select ocba")
    if select == "ocba":
        if budget is None:
            raise RequestError("--select ocba needs --budget RUNS, the number of runs to spend")
        return BudgetOfRuns(budget)
    if select == "kn":
        if indifference is None:
            raise RequestError(
                "--select kn needs --indifference AMOUNT, a difference in the deciding measure that does not matter"
            )
        surely = {} if probability is None else {"probability": _number("--probability", probability)}
        return KimNelsonRace(_number("--indifference", indifference), **surely)
    return None


def _number(option: str, text: str) -> float:
    """A plain number or a percentage."""
    from sim.errors import RequestError
    from sim.scenario.units import percentage

    share = percentage(text)
    try:
        return float(text) if share is None else float(share)
    except ValueError:
        raise RequestError(f"{option} takes a number or a percentage, not '{text}'") from None
