"""Reads a scenario file into plain data, with the line every path stands on.

In goes a file; out come mappings, lists, texts, numbers and truth values, and nothing else of YAML: anchors, tags,
merges, directives and further documents are refused, so that what is read is what is written. The parser's events are
counted as they come, so a file made to exhaust the machine is refused before anything is built from it.
"""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from sim.errors import Problem, ScenarioError
from sim.scenario.refusal import shown
from sim.scenario.tree import Tree, TreePath, dotted

LARGEST_FILE = 2_000_000
DEEPEST = 40
MOST_LINES = 30_000
LONGEST_LINE = 10_000  # the parser takes quadratic time over some single tokens
MOST_NODES = 20_000
LONGEST_NUMBER = 40
LONGEST_KEY = 200
LARGEST_NUMBER = 1e15
MOST_PROBLEMS = 50

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_FLOAT = re.compile(r"[+-]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][+-]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[+-]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WRITTEN_OUT = "every value written out; a plan repeats another by `extends`"
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def read_file(file: Path) -> bytes:
    """The bytes of a scenario file; ScenarioError when there is no such file, it cannot be read, or it is too large."""
    if not file.exists():
        _refuse(str(file), 0, "there is no such file", "a path to a scenario file, or a name from `rehearse scenarios`")
    if file.is_dir():
        _refuse(str(file), 0, "this is a folder", "a path to one scenario file")
    if not file.is_file():
        _refuse(str(file), 0, "this is not an ordinary file", "a path to one scenario file")
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST_FILE + 1)
    except OSError as error:
        _refuse(str(file), 0, f"the file cannot be read ({error.strerror})", "a readable scenario file")
    return content


def parse(content: bytes, file: str) -> Tree:
    """The tree of a scenario file's bytes; ScenarioError with what is wrong, where, when it is not one."""
    text = _text(content, file)
    reader = _Reader(file)
    try:
        tree = reader.document(YAML(typ="safe", pure=True).parse(text))
    except MarkedYAMLError as error:
        _refuse(file, _yaml_line(error), *_yaml_complaint(error))
    except (YAMLError, ValueError, OverflowError, IndexError) as error:
        _refuse(file, 0, f"this is not YAML ({' '.join(str(error).split())[:80]})", "a scenario file in YAML 1.2")
    if reader.problems:
        raise ScenarioError(tuple(reader.problems))
    return tree


def _text(content: bytes, file: str) -> str:
    if len(content) > LARGEST_FILE:
        _refuse(file, 0, "the file is larger than 2 MB", "a scenario file of at most 2 MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = content[error.start]
        _refuse(file, line, f"a byte that is not UTF-8 text (0x{byte:02x})", "a text file saved as UTF-8")
    if control := _CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        _refuse(file, line, f"a control character (U+{ord(control[0]):04X})", "a text file without control characters")
    if text.count("\n") > MOST_LINES:
        _refuse(file, MOST_LINES, "the file goes on", f"a scenario file of at most {MOST_LINES:,} lines")
    if long_line := re.search(rf"[^\n]{{{LONGEST_LINE + 1}}}", text):
        line = text.count("\n", 0, long_line.start()) + 1
        _refuse(file, line, "a very long line", f"lines of at most {LONGEST_LINE:,} characters")
    if not text.strip():
        _refuse(file, 0, "the file is empty", "a scenario: a mapping that begins with `scenario: NAME`")
    return text


def _yaml_line(error: MarkedYAMLError) -> int:
    """Where the reader should look: for what was opened and never closed, the line that opened it."""
    unclosed = "end" in str(error.problem or "") and "stream" in str(error.problem or "")
    mark = (error.context_mark if unclosed else None) or error.problem_mark or error.context_mark
    return mark.line + 1 if mark else 0


def _yaml_complaint(error: MarkedYAMLError) -> tuple[str, str]:
    problem = " ".join(str(error.problem or error.context or "this is not YAML").split())
    if "'\\t'" in problem or "'\t'" in problem:
        return "a tab where YAML wants spaces", "lines indented by spaces"
    if "mapping values are not allowed" in problem:
        return (
            "a second colon on the line, or a line indented too far",
            "`key: value`; a text with ': ' stands in quotes",
        )
    if starter := re.search(r"character '(.)' that cannot start", problem):
        return f"a text that begins with '{starter[1]}'", "such a text stands in quotes"
    context = f" {' '.join(error.context.split())}" if error.context and error.problem else ""
    return (problem + context)[:120], "YAML: `key: value` lines indented by spaces"


def _refuse(file: str, line: int, found: str, allowed: str) -> NoReturn:
    raise ScenarioError((Problem(file, line, "", found, allowed),))


class _Reader:
    """Builds the tree from the parser's events, refusing what a scenario may not hold."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.nodes = 0
        self.lines: dict[TreePath, int] = {}

    def document(self, events: Iterator[Any]) -> Tree:
        data: Any = None
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                line = event.start_mark.line + 1
                if documents > 1:
                    self._stop(line, (), "a second document (---)", "one scenario in one file")
                if event.version is not None or event.tags:
                    self._stop(line, (), "a YAML directive (%)", "YAML 1.2 without directives")
                first = next(events)
                data = self._node(first, events, ())
                if not isinstance(data, dict):
                    found = f"the file holds {shown(data)}"
                    self._stop(first.start_mark.line + 1, (), found, "a mapping that begins with `scenario: NAME`")
        if documents == 0:
            self._stop(0, (), "the file holds no data", "a mapping that begins with `scenario: NAME`")
        return Tree(data, self.lines)

    def _node(self, event: Any, events: Iterator[Any], path: TreePath) -> Any:
        line = event.start_mark.line + 1
        self.nodes += 1
        if self.nodes > MOST_NODES:
            self._stop(line, (), f"more than {MOST_NODES:,} keys and values", "a scenario of at most that many")
        self._plain(event, line, path)
        if isinstance(event, ScalarEvent):
            return self._scalar(event, line, path)
        if len(path) >= DEEPEST:
            self._stop(line, path[:4], f"nested more than {DEEPEST} levels deep", f"at most {DEEPEST} levels")
        if isinstance(event, MappingStartEvent):
            return self._mapping(events, path)
        assert isinstance(event, SequenceStartEvent)
        items: list[Any] = []
        while not isinstance(event := next(events), SequenceEndEvent):
            place = (*path, str(len(items)))
            self.lines[place] = event.start_mark.line + 1
            items.append(self._node(event, events, place))
        return items

    def _mapping(self, events: Iterator[Any], path: TreePath) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        first_lines: dict[str | float, int] = {}
        while not isinstance(event := next(events), MappingEndEvent):
            line = event.start_mark.line + 1
            key = self._key(event, line, path)
            # 1000 and 1000.0 are one threshold of a table: the later would silently win.
            same = float(key) if len(key) <= LONGEST_NUMBER and _FLOAT.fullmatch(key) else key
            place = (*path, key)
            if same in first_lines:
                found = f"the key '{key[:60]}' appears twice, first on line {first_lines[same]}"
                self._note(line, place, found, "every key once")
            else:
                first_lines[same] = self.lines[place] = line
            value = self._node(next(events), events, place)
            mapping.setdefault(key, value)
        return mapping

    def _plain(self, event: Any, line: int, path: TreePath) -> None:
        """Refuse what would make the value another than the one written: anchors, aliases and tags."""
        if event.anchor is not None:
            sign = "*" if isinstance(event, AliasEvent) else "&"
            self._stop(line, path, f"the anchor '{sign}{event.anchor}'"[:80], _WRITTEN_OUT)
        if event.tag is not None:
            tag = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            self._stop(line, path, f"the tag '{tag}'"[:80], "plain values without YAML tags")

    def _key(self, event: Any, line: int, path: TreePath) -> str:
        """The text of a key; numbers stay text here, the models read the thresholds of their tables."""
        if not isinstance(event, ScalarEvent):
            self._stop(line, path, "a key that is a mapping, a list or an alias", "a key that is one word or number")
        self._plain(event, line, path)
        key = unicodedata.normalize("NFC", event.value.strip())
        if key == "<<":
            self._stop(line, path, "the merge key '<<'", _WRITTEN_OUT)
        if not key or len(key) > LONGEST_KEY or _CONTROL.search(key):
            found = f"the key {shown(key)}" if key else "an empty key"
            self._stop(line, path, found, f"a key of 1 to {LONGEST_KEY} characters")
        return key

    def _scalar(self, event: Any, line: int, path: TreePath) -> str | int | float | bool | None:
        text: str = event.value
        if event.style not in (None, ""):
            if control := _CONTROL.search(text):
                self._note(line, path, f"a control character (U+{ord(control[0]):04X})", "a text without them")
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _NOT_FINITE.fullmatch(text):
            self._note(line, path, text, "a finite number")
            return None
        if not _FLOAT.fullmatch(text):
            return text
        if len(text) > LONGEST_NUMBER:
            self._note(line, path, f"a number of {len(text)} characters", f"a number of at most {LONGEST_NUMBER}")
            return None
        if abs(float(text)) > LARGEST_NUMBER:
            self._note(line, path, text, "a number of at most 10^15")
            return None
        return int(text) if _INTEGER.fullmatch(text) else float(text)

    def _note(self, line: int, path: TreePath, found: str, allowed: str) -> None:
        self.problems.append(Problem(self.file, line, dotted(path), found, allowed))
        if len(self.problems) >= MOST_PROBLEMS:
            raise ScenarioError(tuple(self.problems))

    def _stop(self, line: int, path: TreePath, found: str, allowed: str) -> NoReturn:
        raise ScenarioError((*self.problems, Problem(self.file, line, dotted(path), found, allowed)))
