"""What can go wrong, said to the person who wrote the file or the request.

A `Problem` is one line a reader can act on: where, what was found, what is allowed, the nearest right word.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in a scenario file.

    `line` is 1-based; 0 means the file as a whole. `path` is dotted (`service.stations.counter.staff`).
    """

    file: str
    line: int
    path: str
    found: str
    allowed: str = ""
    suggestion: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        subject = f"{self.path}: " if self.path else ""
        parts = [self.found]
        if self.allowed:
            parts.append(self.allowed)
        if self.suggestion:
            parts.append(f"did you mean '{self.suggestion}'?")
        return f"{where}: {subject}{'; '.join(parts)}"


class RehearsalError(Exception):
    """Anything the program can explain to its user in a sentence."""


class ScenarioError(RehearsalError):
    """The scenario file is wrong; `problems` lists everything found, in file order."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class RequestError(RehearsalError):
    """The request cannot be carried out as asked: an unknown plan, a customer who does not exist."""


class ConservationError(RehearsalError):
    """The model lost or invented a customer, a visit or a minor unit of money: a defect of the program."""


class AmountError(RehearsalError, OverflowError):
    """An amount of money is not a number, or has more minor units than 64 bits hold."""
