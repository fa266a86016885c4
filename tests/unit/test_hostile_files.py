"""Files made to break the loader get one clear error, soon and in little memory."""

import os
import time
import tracemalloc
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.scenario.load import load_scenario
from sim.scenario.reading import LARGEST_FILE, MOST_NODES, parse, read_file
from tests.scenario_texts import PLANS, SMALL_BANK, only_problem, problems_in

BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))

HOSTILE = {
    "alias bomb": (BOMB, 1, "the anchor '&a0'"),
    "alias": ("a: *nowhere\n", 1, "the anchor '*nowhere'"),
    "merge": ("a: {<<: {b: 1}}\n", 1, "the merge key '<<'"),
    "deep flow": ("a:\n" + " [\n" * 5000, 41, "nested more than 40 levels deep"),
    "deep block": ("".join(" " * n + "a:\n" for n in range(1500)), 41, "nested more than 40 levels deep"),
    "python tag": ("a: !!python/object/apply:os.system [ls]\n", 1, "the tag '!!python/object/apply:os.system'"),
    "binary tag": ("a: !!binary aGVsbG8=\n", 1, "the tag '!!binary'"),
    "long tag": ("a: !" + "x" * 1_900_000, 1, "a very long line"),
    "huge number": ("a: " + "9" * 300, 1, "a number of 300 characters"),
    "large number": ("a: 1e16\n", 1, "1e16"),
    "infinite exponent": ("a: 1e999999999\n", 1, "1e999999999"),
    "absurd exponent": ("a: 1e99999999999999999999\n1e99999999999999999999: 1\n", 1, "1e99999999999999999999"),
    "nan": ("a: .nan\n", 1, ".nan"),
    "infinity": ("a: [-.inf]\n", 1, "-.inf"),
    "duplicate key": ("a: 1\nb: 2\na: 3\n", 3, "the key 'a' appears twice, first on line 1"),
    "duplicate threshold": ("t:\n  1000: 1\n  1000.0: 2\n", 3, "the key '1000.0' appears twice, first on line 2"),
    "key that is a list": ("? [a]\n: 1\n", 1, "a key that is a mapping, a list or an alias"),
    "empty key": (": 1\n", 1, "an empty key"),
    "binary file": (b"\x00\x01\x02", 1, "a control character (U+0000)"),
    "not utf-8": ("scenario: métier\n".encode("latin-1"), 1, "a byte that is not UTF-8 text (0xe9)"),
    "utf-16": ("a: 1\n".encode("utf-16"), 1, "a byte that is not UTF-8 text (0xff)"),
    "escaped control": ('a: "\\0"\n', 1, "a control character (U+0000)"),
    "lone surrogate": ('a: "\\ud800"\n', 1, "a control character (U+D800)"),
    "too large": (b"a: 1\n" * 500_000, 0, "the file is larger than 2 MB"),
    "too many lines": ("\n" * 100_000 + "a: 1", 30_000, "the file goes on"),
    "too many keys": ("a: [" + "1,\n" * (MOST_NODES + 10), MOST_NODES - 1, "more than 20,000 keys and values"),
    "empty": (b"", 0, "the file is empty"),
    "only a comment": ("# nothing\n", 0, "the file holds no data"),
    "two documents": ("a: 1\n---\nb: 2\n", 2, "a second document (---)"),
    "directive": ("%YAML 1.1\n---\na: 1\n", 2, "a YAML directive (%)"),
    "a list": ("- a\n", 1, "the file holds a list of 1"),
    "a text": ("hello\n", 1, "the file holds 'hello'"),
    "tab": ("a:\n\tb: 1\n", 2, "a tab where YAML wants spaces"),
    "two colons": ("a: b: c\n", 1, "a second colon on the line, or a line indented too far"),
    "open bracket": ("a: {b: 1\n\n", 1, None),
    "open quote": ("a: 'x\nb: 2\n", 1, None),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_gets_one_clear_error_in_little_time(kind: str) -> None:
    content, line, found = HOSTILE[kind]
    began = time.process_time()
    problem = only_problem(content)
    assert time.process_time() - began < 10
    assert problem.line == line
    assert found is None or problem.found == found
    assert problem.allowed
    assert len(str(problem)) < 300


def test_an_alias_bomb_is_refused_without_being_expanded() -> None:
    tracemalloc.start()
    only_problem(BOMB)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


def test_every_duplicate_key_is_named_with_both_its_lines() -> None:
    problems = problems_in("a: 1\nb: {x: 1, x: 2}\na: 2\n")
    assert [(problem.line, problem.path) for problem in problems] == [(2, "b.x"), (3, "a")]


def test_plain_words_stay_words() -> None:
    text = "a: off\nb: no\nc: 2009-09-26\nd: 09:00\ne: 80%\nf: 1_000\ng: 0x1F\nh: true\ni: ~\nj: 010\nk: 1.5\nno: yes\n"
    assert parse(text.encode(), "f").data == {
        "a": "off", "b": "no", "c": "2009-09-26", "d": "09:00", "e": "80%", "f": "1_000", "g": "0x1F", "h": True,
        "i": None, "j": 10, "k": 1.5, "no": "yes",
    }  # fmt: skip


def test_every_path_knows_its_line() -> None:
    tree = parse(b"a:\n  b: 1\n  c:\n    - x\n    - y\n# note\nd: {e: 1}\n", "f")
    assert tree.line(("a", "b")) == 2
    assert tree.line(("a", "c", "1")) == 5
    assert tree.line(("d", "e")) == 7
    assert tree.line(("a", "unknown")) == 1
    assert tree.line(("unknown",)) == 0


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    content = b"\xef\xbb\xbf" + (SMALL_BANK + PLANS).replace("\n", "\r\n").encode()
    assert parse(content, "f").data["scenario"] == "small-bank"


def test_a_missing_file_a_folder_and_a_pipe_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="no such file"):
        load_scenario(tmp_path / "missing.yaml")
    with pytest.raises(ScenarioError, match="folder"):
        load_scenario(tmp_path)
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(ScenarioError, match="ordinary file"):
        load_scenario(tmp_path / "pipe.yaml")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read every file")
def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "secret.yaml"
    file.write_text("a: 1\n")
    file.chmod(0)
    with pytest.raises(ScenarioError, match="cannot be read"):
        load_scenario(file)


def test_no_more_of_a_large_file_is_read_than_it_takes_to_refuse_it(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    with file.open("wb") as opened:
        opened.truncate(500_000_000)
    assert len(read_file(file)) == LARGEST_FILE + 1


def test_many_plans_with_many_settings_are_read_in_bounded_time() -> None:
    settings = "".join(f"      service.stations.counter.staff_on.k{n}: 1\n" for n in range(1500))
    began = time.process_time()
    problems = problems_in(SMALL_BANK + "plans:\n  none: {}\n  many:\n    set:\n" + settings)
    assert time.process_time() - began < 20
    assert len(problems) == 1500


def test_too_many_plans_are_refused() -> None:
    plans = "plans:\n" + "".join(f"  p{n}: {{set: {{seed: {n}}}}}\n" for n in range(200))
    assert only_problem(SMALL_BANK + plans).found == "200 plans"
