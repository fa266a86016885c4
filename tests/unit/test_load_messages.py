"""What the loader says: every problem of a file at once, each with its line, path, what is allowed, the right word."""

import pytest

from tests.scenario_texts import PLANS, SMALL_BANK, line_of, only_problem, problems_in

GOOD = SMALL_BANK + PLANS


@pytest.mark.parametrize(
    ("right", "wrong", "path", "found", "suggestion"),
    [
        ("scenario: small-bank", "scenario: small bank", "scenario", "'small bank'", "small_bank"),
        ("title: {en: Small bank", "titel: {en: Small bank", "titel", "unknown key 'titel'", "title"),
        ("currency: CNY", "currency: CNX", "currency", "'CNX'", "CNY"),
        ("currency: CNY", "curency: CNY", "curency", "unknown key 'curency'", "currency"),
        ("currency: CNY\n", "", "currency", "this key is missing", ""),
        ("seed: 7", "seed: 7.5", "seed", "7.5", ""),
        ("to 31 Oct", "to 31 Nov", "calendar.campaign", "'31 Nov', a day the calendar does not have", ""),
        ("run: 1 Sep to", "runs: 1 Sep to", "calendar.runs", "unknown key 'runs'", "run"),
        ("to 31 Dec 2009", "to 31 Dec", "calendar.run", "'1 Sep' without a year", ""),
        (
            "1 Sep to 31 Dec 2009",
            "31 Dec 2009 to 1 Sep 2009",
            "calendar.run",
            "'31 Dec 2009 to 1 Sep 2009', which ends before it starts",
            "",
        ),
        ("tiers: [vip]", "tiers: vip", "market.tiers", "'vip'", ""),
        ("mass: {share: 80%}", "mass: {share: 80}", "market.segments.mass.share", "80", "80%"),
        ("tier: vip}", "teir: vip}", "market.segments.vip.teir", "unknown key 'teir'", "tier"),
        ("price: 3", "price: 3 yuan", "market.needs.errand.price", "'3 yuan'", ""),
        ("task: errand\n      ", "", "market.needs.errand.task", "this key is missing", ""),
        ("sd: 3 min", "sd: 3", "service.tasks.errand.takes.lognormal.sd", "3 without a unit", "3 min"),
        ("{lognormal:", "{lognorml:", "service.tasks.errand.takes.lognorml", "unknown key 'lognorml'", "lognormal"),
        ("staff: 2", "staff: unlimted", "service.stations.counter.staff", "'unlimted'", "unlimited"),
        ("at: counter, takes", "at: [counter], takes", "service.tasks.errand.at", "a list of 1", ""),
        ("counter-wait:", "counter wait:", "service.standards.counter wait", "'counter wait'", "counter_wait"),
        ("at_most: 10 min", "at_most: 0 min", "service.standards.counter-wait.at_most", "'0 min'", ""),
        ("share: 90%}", "share: null}", "service.standards.counter-wait.share", "nothing", ""),
    ],
)
def test_one_slip_gives_one_problem_at_its_line(right: str, wrong: str, path: str, found: str, suggestion: str) -> None:
    text = GOOD.replace(right, wrong, 1)
    problem = only_problem(text)
    assert (problem.path, problem.found, problem.suggestion) == (path, found, suggestion)
    if wrong:
        assert problem.line == line_of(text, wrong.splitlines()[0])


@pytest.mark.parametrize(
    ("section", "path", "found", "suggestion"),
    [
        ("satisfaction: {form: prospekt}", "behaviour.satisfaction.form", "'prospekt'", "prospect"),
        ("learning: {learning: 0.2}", "behaviour.learning.form", "this key is missing", ""),
        ("perception: {form: unbiased, will: 3}", "behaviour.perception.will", "unknown key 'will'", ""),
        ("promises: nome", "behaviour.promises", "'nome'", "none"),
        ("choice: {constnat: 1}", "behaviour.choice.constnat", "unknown key 'constnat'", "constant"),
        ("satisfaction: {form: prospect, points: -1}", "behaviour.satisfaction.points", "-1", ""),
    ],
)
def test_a_mechanism_is_named_by_one_of_its_forms(section: str, path: str, found: str, suggestion: str) -> None:
    problem = only_problem(GOOD + f"behaviour:\n  {section}\n")
    assert (problem.path, problem.found, problem.suggestion) == (path, found, suggestion)
    assert problem.allowed


def test_a_value_that_may_be_one_of_two_kinds_gives_one_problem_that_names_both() -> None:
    problem = only_problem(GOOD.replace("staff: 2", "staff: 2.5"))
    assert "a whole number" in problem.allowed
    assert "unlimited" in problem.allowed


def test_all_problems_of_all_plans_are_said_at_once_in_file_order() -> None:
    text = GOOD.replace("seed: 7", "seed: -7").replace("80%", "80").replace("value: 3, source", "value: x, source")
    problems = problems_in(text)
    assert [problem.path for problem in problems] == [
        "seed",
        "market.segments.mass.share",
        "service.stations.counter.staff",
    ]
    assert [problem.line for problem in problems] == sorted(problem.line for problem in problems)


def test_a_problem_reads_as_file_line_path_found_allowed_and_the_right_word() -> None:
    text = GOOD.replace("mass: {share: 80%}", "mass: {share: 80}")
    line = line_of(text, "mass:")
    assert str(only_problem(text)) == (
        f"bank.yaml:{line}: market.segments.mass.share: 80; a share from 0 to 1, or a percentage such as '80%'; "
        "did you mean '80%'?"
    )


def test_the_allowed_words_for_a_missing_key_say_what_it_is() -> None:
    problem = only_problem(GOOD.replace("task: errand\n      ", ""))
    assert "service.tasks" in problem.allowed
