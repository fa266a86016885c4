"""What a file says of contested beliefs is checked when the file is: each wrong word at its line."""

import pytest

from sim.errors import ScenarioError
from sim.scenario.load import read_scenario
from tests.unit.synthetic_market import SCENARIO

START = len(SCENARIO.splitlines()) + 1


def problems(text):
    with pytest.raises(ScenarioError) as refused:
        read_scenario((SCENARIO + text).encode(), "branch.yaml")
    return [str(problem) for problem in refused.value.problems]


def beliefs(*answers, name="talk"):
    lines = "".join(f"        {answer}\n" for answer in answers)
    return f"experiment:\n  beliefs:\n    {name}:\n      either:\n{lines}"


@pytest.mark.parametrize(
    ("answers", "line", "said"),
    [
        (("a: {}", "b: {set: {behaviour.word_of_mouths: none}}"), 5, "did you mean 'behaviour.word_of_mouth'"),
        (("a: {}", "b: {set: {behaviour.word_of_mouth: loud}}"), 5, "in plan none"),
        (("a: {}", "b: {set: {service.stations.counter.staff: -3}}"), 5, "in plan none"),
        (("a: {}", "b: {set: {seed: 5}}"), 5, "does not change what happens in a run"),
        (("a: {}", "b: {set: {experiment.most: 5}}"), 5, "does not change what happens in a run"),
        (("a: {}", "b: {sett: {seed: 5}}"), 5, "did you mean 'set'"),
        (("a: {}", "b: {}"), 2, "a and b set nothing"),
        (("a: {}",), 3, "at least 2"),
    ],
)
def test_a_wrong_answer_is_refused_at_its_line(answers, line, said):
    found = problems(beliefs(*answers))
    assert len(found) == 1
    assert said in found[0], found
    assert found[0].startswith(f"branch.yaml:{START + line}:"), (found, START)


def test_two_beliefs_about_one_thing_are_one_belief():
    text = beliefs("a: {}", "b: {set: {behaviour.word_of_mouth: none}}")
    other = "    more:\n      either:\n        c: {}\n        d: {set: {behaviour.word_of_mouth.base: 10%}}\n"
    (found,) = problems(text + other)
    assert "the belief talk sets behaviour.word_of_mouth.base too" in found


def test_an_answer_may_set_what_only_some_plans_have():
    scenario = read_scenario(
        (SCENARIO.replace("  desk:\n", "  desk:\n    add: {channels: {press: {cost_per_day: 5}}}\n")
         + beliefs("a: {}", "b: {set: {channels.press.cost_per_day: 9}}")).encode(),
        "branch.yaml",
    )  # fmt: skip
    assert scenario.plans_with("channels.press.cost_per_day") == ("desk",)
