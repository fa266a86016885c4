"""A study of two groups in plain text: the table it would print, and what many such studies would find.

In goes a `CohortStudy`; out come tables and sentences, or one object of plain values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite
from typing import Any

from calibration.cohorts.findings import Compared, Finding
from calibration.cohorts.person_measures import PersonMeasure
from calibration.cohorts.statistics import Mean, Proportion, ProportionsCompared
from calibration.cohorts.study import CohortStudy, Group
from experiments.comparing.intervals import Interval
from experiments.report.layout import Column, labelled, side_by_side, table, wrapped
from experiments.report.numbers import UNDEFINED, Style, style_of
from sim.scenario.units import text_in

WIDTH = 120
TITLE_WIDTH = 32
HARDLY = 0.5
OFTEN = 0.8
"""Power from which a study is called large enough (Cohen 1988)."""
OVERSTATED = 1.2
FEWEST_STUDIES = 20
"""Sentences about many studies need at least so many."""


def cohort_text(found: CohortStudy, language: str = "en", width: int = WIDTH) -> str:
    """Header, the first study, what was reported, all studies, verdict."""
    facts = f"{found.replications} studies" if found.replications > 1 else "one study"
    head = [
        f"{text_in(found.title, language)} · a study of two groups · {facts} simulated · seed {found.seed}",
        *(_group(found, place, language) for place in (0, 1)),
    ]
    first = [(each.person, each.first) for each in found.findings]
    blocks = ["\n".join(line for each in head for line in wrapped(each, width))]
    blocks.append(f"The first study, as it would be printed\n{_tests(found, first, width)}")
    if found.reported:
        real = [(each.person, each.test) for each in found.reported]
        blocks.append(f"The real study, as {found.reported_in} has it\n{_tests(found, real, width)}")
    if found.replications > 1:
        blocks.append(f"All {found.replications} studies, each of other people with other luck\n{_power(found)}")
    sentences = cohort_sentences(found)
    if sentences:
        blocks.append(labelled("Verdict", sentences, width))
    return "\n\n".join(blocks) + "\n"


def cohort_sentences(found: CohortStudy) -> list[str]:
    """What such studies would find, miss and overstate, and what a reported one is to the model."""
    said = [_beside(found)] if found.reported else []
    if found.left_out:
        said.append(f"Reported, but not as this study measures it: {_listed(found.left_out)}.")
    if found.replications < FEWEST_STUDIES:
        said.append(f"How often such a study finds a difference needs at least {FEWEST_STUDIES} studies.")
        return said
    said += _same_plan(found) if found.is_same_plan else _two_plans(found)
    said += _spread(found)
    if len(found.findings) > 1:
        chance = 1.0 - 0.95 ** len(found.findings)
        said.append(
            f"Where nothing differs, a study of {len(found.findings)} measures finds something with a chance of up to "
            f"{chance:.0%}: name the one that decides beforehand."
        )
    return said


def cohort_object(found: CohortStudy) -> dict[str, Any]:
    """The study as one object of plain values; shares 0-1, money in major units."""
    return {
        "scenario": found.scenario,
        "seed": found.seed,
        "studies": found.replications,
        "among": found.among,
        "period": found.period,
        "groups": [{"plan": group.plan, "size": drawn} for group, drawn in zip(found.groups, found.drawn, strict=True)],
        "measures": {each.person.name: _finding(each) for each in found.findings},
        "reported": {each.person.name: _test(each.test) for each in found.reported},
        "reported_otherwise": list(found.left_out),
        "verdict": cohort_sentences(found),
    }


def _group(found: CohortStudy, place: int, language: str) -> str:
    group, drawn = found.groups[place], found.drawn[place]
    whom = {"customers": "customers of the firm", "visitors": "visitors", "everyone": "people of the market"}
    what = f"{drawn:,} of the {whom[found.among]}" if group.size is not None else f"all {drawn:,} {whom[found.among]}"
    return f"Group {place + 1}: {text_in(group.title, language)} ({group.plan}), {what}"


def _heading(group: Group, place: int) -> tuple[str, str]:
    return f"group {place + 1}", group.plan


def _tests(found: CohortStudy, rows: Sequence[tuple[PersonMeasure, Compared]], width: int) -> str:
    """The usual table: n (%) or mean ± SD, difference, test, degrees of freedom, p."""
    styles = [_style(found, person, test) for person, test in rows]
    tests = [test for _, test in rows]
    several = list(zip(styles, tests, strict=True))

    def columns(gap: str) -> list[Column]:
        """Cells in one line, or in two where `gap` is a new line."""
        return [
            Column(("", "measure"), tuple("\n".join(wrapped(style.row_title, TITLE_WIDTH)) for style in styles)),
            *(
                Column(
                    _heading(found.groups[place], place),
                    tuple(gap.join(_side(style, test, place)) for style, test in several),
                )
                for place in (0, 1)
            ),
            Column(
                ("difference", "(95 % interval)"), tuple(gap.join(_difference(style, test)) for style, test in several)
            ),
            Column(("", "test"), tuple(_statistic(test) for test in tests)),
            Column(("", "df"), tuple(_degrees(test) for test in tests), right=True),
            Column(("", "p"), tuple(p_text(test.p_value) for test in tests), right=True),
        ]

    wide = columns(" ")
    return table(wide if side_by_side(wide) <= width else columns("\n"))


def _style(found: CohortStudy, person: PersonMeasure, test: Compared) -> Style:
    style = style_of(person.measure, _largest(test), found.currency)
    unit = style.change_unit if person.kind == "share" else style.unit
    titled = f"{style.row_title}, {unit}" if unit and person.kind == "mean" else style.row_title
    return replace(style, row_title=titled)


def _largest(test: Compared) -> float:
    if isinstance(test, ProportionsCompared):
        return max(test.first.share, test.second.share)
    return max(abs(test.first.mean), abs(test.second.mean))


def _side(style: Style, test: Compared, place: int) -> tuple[str, str]:
    side: Proportion | Mean = (test.first, test.second)[place]
    if isinstance(side, Proportion):
        return f"{side.hits:,} of {side.of:,}", f"({100.0 * side.share:.1f} %)"
    mean, sd = (f"{value * style.factor:,.{style.decimals}f}" for value in (side.mean, side.sd))
    return f"{mean} ± {sd}", f"(n {side.of:,})"


def _difference(style: Style, test: Compared) -> tuple[str, str]:
    number, _, limits = style.change(Interval(test.difference, test.low, test.high)).partition("  ")
    return (f"{number} points" if isinstance(test, ProportionsCompared) else number), limits


def _statistic(test: Compared) -> str:
    if isinstance(test, ProportionsCompared):
        return "Fisher, exact" if test.decides == "Fisher" else f"chi-square {test.chi_square:.2f}"
    return f"t {test.t:.2f}" if isfinite(test.t) else "t, no spread"


def _degrees(test: Compared) -> str:
    if isinstance(test, ProportionsCompared):
        return "" if test.decides == "Fisher" else "1"
    return f"{test.degrees:.1f}"


def p_text(p_value: float) -> str:
    """A p-value as journals print it: three decimals, and never 0.000."""
    return "< 0.001" if p_value < 0.001 else f"{p_value:.3f}"


def _power(found: CohortStudy) -> str:
    rows = found.findings
    styles = [_style(found, each.person, each.first) for each in rows]
    true = "true difference" if not found.is_same_plan else "difference in truth"
    counted = ("studies with", "p < 0.05") if not found.is_same_plan else ("false alarms", "p < 0.05")
    columns = [
        Column(("", "measure"), tuple("\n".join(wrapped(style.row_title, TITLE_WIDTH)) for style in styles)),
        Column((true, "(95 % interval)"), tuple(_truth(style, each) for style, each in zip(styles, rows, strict=True))),
        Column(counted, tuple(f"{each.found.hits} of {each.found.of}" for each in rows), right=True),
        Column(("share of studies", "(95 % interval)"), tuple(_share(each) for each in rows), right=True),
    ]
    if not found.is_same_plan:
        columns += [
            Column(("the wrong", "way"), tuple(_count(each.wrong_way) for each in rows), right=True),
            Column(("found ones", "overstate by"), tuple(_factor(each.overstates) for each in rows), right=True),
        ]
    columns.append(Column(("spread, of", "stated error"), tuple(_times(each.spread) for each in rows), right=True))
    return table(columns)


def _truth(style: Style, each: Finding) -> str:
    text = style.change(each.truth)
    return f"{text} points" if each.person.kind == "share" else text


def _share(each: Finding) -> str:
    return f"{each.found.share:.0%} ({each.low:.0%} to {each.high:.0%})"


def _count(value: int | None) -> str:
    return UNDEFINED if value is None else str(value)


def _factor(value: float) -> str:
    return f"{value - 1.0:+.0%}" if isfinite(value) else UNDEFINED


def _times(value: float) -> str:
    return f"{value:.2f}" if isfinite(value) else UNDEFINED


def _two_plans(found: CohortStudy) -> list[str]:
    said = []
    surely = [each for each in found.findings if each.low >= OFTEN and each.truth.excludes_zero]
    seldom = [each for each in found.findings if each.high < HARDLY and each.truth.excludes_zero]
    nothing = [each for each in found.findings if not each.truth.excludes_zero]
    if surely:
        said.append(f"A study of this size finds what there is in {_titles(surely)}, in 8 of 10 or more.")
    if seldom:
        said.append(
            f"It would mostly miss what there is in {_titles(seldom)}: that such a study finds nothing does not mean "
            "that nothing differs."
        )
    if nothing:
        said.append(f"Whether {_titles(nothing)} differs at all is within the chance of {found.replications} studies.")
    large = [f"{_name(each)} {each.overstates:.1f} times" for each in found.findings if each.overstates >= OVERSTATED]
    if large:
        said.append(f"Studies that find a difference show a larger one than there is: {_listed(large)} as large.")
    return said


def _same_plan(found: CohortStudy) -> list[str]:
    wrong = [each for each in found.findings if not each.low <= 0.05 <= each.high and each.found.share > 0.05]
    head = "Both groups have the same plan, so nothing differs, and 5 studies in 100 may find something all the same."
    if not wrong:
        return [f"{head} No measure does so more often than chance allows."]
    return [head, f"Alarms are too many in {_titles(wrong)}: a p-value there promises more than it keeps."]


def _spread(found: CohortStudy) -> list[str]:
    """Where studies err more, or less, than they say."""
    known = [each for each in found.findings if isfinite(each.spread)]
    more = [f"{_name(each)} {each.spread:.1f} times" for each in known if each.spread_low > 1.0]
    less = [f"{_name(each)} {each.spread:.2f} times" for each in known if each.spread_high < 1.0]
    said = []
    if more:
        said.append(
            f"Studies differ more than their own errors say: {_listed(more)} as much. People of one market share its "
            "luck, and a test that takes each for himself finds too much."
        )
    if less:
        said.append(
            f"Studies differ less than their own errors say: {_listed(less)} as much. A test of people drawn from so "
            "even a market is too careful."
        )
    return said


def _beside(found: CohortStudy) -> str:
    """How often the model gives an effect like the reported one."""
    each = [f"{_name(one)} {one.as_large.hits}" for one in found.findings if one.as_large is not None]
    head = f"Of {found.replications} simulated studies, so many have an effect as large as the reported one"
    return f"{head}: {_listed(each)}."


def _name(each: Finding) -> str:
    return style_of(each.person.measure, 1.0, "").name


def _titles(rows: Sequence[Finding]) -> str:
    return _listed([_name(each) for each in rows])


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _finding(each: Finding) -> dict[str, Any]:
    return {
        "title": each.person.measure.title,
        "kind": each.person.kind,
        "first_study": _test(each.first),
        "true_difference": {"mean": each.truth.mean, "low": each.truth.low, "high": each.truth.high},
        "found": each.found.hits,
        "power": {"share": each.found.share, "low": each.low, "high": each.high},
        "wrong_way": each.wrong_way,
        "overstates": each.overstates,
        "spread_of_error": {"ratio": each.spread, "low": each.spread_low, "high": each.spread_high},
        "as_large_as_reported": None if each.as_large is None else each.as_large.hits,
    }


def _test(test: Compared) -> dict[str, Any]:
    sides = [
        {"part": side.hits, "of": side.of, "share": side.share}
        if isinstance(side, Proportion)
        else {"mean": side.mean, "sd": side.sd, "n": side.of}
        for side in (test.first, test.second)
    ]
    content: dict[str, Any] = {
        "groups": sides, "difference": test.difference, "low": test.low, "high": test.high, "p": test.p_value,
    }  # fmt: skip
    if isinstance(test, ProportionsCompared):
        return content | {
            "test": test.decides, "chi_square": test.chi_square, "degrees": 1, "p_chi_square": test.p_chi_square,
            "p_fisher": test.p_fisher, "smallest_expected": test.expected,
        }  # fmt: skip
    return content | {"test": "Welch's t", "t": test.t, "degrees": test.degrees}
