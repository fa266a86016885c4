"""What ranking and selection found, what settled when, and who wins which objective, in plain words.

In goes a `Comparison` that was asked for it; out come sentences, blocks of text, and objects for `--json`.
"""

from collections.abc import Iterator
from typing import Any

from experiments.comparing.best_plan import BudgetOfRuns, KimNelsonRace, Selection
from experiments.comparing.comparison import Comparison
from experiments.comparing.intervals import Interval
from experiments.comparing.objectives import Beaten, TradeOff
from experiments.comparing.verdict import Judgement
from experiments.report.layout import Column, table
from experiments.report.words import plan_title


def selection_sentence(comparison: Comparison, selection: Selection, language: str) -> str:
    """Which plan was picked and how surely, or that the race was not decided."""
    style = comparison.style(selection.measure)
    best = plan_title(comparison, selection.best, language)
    wanted = selection.wanted
    if isinstance(wanted, BudgetOfRuns):
        surely = f"with probability at least {_percent(selection.probability)}"
        return f"{best} is the best plan on {style.name} {surely}, after {selection.runs:,} runs."
    close = style.amount(wanted.indifference, 0.2 * wanted.indifference)
    if selection.still_in:
        *titles, last = (plan_title(comparison, plan, language) for plan in selection.still_in)
        others = f"{', '.join(titles)} and {last}"
        made = max(selection.replications.values())
        return (
            f"No plan is picked after {made} replications: {others} are still in the race on {style.name}, {best} "
            f"leads; it ends after {selection.most:,} replications at the latest. --most allows more; it ends sooner "
            f"where more than {close} does not matter."
        )
    return (
        f"{best} is the best plan on {style.name}, or within {close} of it, with probability at least "
        f"{_percent(wanted.probability)}."
    )


def selection_block(comparison: Comparison, selection: Selection, language: str) -> str:
    """Each plan with its replications and how far it is behind, the best first."""
    style = comparison.style(selection.measure)
    direction = 1.0 if comparison.measures[selection.measure].better != "lower" else -1.0
    behind = sorted(selection.behind, key=lambda plan: direction * selection.behind[plan].mean)
    plans = [selection.best, *behind]
    change = [style.change(_turned(selection.behind[plan])) for plan in behind]
    states = [_state(selection, plan) for plan in plans]
    made = tuple(f"{selection.replications[plan]:,}" for plan in plans)
    columns = [
        Column(("plan", ""), tuple(plan_title(comparison, plan, language) for plan in plans)),
        Column(("replications", ""), made, right=True),
        Column((f"{style.row_title}, against the best", ""), ("", *change)),
    ]
    if any(states):
        columns.append(Column(("race", ""), tuple(states)))
    return table(columns)


def warm_up_words(comparison: Comparison) -> str:
    """How long the warm-up is and where that comes from; empty where none was asked for."""
    warm_up = comparison.warm_up
    if warm_up is None:
        return ""
    if not warm_up.settled:
        return f"after a warm-up of {warm_up.days} days (stated)"
    if not warm_up.days:
        return "no warm-up found necessary (MSER-5)"
    return f"after a warm-up of {warm_up.days} days, the same for every plan (MSER-5)"


def objectives_block(comparison: Comparison, language: str) -> str:
    """A row an objective: who wins it, by how much over the next, and how surely."""
    assert comparison.objectives is not None  # asked for by the caller
    judged = comparison.objectives.judged
    styles = {name: comparison.style(name) for name in judged}
    return table(
        [
            Column(("objective", ""), tuple(styles[name].row_title for name in judged)),
            Column(("best", ""), tuple(plan_title(comparison, each.best, language) for each in judged.values())),
            Column(("next", ""), tuple(plan_title(comparison, each.runner_up, language) for each in judged.values())),
            Column(("lead", ""), tuple(styles[name].change(each.lead) for name, each in judged.items())),
            Column(("", ""), tuple("surely" if each.surely else "not surely" for each in judged.values())),
        ]
    )


def objective_sentences(comparison: Comparison, language: str) -> Iterator[str]:
    """Who wins, what winning one costs in another, and which plans nobody would choose."""
    found = comparison.objectives
    if found is None:
        return
    title = {plan: plan_title(comparison, plan, language) for plan in comparison.plans}
    winners = list(dict.fromkeys(each.best for each in found.judged.values()))
    if len(winners) == 1:
        every = "both objectives" if len(found.judged) == 2 else f"all {len(found.judged)} objectives"
        yield f"{title[winners[0]]} leads on {every if len(found.judged) > 1 else 'the objective'}."
    for trade in found.trade_offs:
        yield _trade(comparison, trade, title)
    if len(found.judged) > 1:
        if len(found.unbeaten) > 1:
            names = ", ".join(title[plan] for plan in found.unbeaten)
            yield f"No other plan beats these on all objectives: {names}."
        for each in found.beaten:
            yield _beaten(each, title)


def _trade(comparison: Comparison, trade: TradeOff, title: dict[str, str]) -> str:
    gains, costs = comparison.style(trade.gains), comparison.style(trade.costs)
    gain = f"{gains.name} {gains.signed(trade.gain.mean, trade.gain.half_width)} {gains.limits(trade.gain)}"
    cost = f"{costs.name} {costs.signed(trade.cost.mean, trade.cost.half_width)} {costs.limits(trade.cost)}"
    return f"{title[trade.plan]} rather than {title[trade.rather_than]}: {gain}, for {cost}."


def _beaten(each: Beaten, title: dict[str, str]) -> str:
    surely = "surely beaten" if each.surely else "beaten, though not surely,"
    return f"{title[each.plan]} is {surely} on all objectives by {title[each.by]}."


def _state(selection: Selection, plan: str) -> str:
    if plan in selection.left_after:
        return f"out after {selection.left_after[plan]}"
    return "still in" if plan in selection.still_in else "picked" if isinstance(selection.wanted, KimNelsonRace) else ""


def _turned(interval: Interval) -> Interval:
    """The plan less the best, from the best less the plan."""
    return Interval(-interval.mean, -interval.high, -interval.low)


def _percent(probability: float) -> str:
    """A probability, never rounded up, and never certain."""
    hundredths = min(9_999, int(probability * 10_000 + 1e-6))
    return f"{hundredths / 100:g} %"


def selection_object(selection: Selection) -> dict[str, Any]:
    """The selection for `--json`; ``behind`` is best minus plan."""
    wanted = selection.wanted
    race = isinstance(wanted, KimNelsonRace)
    return {
        "procedure": "kn" if race else "ocba",
        "measure": selection.measure,
        "best": selection.best,
        "decided": not selection.still_in,
        "probability": selection.probability,
        "indifference": wanted.indifference if isinstance(wanted, KimNelsonRace) else None,
        "runs": selection.runs,
        "replications": dict(selection.replications),
        "behind": {
            plan: {"mean": each.mean, "low": each.low, "high": each.high} for plan, each in selection.behind.items()
        },
        "left_after": dict(selection.left_after),
        "still_in": list(selection.still_in),
        "ends_after": selection.most if race else None,
    }


def objectives_object(comparison: Comparison) -> dict[str, Any]:
    """The objectives for `--json`."""
    found = comparison.objectives
    assert found is not None  # asked for by the caller
    return {
        "judged": {name: _judged(each) for name, each in found.judged.items()},
        "unbeaten": list(found.unbeaten),
        "beaten": [{"plan": each.plan, "by": each.by, "surely": each.surely} for each in found.beaten],
        "trade_offs": [
            {
                "plan": each.plan,
                "rather_than": each.rather_than,
                "gains": each.gains,
                "gain": {"mean": each.gain.mean, "low": each.gain.low, "high": each.gain.high},
                "costs": each.costs,
                "cost": {"mean": each.cost.mean, "low": each.cost.low, "high": each.cost.high},
            }
            for each in found.trade_offs
        ],
    }


def warm_up_object(comparison: Comparison) -> dict[str, Any]:
    """The warm-up for `--json`: days left out, and where each plan settles in each measure."""
    assert comparison.warm_up is not None  # asked for by the caller
    rows = [
        {"plan": plan, "measure": measure, "days": days} for (plan, measure), days in comparison.warm_up.settled.items()
    ]
    return {"days": comparison.warm_up.days, "settled": rows}


def _judged(judgement: Judgement) -> dict[str, Any]:
    lead = judgement.lead
    return {
        "best": judgement.best,
        "surely": judgement.surely,
        "runner_up": judgement.runner_up,
        "lead": {"mean": lead.mean, "low": lead.low, "high": lead.high},
        "chance_best": dict(judgement.chance_best),
    }
