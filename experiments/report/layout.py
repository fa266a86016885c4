"""Columns and lines of plain text, with Chinese characters counted as two columns wide."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

GAP = "   "
LABEL_WIDTH = 11


@dataclass(frozen=True)
class Column:
    """A column of text: two lines of heading, then a cell a row. A cell may have several lines."""

    heading: tuple[str, str]
    cells: tuple[str, ...]
    right: bool = False

    @property
    def width(self) -> int:
        return max(cell_len(line) for text in (*self.heading, *self.cells) for line in text.split("\n"))

    def padded(self, text: str) -> str:
        """One line of text filled up to the column's width."""
        padding = " " * (self.width - cell_len(text))
        return padding + text if self.right else text + padding


def table(columns: Sequence[Column]) -> str:
    """The columns side by side under their headings; a heading line that is empty everywhere is left out."""
    headings = [[column.heading[place] for column in columns] for place in (0, 1)]
    rows = [list(cells) for cells in zip(*(column.cells for column in columns), strict=True)]
    lines: list[str] = []
    for row in [*(heading for heading in headings if any(heading)), *rows]:
        parts = [text.split("\n") for text in row]
        for place in range(max(len(part) for part in parts)):
            texts = (part[place] if place < len(part) else "" for part in parts)
            padded = (column.padded(text) for column, text in zip(columns, texts, strict=True))
            lines.append(GAP.join(padded).rstrip())
    return "\n".join(lines)


def side_by_side(columns: Sequence[Column]) -> int:
    """Width of the columns in one table."""
    return sum(column.width for column in columns) + len(GAP) * (len(columns) - 1)


def fitted(build: Callable[[bool], tuple[list[Column], list[Column]]], width: int) -> list[str]:
    """One table when all columns fit beside each other, else several below each other, each with the first columns.

    `build` gives the first columns and the others; asked for narrow ones (True) when one of the others does not fit.
    """
    first, others = build(False)
    if any(side_by_side([*first, column]) > width for column in others):
        first, others = build(True)
    tables: list[list[Column]] = []
    for column in others:
        if not tables or side_by_side([*tables[-1], column]) > width:
            tables.append(list(first))
        tables[-1].append(column)
    return [table(columns) for columns in tables]


def wrapped(text: str, width: int) -> list[str]:
    """Lines of whole words."""
    lines: list[str] = []
    for word in text.split():
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def labelled(label: str, sentences: Sequence[str], width: int) -> str:
    """Sentences, each on lines of its own, beside a label in front of the first."""
    lines = [line for sentence in sentences for line in wrapped(sentence, width - LABEL_WIDTH)]
    return "\n".join(f"{label if place == 0 else '':<{LABEL_WIDTH}}{line}" for place, line in enumerate(lines))
