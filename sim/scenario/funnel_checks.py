"""Funnels, referrals and reviews that cannot be as they are written, or hardly as they are meant.

In goes one document; out come findings, each at the line that is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.scenario.audience_checks import audiences_in
from sim.scenario.document import Document
from sim.scenario.finding import Finding
from sim.scenario.funnels import OCCASIONS, Funnel
from sim.scenario.refusal import nearest
from sim.scenario.tree import TreePath


def impossible_funnels(document: Document) -> Iterator[Finding]:
    """States nobody declared, occasions of the wrong kind, shares of more than everybody."""
    for name, funnel in document.funnels.items():
        place: TreePath = ("funnels", name)
        if funnel.audience.funnel:
            found = "who is in a funnel is settled at opening, before anybody moves"
            yield Finding(
                (*place, "audience", "funnel"), found, "another condition, or opening: the states people begin in"
            )
        for state in funnel.opening:
            yield from _unknown((*place, "opening", state), state, funnel.states)
        for number, state in enumerate(funnel.talk.states if funnel.talk is not None else ()):
            yield from _unknown((*place, "talk", "states", str(number)), state, funnel.states)
        for each, move in funnel.moves.items():
            at = (*place, "moves", each)
            yield from _unknown((*at, "from"), move.origin, funnel.states)
            yield from _unknown((*at, "to"), move.to, funnel.states)
            known = _occasions(document, move.per or "message")
            for number, one in enumerate(move.of):
                if one not in known:
                    found = f"'{one}' is none of {OCCASIONS[move.per or 'message']}, which 'per: {move.per}' is about"
                    allowed = f"one of {', '.join(known)}" if known else "a name that is declared there; none is"
                    yield Finding((*at, "of", str(number)), found, allowed, nearest(one, known) or "")
        yield from _shares(place, funnel)
    for path, audience in audiences_in(document):
        for name, states in audience.funnel.items():
            for number, state in enumerate(states):
                if name in document.funnels:
                    yield from _unknown((*path, "funnel", name, str(number)), state, document.funnels[name].states)


def _unknown(path: TreePath, state: str, states: Sequence[str]) -> Iterator[Finding]:
    if state not in states:
        yield Finding(path, f"there is no state '{state}'", f"one of {', '.join(states)}", nearest(state, states) or "")


def _occasions(document: Document, per: str) -> tuple[str, ...]:
    return {
        "exposure": tuple(document.campaigns),
        "contact": tuple(document.outreach),
        "invitation": tuple(document.referrals),
        "guest": tuple(document.events),
        "visit": tuple(document.market.needs),
    }.get(per, ())


def _shares(place: TreePath, funnel: Funnel) -> Iterator[Finding]:
    """Whoever comes into a state makes one of its shared moves at most."""
    for state in funnel.states:
        shared = {name: move.share or 0.0 for name, move in funnel.moves.items() if move.origin == state and move.share}
        total = sum(shared.values())
        if total > 1 + 1e-9:
            found = f"the shares that move on from {state} add up to {total:.4g}: {' and '.join(shared)}"
            yield Finding((*place, "moves", list(shared)[-1], "share"), found, "shares that add up to 1 at most")


def doubtful_funnels(document: Document) -> Iterator[Finding]:
    """States nobody can come to, occasions that never arise, programmes and reviews that move nobody."""
    silent = document.behaviour.word_of_mouth == "none"
    for name, funnel in document.funnels.items():
        place: TreePath = ("funnels", name)
        reached = {funnel.states[0], *funnel.opening, *(move.to for move in funnel.moves.values())}
        for number, state in enumerate(funnel.states):
            if state not in reached:
                yield Finding((*place, "states", str(number)), f"no move leads to {state}", "nobody ever stands there")
        if silent and funnel.talk is not None:
            yield Finding((*place, "talk"), "behaviour.word_of_mouth is none", "nobody tells anybody anything")
        for each, move in funnel.moves.items():
            path = (*place, "moves", each, "per")
            if move.per == "message" and silent:
                yield Finding(path, "behaviour.word_of_mouth is none", "nobody hears anything, so nobody moves")
    for name, referral in document.referrals.items():
        place = ("referrals", name)
        invited = any(
            move.per == "invitation" for funnel in document.funnels.values() for move in funnel.moves.values()
        )
        if not referral.rate:
            yield Finding((*place, "rate"), "nobody is ever invited", "the programme does nothing")
        elif not (referral.joins or referral.pull or invited):
            found = "an invitation has no pull, nobody joins by it and no funnel moves by it"
            yield Finding(place, found, "it makes people aware of the firm, and pays for those who come anyway")
    if document.reviews is not None and not any(need.contested for need in document.market.needs.values()):
        yield Finding(("reviews", "reading"), "no need is contested", "nobody chooses, so nobody reads reviews")
