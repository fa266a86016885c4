"""Contested beliefs: what may be true of the market, as answers that set paths of the document.

In go the beliefs a file declares, those of the command line (`basis: offers.gift.counts=one day`), or the mechanisms of
behaviour that have several cited forms; out come the worlds to run side by side, the stated one first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from experiments.comparing.breakdown import Text
from sim.errors import RequestError, ScenarioError
from sim.scenario.behaviour import BehaviourSection
from sim.scenario.fields import alternatives
from sim.scenario.load import Scenario
from sim.scenario.reading import parse
from sim.scenario.refusal import shown
from sim.scenario.units import parse_identifier

MOST_TOGETHER = 16
MOST_WORLDS = 256
STATED = "as stated"


@dataclass(frozen=True)
class Answer:
    """What is set where, in every plan that has the path, if this is true."""

    name: str
    title: Text
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Belief:
    """A question and its answers; the first is what the file says, where one of them is."""

    name: str
    title: Text
    answers: tuple[Answer, ...]
    stated_first: bool


@dataclass(frozen=True)
class World:
    """One answer to every question: ``answers`` by belief, and what each of them sets."""

    answers: Mapping[str, str]
    by_belief: Mapping[str, Mapping[str, Any]]

    @property
    def settings(self) -> dict[str, Any]:
        """Everything that is set, by path."""
        return {path: value for each in self.by_belief.values() for path, value in each.items()}


def declared_beliefs(scenario: Scenario) -> tuple[Belief, ...]:
    """The beliefs of the file, under `experiment.beliefs`; it has checked them."""
    found = []
    for name, belief in scenario.document(scenario.baseline).experiment.beliefs.items():
        answers = [Answer(each, said.title or _words(each), said.settings) for each, said in belief.either.items()]
        found.append(_ordered(scenario, name, belief.title or _words(name), answers))
    return tuple(found)


def asked_beliefs(scenario: Scenario, texts: Sequence[str]) -> tuple[Belief, ...]:
    """Beliefs of the command line: `NAME: PATH=value`, the same name for several answers beside what the file says."""
    answers: dict[str, list[Answer]] = {}
    for text in texts:
        name, answer = _asked(scenario, text)
        known = answers.setdefault(name, [Answer(STATED, STATED, {})])
        if any(each.settings == answer.settings for each in known):
            raise RequestError(f"'{text}' is asked for twice")
        known.append(answer)
    beliefs = tuple(Belief(name, _words(name), tuple(each), True) for name, each in answers.items())
    _different_places(beliefs)
    return beliefs


def mechanism_beliefs(scenario: Scenario, plans: Sequence[str]) -> tuple[tuple[Belief, ...], tuple[str, ...]]:
    """One belief for each mechanism of behaviour with several forms, each at its defaults, and what was left out.

    Left out is a form that needs numbers of its own, and one that a plan of this scenario cannot have.
    """
    stated = scenario.document(scenario.baseline).behaviour
    beliefs, left_out = [], []
    for name, field in BehaviourSection.model_fields.items():
        forms = list(_forms(field.annotation))
        if len(forms) < 2:
            continue
        path = f"behaviour.{name}"
        now = _form_of(getattr(stated, name))
        answers = [Answer(now, now.replace("-", " "), {})]
        for form, value in forms:
            if form == now:
                continue
            if value is None:
                left_out.append(f"{path}: {form} (it needs numbers of its own)")
                continue
            refused = _refused(scenario, plans, {path: value})
            if refused:
                left_out.append(f"{path}: {form} ({refused})")
            else:
                answers.append(Answer(form, form.replace("-", " "), {path: value}))
        if len(answers) > 1:
            beliefs.append(Belief(name, _words(name), tuple(answers), True))
    return tuple(beliefs), tuple(left_out)


def worlds(beliefs: Sequence[Belief], *, one_at_a_time: bool | None = None) -> tuple[World, ...]:
    """The worlds to run: every combination of answers, or one belief changed at a time; the stated world first.

    Left out, ``one_at_a_time`` is chosen where there are more than 16 combinations.
    """
    together = prod(len(belief.answers) for belief in beliefs)
    if one_at_a_time is None:
        one_at_a_time = together > MOST_TOGETHER
    if one_at_a_time:
        first = [belief.answers[0] for belief in beliefs]
        chosen = [tuple(first)]
        for place, belief in enumerate(beliefs):
            chosen += [(*first[:place], answer, *first[place + 1 :]) for answer in belief.answers[1:]]
    else:
        if together > MOST_WORLDS:
            raise RequestError(f"{together:,} combinations of beliefs are too many; ask for --one-at-a-time")
        chosen = list(product(*(belief.answers for belief in beliefs)))
    return tuple(
        World(
            {belief.name: answer.name for belief, answer in zip(beliefs, answers, strict=True)},
            {belief.name: answer.settings for belief, answer in zip(beliefs, answers, strict=True)},
        )
        for answers in chosen
    )


def _ordered(scenario: Scenario, name: str, title: Text, answers: Sequence[Answer]) -> Belief:
    """The belief with the answer first that the file's own values give in every plan."""
    as_stated = [answer for answer in answers if _is_stated(scenario, answer)]
    first = as_stated[:1]
    return Belief(name, title, (*first, *(each for each in answers if each not in first)), bool(first))


def _is_stated(scenario: Scenario, answer: Answer) -> bool:
    return all(
        scenario.canonical(plan) == scenario.canonical(plan, settings={path: value})
        for path, value in answer.settings.items()
        for plan in scenario.plans_with(path)
    )


def _asked(scenario: Scenario, text: str) -> tuple[str, Answer]:
    name, colon, rest = text.partition(":")
    path, equals, written = rest.partition("=")
    if not (colon and equals and path.strip() and written.strip()):
        raise RequestError(
            f"'{text}' is no belief; write NAME: PATH=value, such as 'talk: behaviour.word_of_mouth=none'"
        )
    try:
        parse_identifier(name.strip())
    except ValueError:
        raise RequestError(f"'{name.strip()}' is no name for a belief: letters, digits, _ and -") from None
    try:
        value = parse(f"value: {written.strip()}\n".encode(), "the belief").data["value"]
    except ScenarioError:
        raise RequestError(f"'{written.strip()}' cannot be read as a value of {path.strip()}") from None
    settings = {path.strip(): value}
    refused = _refused(scenario, scenario.plans_with(path.strip()), settings)
    if refused:
        raise RequestError(f"{path.strip()} = {shown(value)} {refused}")
    return name.strip(), Answer(written.strip(), written.strip(), settings)


def _refused(scenario: Scenario, plans: Sequence[str], settings: Mapping[str, Any]) -> str:
    """Why a plan cannot be with these settings, in one sentence; empty when every plan can."""
    for plan in plans:
        try:
            scenario.document(plan, settings=settings)
        except ScenarioError as error:
            first = error.problems[0]
            allowed = f"; {first.allowed}" if first.allowed else ""
            return f"in plan '{plan}': {first.found}{allowed}"
    return ""


def _different_places(beliefs: Sequence[Belief]) -> None:
    taken: dict[str, str] = {}
    for belief in beliefs:
        paths = {path for answer in belief.answers for path in answer.settings}
        for path in sorted(paths):
            for other, name in taken.items():
                if path == other or path.startswith(f"{other}.") or other.startswith(f"{path}."):
                    raise RequestError(f"the beliefs {name} and {belief.name} both set {path}; give them one name")
        taken |= dict.fromkeys(sorted(paths), belief.name)


def _forms(annotation: Any) -> Iterator[tuple[str, Any]]:
    """The forms a mechanism may have, by name, and what to write for each; None where it needs numbers of its own."""
    for arm in alternatives(annotation):
        if isinstance(arm, type) and issubclass(arm, BaseModel):
            name = _form_name(arm)
            written: dict[str, Any] = {"form": name} if "form" in arm.model_fields else {}
            try:
                arm.model_validate(written)
            except ValidationError:
                yield name, None
            else:
                yield name, written
        elif get_origin(arm) is not None:
            yield from ((str(word), word) for word in get_args(arm))


def _form_name(section: type[BaseModel]) -> str:
    form = section.model_fields.get("form")
    return str(get_args(form.annotation)[0]) if form is not None else "in force"


def _form_of(stated: Any) -> str:
    return _form_name(type(stated)) if isinstance(stated, BaseModel) else str(stated)


def _words(name: str) -> str:
    return name.replace("_", " ")
