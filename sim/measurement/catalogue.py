"""The measures that a document's own surveys, indices and scorecards add to the catalogue.

A document goes in; out come measures with titles, as `sim/measures.py` describes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sim.behaviour.complaint import FATES
from sim.measures import Better, Measure
from sim.scenario.document import Document
from sim.scenario.units import text_in

# What a column or measure says comes first and the scenario's own name last: so no name can be taken for another.
SURVEY, SURVEY_TRUE, SURVEY_ROUNDS = "survey_", "true_survey_", "rounds_survey_"
SATISFIED, SATISFIED_TRUE = "satisfied_survey_", "true_satisfied_survey_"
INDEX, INDEX_THOUSANDFOLD, INDEX_PER_1000 = "index_", "thousandfold_index_", "per_1000_index_"
AGAIN, COMPLAINED, SAID = "again_", "complained_survey_", "said_"
CARD, CARD_HONEST, CARD_TRUE, CARDS = "scorecard_", "honest_scorecard_", "true_scorecard_", "cards_scorecard_"


def declared_measures(document: Document) -> Iterator[Measure]:
    """Measured and true value of each survey and scorecard, and each failure index."""
    for name, survey in document.surveys.items():
        if survey.instrument == "problems":
            yield from _problems(name, text_in(survey.title or name.replace("_", " ")))
        elif survey.instrument != "kano":
            title = text_in(survey.title or name.replace("_", " "))
            scale = survey.instrument in ("servqual", "servperf")
            yield from _survey(name, title, *(("scale", 2) if scale else ("points", 1)))
        if survey.satisfied_from is not None:
            title = text_in(survey.title or name.replace("_", " "))
            yield from _satisfied(name, f"{title}, {survey.satisfied_from} or more of {survey.ends[1]}")
    for name, index in document.indices.items():
        yield from _index(name, text_in(index.title or name.replace("_", " ")))
    for name, card in document.scorecards.items():
        yield from _card(name, text_in(card.title or name.replace("_", " ")))


def measures_in(columns: Iterable[str]) -> Iterator[Measure]:
    """The same measures as far as the columns of a daily table show them; their titles are only names."""
    for column in columns:
        if column.startswith(SURVEY_ROUNDS):
            yield from _survey(column.removeprefix(SURVEY_ROUNDS), column, "points", 1)
        elif column.startswith(COMPLAINED):
            yield from _problems(column.removeprefix(COMPLAINED), column)
        elif column.startswith(SATISFIED):
            yield from _satisfied(column.removeprefix(SATISFIED), column)
        elif column.startswith(INDEX):
            yield from _index(column.removeprefix(INDEX), column)
        elif column.startswith(CARDS):
            yield from _card(column.removeprefix(CARDS), column)


def _survey(name: str, title: str, unit: str, decimals: int) -> Iterator[Measure]:
    for prefix, words in ((SURVEY, "as answered"), (SURVEY_TRUE, "in truth")):
        column = f"{prefix}{name}"
        rounds = f"{SURVEY_ROUNDS}{name}"
        yield Measure(column, f"{title}, {words}", unit, "ratio", "higher", decimals, column, rounds)


def _satisfied(name: str, title: str) -> Iterator[Measure]:
    for prefix, words in ((SATISFIED, "as answered"), (SATISFIED_TRUE, "in truth")):
        column = f"{prefix}{name}"
        yield Measure(column, f"{title}, {words}", "share", "ratio", "higher", 3, column, f"{SURVEY_ROUNDS}{name}")


def problem_columns(name: str) -> dict[str, tuple[str, str]]:
    """Of a survey of problems, by measure: the columns of those who said yes and of all who were asked it."""
    found = {f"{AGAIN}{fate}_{SURVEY}{name}": f"{fate}_{SURVEY}{name}" for fate in FATES}
    columns = {measure: (measure, f"{SAID}{rest}") for measure, rest in found.items()}
    return {**columns, f"{COMPLAINED}{name}": (f"{COMPLAINED}{name}", f"{SAID}{COMPLAINED}{name}")}


def _problems(name: str, title: str) -> Iterator[Measure]:
    became = ("did not complain", "complained, not resolved", "complained, resolved", "complained, resolved quickly")
    words = [f"would buy again, {what}" for what in became]
    for (measure, (yes, of)), what in zip(problem_columns(name).items(), [*words, "complained"], strict=True):
        better: Better = "neither" if what == "complained" else "higher"
        yield Measure(measure, f"{title}: {what}", "share", "ratio", better, 3, yes, of)


def _index(name: str, title: str) -> Iterator[Measure]:
    points, thousandfold = f"{INDEX}{name}", f"{INDEX_THOUSANDFOLD}{name}"
    yield Measure(points, f"{title}, points a day", "points", "stock", "lower", 1, points)
    yield Measure(f"{INDEX_PER_1000}{name}", f"{title}, points per 1,000 visits", "points", "ratio", "lower", 1,
                  thousandfold, "ended")  # fmt: skip


def _card(name: str, title: str) -> Iterator[Measure]:
    ways = ((CARD, "as measured"), (CARD_HONEST, "had nobody gamed it"), (CARD_TRUE, "were every visit seen"))
    for prefix, words in ways:
        column = f"{prefix}{name}"
        yield Measure(column, f"{title}, {words}", "points", "ratio", "higher", 1, column, f"{CARDS}{name}")
