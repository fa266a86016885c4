"""Whatever stands in a file, the loader answers with a scenario or with problems; what it reads survives its text."""

import json
from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from sim.errors import Problem, ScenarioError
from sim.scenario import quantities
from sim.scenario.canonical import document_from_canonical
from sim.scenario.load import read_scenario
from sim.scenario.moments import parse_span
from sim.scenario.overlay import differences
from sim.scenario.reading import parse
from sim.scenario.sourced import draw
from sim.scenario.tree import Tree
from tests.scenario_texts import PLANS, SMALL_BANK, small_bank

GOOD = SMALL_BANK + PLANS
BANK = small_bank()
YAML_PIECES = [
    *("a", "b: ", "- ", "{", "}", "[", "]", "'", ">", "&x", "*x", "!t", "? ", ": ", "#", "%", "---\n", "\t", "\\"),
    *("1e9", ".nan", "0.1", "~", "<<: ", "é", "plans: "),
]
YAML_PIECES += ["\n", "\n  ", ",", '"', "\u2028"]

keys = st.text("abcdef", min_size=1, max_size=2)
leaves = st.integers(-5, 5) | st.sampled_from(["x", "10 min", "80%"]) | st.booleans()
values = st.recursive(leaves, lambda inner: st.dictionaries(keys, inner, max_size=3) | st.lists(inner, max_size=3))
trees = st.dictionaries(keys, values, max_size=4)


def problems_of(read: Callable[[bytes, str], object], content: bytes) -> tuple[Problem, ...]:
    """What the reader finds wrong; nothing when it reads the content."""
    try:
        read(content, "f")
    except ScenarioError as error:
        return error.problems or (Problem("f", -1, "", ""),)
    return ()


@settings(max_examples=50)
@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_read_or_refused_in_words(content: bytes) -> None:
    assert all(problem.found and problem.allowed for problem in problems_of(parse, content))


@given(st.lists(st.sampled_from(YAML_PIECES), max_size=25).map("".join))
def test_any_pieces_of_yaml_are_read_or_refused_in_words(text: str) -> None:
    assert all(problem.found and problem.allowed for problem in problems_of(parse, text.encode()))


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 12), st.sampled_from([*YAML_PIECES, "", "-1"]))
@settings(max_examples=50)
def test_a_damaged_file_is_read_or_refused_with_lines_inside_it(position: int, length: int, piece: str) -> None:
    text = GOOD[:position] + piece + GOOD[position + length :]
    problems = problems_of(read_scenario, text.encode())
    assert all(problem.found and 0 <= problem.line <= text.count("\n") + 1 for problem in problems)


@given(st.floats(0, 1, exclude_min=True, exclude_max=True), st.floats(0, 1, exclude_min=True, exclude_max=True))
@settings(max_examples=30)
def test_drawn_documents_survive_their_canonical_text(customers: float, patience: float) -> None:
    draws = {"market.customers": customers, "service.patience.exponential.mean": patience}
    document = BANK.document("advert", draws)
    assert 1000 <= document.market.customers <= 4000
    assert document_from_canonical(BANK.canonical("advert", draws)) == document


@given(st.integers(-100, 100), st.integers(0, 100), st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_a_whole_number_is_drawn_inside_its_range(low: int, width: int, uniform: float) -> None:
    drawn = draw(low, low, low + width, uniform, whole=True)
    assert isinstance(drawn, int)
    assert low <= drawn <= low + width


@given(
    st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1, exclude_min=True, exclude_max=True),
    st.sampled_from(["Minutes", "Share", "Rate"]),
)  # fmt: skip
def test_a_quantity_is_drawn_inside_its_range_and_can_be_read(
    one: float, other: float, uniform: float, kind: str
) -> None:
    unit, scale = {"Minutes": (" min", 1.0), "Share": ("%", 1e4), "Rate": (" per day", 1.0)}[kind]
    low, high = (f"{end / scale:.6f}{unit}" for end in sorted((one, other)))
    read = TypeAdapter(getattr(quantities, kind)).validate_python
    value = read(draw(low, low, high, uniform, whole=False))
    slack = 1e-12 * max(1.0, read(high))
    assert read(low) - slack <= value <= read(high) + slack


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 364), st.integers(0, 364))
def test_a_day_of_a_run_of_a_year_or_less_needs_no_year(start: date, length: int, day: int) -> None:
    run = (start, start + timedelta(days=length))
    meant = start + timedelta(days=min(day, length))
    written = f"{meant.day} {meant:%b}"
    assert parse_span(written, {"run": run}) == (meant, meant)


@settings(max_examples=50)
@given(trees, trees)
def test_differences_name_what_differs_and_nothing_else(old: dict[str, object], new: dict[str, object]) -> None:
    same = json.dumps(old, sort_keys=True) == json.dumps(new, sort_keys=True)
    assert (differences(old, new) == []) == same
    assert differences(new, new) == []


@given(trees, st.lists(keys, min_size=1, max_size=3).map(tuple), leaves)
def test_what_is_grafted_is_there_and_what_is_pruned_is_gone(
    data: dict[str, object], path: tuple[str, ...], value: object
) -> None:
    tree = Tree(data)
    changed = tree.copy()
    changed.graft(path, Tree(value, {(): 7}))
    assert changed.value(path) == value
    assert changed.line(path) == 7
    changed.prune(path)
    assert not changed.has(path)
    assert changed.line(path) == 0
    assert tree.data is data
