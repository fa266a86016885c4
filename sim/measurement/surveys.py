"""Surveys: who is asked, who answers, what they answer, beside what is true of everyone who could have been asked.

In goes a market on the evening of a survey; out come rows of results. Luck is the survey's own, so a survey changes
nothing of the market and nothing of another survey.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim.behaviour import kano
from sim.behaviour.answering import AnswerScale, answers, mean_and_error, response_chance, share_and_error
from sim.behaviour.complaint import FATES
from sim.behaviour.dimensions import DIMENSIONS, HIGHEST, LOWEST, weighted
from sim.behaviour.word_of_mouth import net_promoter_points, net_promoter_score, recommendation
from sim.day.judge import satisfaction_of_visit
from sim.measurement.problems import ProblemMemory, chance_to_buy_again
from sim.scenario.surveys import Survey

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

WHOLE: Final = "overall"
SATISFIED: Final = "satisfied"
BUY_AGAIN: Final = "would buy again"
COMPLAINED: Final = "complained"
_NEVER: Final = -1


@dataclass(frozen=True)
class Found:
    """One number of one survey: its question, which statistic, measured with standard error, and in truth.

    `true` is over everyone who could have been asked; `true_of_answered` over those who answered, without the errors of
    answering: the distance between the two is the error of who was asked and who stayed silent.
    """

    question: str
    statistic: str
    measured: float
    error: float
    true: float
    true_of_answered: float
    of: int | None = None
    """How many answered this question, where not everybody who answered did."""


class Impressions:
    """What each customer took away from the latest visit, and when it ended: all that a questionnaire asks back."""

    def __init__(self, size: int) -> None:
        self.perceived = np.full((len(DIMENSIONS), size), np.nan)
        self.latest = np.full(size, _NEVER, np.int64)

    def remember(self, market: Market) -> None:
        """Take in today's judged visits."""
        judged = market.today.judgement
        assert judged is not None  # step 6 always leaves its judgement
        self.perceived[:, judged.rows] = judged.perceived
        self.latest[judged.rows] = market.day


class ScaleUse:
    """Everyone's own way of using a scale, the same in all surveys; drawn when first asked for."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._styles: tuple[Floats, Floats] | None = None

    def of(self, rows: Integers) -> tuple[Floats, Floats]:
        """Standard normal shift and stretch of `rows`."""
        if self._styles is None:
            streams, population = self._market.streams, self._market.customers.population
            shift, stretch = (
                np.asarray(special.ndtri(streams.everyone("scale use", 0, population, name)))
                for name in ("shift", "stretch")
            )
            self._styles = shift, stretch
        return self._styles[0][rows], self._styles[1][rows]


@dataclass(frozen=True)
class Answered:
    """The answers of a round: rows of those who answered; what each said, in the unit of the survey's measure, of which
    that measure is the mean; whether they are satisfied, where the survey counts it.
    """

    rows: Integers
    said: Floats
    satisfied: Flags | None = None


@dataclass(frozen=True)
class _Asked:
    """A round: places of the asked within the eligible, who of them answered, their luck, and how they use a scale."""

    places: Integers
    luck: Floats
    shift: Floats
    stretch: Floats


class Questionnaire:
    """One survey of the document, held on its evenings."""

    def __init__(self, name: str, survey: Survey, days: list[int]) -> None:
        self.name, self.survey, self.days = name, survey, frozenset(days)
        self.latest: Answered | None = None  # of the latest round; a Kano survey has none

    def hold(
        self, market: Market, seen: Impressions | None, style: ScaleUse, problems: ProblemMemory | None = None
    ) -> tuple[int, int, int, list[Found]]:
        """Ask and count: how many could be asked, were asked and answered, and what came out."""
        survey = self.survey
        rows = self._eligible(market, seen, problems)
        asked = self._sampled(market, rows)
        draws = 1 + self._questions()
        luck = market.streams.each("survey", market.day, market.customers.population, rows[asked], draws, self.name)
        chance = np.ones(len(asked))
        if survey.response is not None:
            chance = response_chance(
                market.customers.satisfaction[rows[asked]],
                rate=survey.response.rate,
                satisfaction_effect=survey.response.satisfaction,
                feeling_effect=survey.response.strong_feelings,
            )
        answering = luck[:, 0] < chance
        if problems is not None and survey.instrument == "problems":
            found = _problems(market, survey, problems, rows, asked[answering], luck[answering, 1])
            return len(rows), len(asked), int(np.count_nonzero(answering)), found
        places, noise = asked[answering], special.ndtri(luck[answering, 1:]).T * survey.answers.noise
        shift, stretch = np.zeros(len(places)), np.zeros(len(places))
        if survey.answers.shift or survey.answers.stretch:
            shift, stretch = style.of(rows[places])
            shift, stretch = shift * survey.answers.shift, stretch * survey.answers.stretch
        round_ = _Asked(places, noise, shift, stretch)
        return len(rows), len(asked), len(places), self._results(market, rows, round_, seen)

    def _questions(self) -> int:
        return {"servqual": 10, "servperf": 5, "kano": 10}.get(self.survey.instrument, 1)

    def _eligible(self, market: Market, seen: Impressions | None, problems: ProblemMemory | None) -> Integers:
        everyone = np.arange(len(market.customers))
        chosen = market.audiences.members(f"surveys.{self.name}", self.survey.audience, everyone)
        if problems is not None and self.survey.instrument == "problems":
            days = np.inf if self.survey.problem_within is None else self.survey.problem_within
            chosen &= problems.within(market.day, min(days, market.day + 1))
        if seen is not None:
            if self.survey.instrument in ("servqual", "servperf"):
                chosen &= seen.latest != _NEVER
            if self.survey.visited_within is not None:
                chosen &= (seen.latest != _NEVER) & (seen.latest > market.day - self.survey.visited_within)
        return np.flatnonzero(chosen)

    def _sampled(self, market: Market, rows: Integers) -> Integers:
        """Places within `rows` of those asked, rising: as many as wanted, each person with the same chance."""
        size, wanted = len(rows), len(rows)
        if self.survey.sample is not None:
            wanted = min(self.survey.sample, size)
        elif self.survey.share is not None:
            wanted = round(self.survey.share * size)
        if wanted == size:
            return np.arange(size)
        luck = market.streams.each("survey sample", market.day, market.customers.population, rows, identity=self.name)
        return np.sort(np.argsort(luck[:, 0], kind="stable")[:wanted])

    def _results(self, market: Market, rows: Integers, asked: _Asked, seen: Impressions | None) -> list[Found]:
        instrument = self.survey.instrument
        if instrument == "kano":
            return self._kano(market, rows, asked)
        if instrument in ("servqual", "servperf"):
            assert seen is not None  # such a survey has its impressions kept
            return self._quality(market, rows, asked, seen)
        satisfaction = market.customers.satisfaction[rows]
        if instrument == "satisfaction":
            satisfaction = market.customers.stated_satisfaction(rows)
        first, last = self.survey.ends
        scale = AnswerScale(first, last, 0.0, 100.0)
        given = answers(
            satisfaction[asked.places], scale, noise=asked.luck[0], shift=asked.shift, stretch=asked.stretch
        )
        if instrument == "satisfaction":
            found = [_mean("satisfaction", scale.meaning(given), satisfaction, asked.places)]
            least = self.survey.satisfied_from
            self.latest = Answered(rows[asked.places], scale.meaning(given))
            if least is not None:
                # In truth: who would say so without the errors of answering.
                satisfied = np.floor(scale.point(satisfaction) + 0.5) >= least
                found.append(_share_of("satisfaction", given >= least, satisfied, asked.places))
                self.latest = replace(self.latest, satisfied=given >= least)
            return found
        self.latest = Answered(rows[asked.places], net_promoter_points(given.astype(np.int64)))
        truth = recommendation(satisfaction)
        score, error = net_promoter_score(given.astype(np.int64))
        true, _ = net_promoter_score(truth)
        of_answered, _ = net_promoter_score(truth[asked.places])
        return [Found("would recommend", "net promoter score", score, error, true, of_answered)]

    def _quality(self, market: Market, rows: Integers, asked: _Asked, seen: Impressions) -> list[Found]:
        """SERVQUAL: P - E by dimension and weighted (Parasuraman et al. 1988); SERVPERF: P (Cronin & Taylor 1992)."""
        first, last = self.survey.ends
        scale = AnswerScale(first, last, LOWEST, HIGHEST)

        def said(truth: Floats, luck: Floats) -> Floats:
            given = answers(truth[:, asked.places], scale, noise=luck, shift=asked.shift, stretch=asked.stretch)
            return scale.meaning(given)

        true = seen.perceived.take(rows, axis=1)
        measured = said(true, asked.luck[:5])
        if self.survey.instrument == "servqual":
            columns = {"will": market.customers.will, "adequate": market.customers.adequate}
            expected = columns.get(self.survey.expectation, market.customers.desired).take(rows, axis=1)
            measured = measured - said(expected, asked.luck[5:])
            true = true - expected
        importance = market.customers.importance.take(rows, axis=1)
        found = [_mean(name, measured[number], true[number], asked.places) for number, name in enumerate(DIMENSIONS)]
        whole = weighted(measured, importance.take(asked.places, axis=1))
        self.latest = Answered(rows[asked.places], whole)
        return [_mean(WHOLE, whole, weighted(true, importance), asked.places), *found]

    def _kano(self, market: Market, rows: Integers, asked: _Asked) -> list[Found]:
        """How each would feel with a dimension at its best and at its worst, everything else as expected."""
        customers = market.customers
        will, desired, adequate = (
            column.take(rows, axis=1) for column in (customers.will, customers.desired, customers.adequate)
        )
        importance = customers.importance.take(rows, axis=1)
        usual = satisfaction_of_visit(market, will, will, desired, adequate, importance)
        found = []
        for number, name in enumerate(DIMENSIONS):
            with_it, without = (
                satisfaction_of_visit(market, _at(will, number, level), will, desired, adequate, importance) - usual
                for level in (HIGHEST, LOWEST)
            )
            true = self._classes(with_it, without)
            noise = asked.luck[2 * number], asked.luck[2 * number + 1]
            given = self._classes(with_it[asked.places] + noise[0], without[asked.places] + noise[1])
            found += _kano_rows(name, given, true, true[asked.places])
        return found

    def _classes(self, with_it: Floats, without: Floats) -> Integers:
        functional, dysfunctional = (
            kano.answer(feeling, noticeable=self.survey.noticeable) for feeling in (with_it, without)
        )
        return kano.classify(functional, dysfunctional)


def _at(levels: Floats, dimension: int, level: float) -> Floats:
    changed = levels.copy()
    changed[dimension] = level
    return changed


def _mean(question: str, measured: Floats, true: Floats, places: Integers) -> Found:
    mean, error = mean_and_error(measured)
    return Found(question, "mean", mean, error, mean_and_error(true)[0], mean_and_error(true[places])[0])


def _kano_rows(question: str, given: Integers, true: Integers, of_answered: Integers) -> list[Found]:
    rows = []
    for number, name in enumerate(kano.CLASSES):
        share, error = share_and_error(int(np.count_nonzero(given == number)), len(given))
        rows.append(Found(question, name, share, error, _share(true == number), _share(of_answered == number)))
    better, worse, base = kano.better_and_worse(given)
    true_pair, answered_pair = kano.better_and_worse(true), kano.better_and_worse(of_answered)
    for place, (name, value) in enumerate((("better", better), ("worse", worse))):
        error = float(np.sqrt(abs(value) * (1.0 - abs(value)) / base)) if base else float("nan")
        rows.append(Found(question, name, value, error, true_pair[place], answered_pair[place]))
    return rows


def _problems(
    market: Market, survey: Survey, problems: ProblemMemory, rows: Integers, places: Integers, luck: Floats
) -> list[Found]:
    """Would buy again, by what became of the latest problem; and who complained, of all with one (Goodman, TARP).

    Who would is drawn from the chance to choose the firm tonight; the true share is the mean of that chance.
    """
    assert survey.need is not None  # such a survey names its need
    chance, fate = chance_to_buy_again(market, rows, survey.need), problems.fate[rows]
    found = []
    for number, name in enumerate(FATES):
        all_of_it, said = fate == number, fate[places] == number
        again = luck[said] < chance[places[said]]
        share, error = share_and_error(int(np.count_nonzero(again)), len(again))
        true, of_answered = _share_expected(chance[all_of_it]), _share_expected(chance[places[said]])
        found.append(Found(name, BUY_AGAIN, share, error, true, of_answered, len(again)))
    voiced = fate != FATES.index("silent")
    share, error = share_and_error(int(np.count_nonzero(voiced[places])), len(places))
    return [*found, Found("all", COMPLAINED, share, error, _share(voiced), _share(voiced[places]), len(places))]


def _share_expected(chances: Floats) -> float:
    return float(chances.mean()) if len(chances) else float("nan")


def _share_of(question: str, measured: Flags, true: Flags, places: Integers) -> Found:
    share, error = share_and_error(int(np.count_nonzero(measured)), len(measured))
    return Found(question, SATISFIED, share, error, _share(true), _share(true[places]))


def _share(flags: Flags) -> float:
    return int(np.count_nonzero(flags)) / len(flags) if len(flags) else float("nan")
