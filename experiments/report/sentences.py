"""The verdict in plain sentences: which plan, by how much, how surely, what stays open, and what it all rests on.

In goes a `Comparison`; out come sentences a manager can read aloud. Nothing here decides which plan is best, or how
surely: the simultaneous intervals did.
"""

from collections.abc import Sequence
from math import ceil, isfinite

from experiments.assumptions.flips import FEWEST
from experiments.comparing.comparison import Comparison, Support
from experiments.comparing.fairness import Unfair, unfair
from experiments.comparing.intervals import LEVEL, UNDEFINED, paired_interval, simultaneous
from experiments.comparing.verdict import Undecided
from experiments.report.selected import objective_sentences, selection_sentence
from experiments.report.words import plan_title
from sim.measurement.by_channel import BY_CHANNEL
from sim.measurement.by_tier import BY_TIER

OF_SOME_ONLY = (*BY_TIER, *BY_CHANNEL)
MOST_EFFECTS = 4
MOST_UNDECIDED = 4
MOST_SUPPORTS = 5
TOO_MANY_REPLICATIONS = 1000
A_FEW = 5
ASSUMED_SOURCES = ("assumed", "masked", "untagged")


def verdict_sentences(comparison: Comparison, language: str = "en") -> list[str]:
    """The verdict itself: the best plan, its chances, what the other plans do, and whether the horizon changes it."""
    if comparison.selection is None:
        sentences = [_best_plan(comparison, language), _chances(comparison, language)]
    else:
        sentences = [selection_sentence(comparison, comparison.selection, language)]
    sentences += objective_sentences(comparison, language)
    for plan in comparison.plans:
        if plan not in (comparison.baseline, comparison.judgement.best):
            sentences.append(_what_it_does(comparison, plan, language))
    if comparison.judgement.best != comparison.baseline:
        sentences.append(_what_it_does(comparison, comparison.judgement.best, language))
    sentences.append(_horizon(comparison, language))
    sentences += fairness_sentences(comparison, language)
    return [sentence for sentence in sentences if sentence]


def fairness_sentences(comparison: Comparison, language: str = "en") -> list[str]:
    """A caution for each plan in which a higher tier waited longer, or was less satisfied, than a lower one."""
    return [
        f"Caution: in {plan_title(comparison, each.plan, language)}, {tier_title(each.higher)} {_served_worse(each)} "
        f"{tier_title(each.lower)}, though they are the higher tier."
        for each in unfair(comparison.values, list(comparison.plans), comparison.period)
    ]


def _served_worse(each: Unfair) -> str:
    if each.what == "wait":
        return f"waited {each.worse_by.mean:.1f} min longer than"
    return f"were {each.worse_by.mean:.1f} points less satisfied with their visits than"


def tier_title(tier: str) -> str:
    """A tier in a sentence."""
    return "those without a tier" if tier == "no_tier" else f"'{tier}'"


def undecided_sentence(comparison: Comparison, language: str = "en") -> str:
    """Which shown differences chance alone could explain, the soonest settled first."""
    open_questions = sorted(comparison.undecided, key=lambda question: question.more)[:MOST_UNDECIDED]
    if not open_questions:
        return ""
    named = [_open_question(comparison, question, language) for question in open_questions]
    left = len(comparison.undecided) - len(named)
    others = f"; and {left} others" if left else ""
    return f"the change is within chance for {'; '.join(named)}{others}."


def rests_on_sentence(comparison: Comparison) -> str:
    """How much is assumed, and which assumed numbers matter or would turn the verdict over."""
    numbers = sum(comparison.provenance.values())
    assumed = sum(comparison.provenance.get(source, 0) for source in ASSUMED_SOURCES)
    if assumed == 0:
        return f"none of its {numbers} numbers is assumed."
    untagged = comparison.provenance.get("untagged", 0)
    of_them = f", {untagged} of them because the file names no source" if untagged else ""
    counted = f"{assumed} of {numbers} numbers are assumed{of_them}"
    named = "; ".join(_support(support) for support in comparison.rests_on[:MOST_SUPPORTS])
    if comparison.uncertain:
        if comparison.replications < FEWEST:
            return f"{counted}; fewer than {FEWEST} replications cannot tell which of them matters."
        if not named:
            return f"{counted}; no single one was found to turn the verdict over inside its range."
        return f"{counted}; the verdict turns over at {named}."
    advice = "add --uncertain to draw them from their ranges"
    return f"{counted}: {named}; {advice}." if named else f"{counted}; {advice}."


def _best_plan(comparison: Comparison, language: str) -> str:
    judgement, style = comparison.judgement, comparison.style(comparison.primary)
    best, runner_up = (plan_title(comparison, plan, language) for plan in (judgement.best, judgement.runner_up))
    lead = judgement.lead
    if lead.mean == 0.0 and lead.half_width == 0.0:
        return f"{best} and {runner_up} are the same on {style.name}."
    by = f"{style.amount(lead.mean, lead.half_width)} {'more' if lead.mean > 0 else 'less'} than {runner_up}"
    spread = style.limits(lead)
    if judgement.surely:
        also = ", wherever the assumed numbers lie in their ranges" if comparison.uncertain else ""
        return f"{best} is best on {style.name}, surely{also}: {by} {spread}."
    if comparison.uncertain:
        return (
            f"{best} leads on {style.name}, but not surely when the assumed numbers may lie anywhere in their ranges: "
            f"{by} {spread}."
        )
    return f"{best} leads on {style.name}, but not surely: {by} {spread}; {_settled_by(judgement.more)}."


def _chances(comparison: Comparison, language: str) -> str:
    judgement, style = comparison.judgement, comparison.style(comparison.primary)
    where = "drawn worlds" if comparison.uncertain else "replications"
    if judgement.chance_best[judgement.best] == 1.0:
        return f"It is best in all {comparison.replications} {where}."
    order = sorted(judgement.chance_best.items(), key=lambda item: -item[1])
    shares = ", ".join(
        f"{plan_title(comparison, plan, language)} {100 * share:.0f} %" for plan, share in order if share > 0.0
    )
    regret = style.amount(judgement.regret[judgement.best])
    return f"Best in this share of {where}: {shares}; to choose it loses {regret} on average against hindsight."


def _what_it_does(comparison: Comparison, plan: str, language: str) -> str:
    """The sure effects of a plan, better and worse, at a level that allows for all of them being looked at."""
    level = simultaneous(LEVEL, (len(comparison.plans) - 1) * len(comparison.shown))
    # What decides comes first; what is known of tiers and channels apart, after what is known of all.
    order = sorted(
        comparison.shown, key=lambda measure: (measure != comparison.primary, measure.startswith(OF_SOME_ONLY))
    )
    good: list[str] = []
    bad: list[str] = []
    for measure in order:
        direction = comparison.measures[measure].better
        chosen, other = comparison.paired(plan, measure)
        change = UNDEFINED if chosen.empty else paired_interval(chosen.to_numpy(), other.to_numpy(), level)
        if direction == "neither" or not change.excludes_zero:
            continue
        style = comparison.style(measure)
        told = f"{style.name} {style.signed(change.mean, change.half_width)}"
        (good if (change.mean > 0) == (direction == "higher") else bad).append(told)
    title, baseline = (plan_title(comparison, name, language) for name in (plan, comparison.baseline))
    if not good and not bad:
        return f"{title} changes nothing surely."
    parts = [
        f"surely {word}: {', '.join(told[:MOST_EFFECTS])}" for word, told in (("better", good), ("worse", bad)) if told
    ]
    return f"{title} against {baseline} - {'; '.join(parts)}."


def _horizon(comparison: Comparison, language: str) -> str:
    window, carried = comparison.window, comparison.carried
    if window is None or carried is None or window.best == carried.best:
        return ""
    inside, after = (plan_title(comparison, judgement.best, language) for judgement in (window, carried))
    sure = "" if window.surely and carried.surely else " (not both surely)"
    return f"Mind the horizon: {inside} earns most inside the window, {after} with customer value carried on{sure}."


def _open_question(comparison: Comparison, question: Undecided, language: str) -> str:
    what = comparison.style(question.measure).name
    return f"{what} with {plan_title(comparison, question.plan, language)} ({_settled_by(question.more)})"


def _settled_by(more: float) -> str:
    if not isfinite(more) or more > TOO_MANY_REPLICATIONS:
        return "any difference is too small to find"
    number = f"about {_about(more)}" if more > A_FEW else "a few"
    return f"{number} more replications would settle it"


def _about(more: float) -> int:
    """A number of replications as one would say it: tens above twenty."""
    return ceil(more) if more <= 20 else 10 * ceil(more / 10)


def _support(support: Support) -> str:
    if support.flips_at is not None:
        return f"{support.path} = {support.flips_at} (stated {support.value}, range {support.low} to {support.high})"
    return f"{support.path} ({support.source} {support.value}, range {support.low} to {support.high})"


def verdict_object(comparison: Comparison, language: str = "en") -> dict[str, object]:
    """The verdict for `--json`: who is best, how surely, what is open, what is assumed, and the sentences."""
    judgement = comparison.judgement
    return {
        "measure": comparison.primary,
        "period": comparison.period,
        "best": judgement.best,
        "surely": judgement.surely,
        "runner_up": judgement.runner_up,
        "lead": {"mean": judgement.lead.mean, "low": judgement.lead.low, "high": judgement.lead.high},
        "chance_best": dict(judgement.chance_best),
        "regret": dict(judgement.regret),
        "best_in_window": None if comparison.window is None else comparison.window.best,
        "best_with_carried_value": None if comparison.carried is None else comparison.carried.best,
        "undecided": [
            {"plan": question.plan, "measure": question.measure, "more": question.more}
            for question in comparison.undecided
        ],
        "assumed": dict(comparison.provenance),
        "rests_on": [_support_object(support) for support in comparison.rests_on],
        "sentences": verdict_sentences(comparison, language),
    }


def _support_object(support: Support) -> dict[str, object]:
    names: Sequence[str] = ("path", "value", "low", "high", "source", "note", "flips_at", "share")
    return {name: getattr(support, name) for name in names}
