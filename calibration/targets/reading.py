"""Reads a targets file against its scenario: what is fitted, what was observed, and everything wrong with either.

In goes a file; out comes a `Fit`, or one ScenarioError with every problem found, each with its line, as for scenarios.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from calibration.parameters import Constraint, Fitted, Space, constraint, fitted
from calibration.targets.document import TargetsFile
from calibration.targets.observations import Observation, observations, used_up
from calibration.targets.observer import TargetObserver
from sim.errors import Problem, RehearsalError, RequestError, ScenarioError
from sim.scenario.load import Scenario
from sim.scenario.problems import problems_of
from sim.scenario.reading import parse, read_file
from sim.scenario.refusal import did_you_mean
from sim.scenario.tree import Tree, dotted
from sim.scenario.validating import date_context

Found = TypeVar("Found")


@dataclass(frozen=True)
class Fit:
    """What is fitted to what: parameters, observations, and the plans that must be run to see them.

    ``conditions``: by path, what was otherwise than in the scenario where it was observed.
    """

    scenario: Scenario
    file: str
    space: Space
    observations: tuple[Observation, ...]
    conditions: Mapping[str, Any] = field(default_factory=dict)

    @property
    def plans(self) -> tuple[str, ...]:
        """The plans of the targets, in the scenario's order."""
        used = {plan for each in self.observations for plan in each.plans}
        return tuple(plan for plan in self.scenario.plans if plan in used)

    @property
    def fitted_to(self) -> tuple[Observation, ...]:
        """The observations that make the likelihood."""
        return tuple(each for each in self.observations if not each.hold_out and not each.used_up and each.weight > 0.0)

    @property
    def held_out(self) -> tuple[Observation, ...]:
        return tuple(each for each in self.observations if each.hold_out and not each.used_up)

    @property
    def observer(self) -> TargetObserver:
        """What is looked at beside the period measures, each once."""
        looks = [look for each in self.observations for look in each.looks if not look.is_of_a_period]
        return TargetObserver(tuple(dict.fromkeys(looks)))

    def only(self, names: Sequence[str]) -> Fit:
        """The fit of some of its parameters, in the file's order; the others stay as the scenario has them.

        RequestError for an unknown name, none at all, or a constraint between one of them and one that is left out.
        """
        known = self.space.names
        for name in names:
            if name not in known:
                hint = did_you_mean(name, known, otherwise=f"there are {', '.join(known)}")
                raise RequestError(f"{self.file} has no parameter '{name}'{hint}")
        if not names:
            raise RequestError(f"a fit needs a parameter; {self.file} has {', '.join(known)}")
        constraints = []
        for each in self.space.constraints:
            sides = {side: side in names for side in (each.low, each.high) if isinstance(side, str)}
            if all(sides.values()):
                constraints.append(each)
            elif any(sides.values()):
                left_out = next(side for side, chosen in sides.items() if not chosen)
                raise RequestError(f"the constraint {each.text} needs '{left_out}' in the fit too")
        kept = tuple(each for each in self.space.parameters if each.name in names)
        return replace(self, space=Space(kept, tuple(constraints)))


def packaged_targets() -> dict[str, Path]:
    """The targets files packaged with the gallery, by name."""
    folder = Path(str(files("scenarios"))) / "targets"
    return {file.stem: file for file in sorted(folder.glob("*.yaml"))}


def targets_file(path_or_name: str | Path) -> Path:
    """The file meant: a path where there is one, else the packaged targets of that name."""
    path = Path(path_or_name)
    if path.exists() or path.suffix in (".yaml", ".yml") or len(path.parts) > 1:
        return path
    known = packaged_targets()
    if str(path_or_name) in known:
        return known[str(path_or_name)]
    hint = did_you_mean(str(path_or_name), known, otherwise=f"packaged are {', '.join(known) or 'none'}")
    raise RequestError(f"there is no file or packaged targets '{path_or_name}'{hint}")


def load_fit(scenario: Scenario, path_or_name: str | Path, parameters: Sequence[str] | None = None) -> Fit:
    """The fit a targets file describes, of all its parameters or of some; ScenarioError with every problem found."""
    file = targets_file(path_or_name)
    fit = read_fit(scenario, read_file(file), str(file))
    return fit if parameters is None else fit.only(parameters)


def read_fit(scenario: Scenario, content: bytes, file: str) -> Fit:
    """The fit of a targets file's bytes; ``file`` is the name used in errors, and series stand beside it."""
    tree = parse(content, file)
    context = date_context(scenario.data(scenario.baseline))
    try:
        document = TargetsFile.model_validate(tree.data, context=context)
    except ValidationError as error:
        raise ScenarioError(tuple(problems_of(error, tree, file, TargetsFile))) from None
    reader = _Reader(tree, file)
    if document.targets_of != scenario.name:
        reader.note(("targets_of",), f"'{document.targets_of}', and the scenario is '{scenario.name}'")
    parameters = reader.all("parameters", document.parameters, lambda name, each: fitted(scenario, name, each))
    constraints = _constraints(reader, document)
    folder = Path(file).parent
    conditions = _conditions(reader, scenario, document)
    made = reader.all(
        "targets",
        document.targets,
        lambda name, each: observations(scenario, name, each, folder, conditions, document.stands_for),
    )
    found = [each for several in made for each in several]
    _same_place(reader, parameters)
    _same_thing(reader, found)
    if not reader.problems:
        try:
            found = used_up(found)
        except ValueError as error:
            reader.note(("targets",), str(error))
    if reader.problems:
        raise ScenarioError(tuple(reader.problems))
    fit = Fit(scenario, file, Space(tuple(parameters), constraints), tuple(found), conditions)
    if not fit.fitted_to:
        raise RequestError(f"{file}: every target is held out or of weight 0, so there is nothing to fit to")
    return fit


class _Reader:
    """Collects what is wrong, each with its line."""

    def __init__(self, tree: Tree, file: str) -> None:
        self.tree, self.file = tree, file
        self.problems: list[Problem] = []

    def note(self, path: tuple[str, ...], found: str) -> None:
        self.problems.append(Problem(self.file, self.tree.line(path), dotted(path), found))

    def all(self, section: str, entries: dict[str, Found], read: Callable[[str, Found], object]) -> list[Any]:
        """What each entry becomes; those that cannot be are noted."""
        found = []
        for name, entry in entries.items():
            try:
                found.append(read(name, entry))
            except ScenarioError as error:
                first = error.problems[0]
                self.note((section, name), f"{first.path}: {first.found}" if first.path else first.found)
            except (ValueError, RehearsalError) as error:
                self.note((section, name), _sentence(error))
        return found


def _sentence(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return str(error.errors(include_url=False)[0]["msg"]).removeprefix("Value error, ")
    return str(error)


def _constraints(reader: _Reader, document: TargetsFile) -> tuple[Constraint, ...]:
    found = []
    for place, text in enumerate(document.constraints):
        try:
            found.append(constraint(text, tuple(document.parameters)))
        except ValueError as error:
            reader.note(("constraints", str(place)), str(error))
    return tuple(found)


def _conditions(reader: _Reader, scenario: Scenario, document: TargetsFile) -> Mapping[str, Any]:
    """The conditions, which make a plan that can be of each plan looked at, and set nothing that is fitted.

    None of them where they do not, so that targets can still be read and everything wrong is said at once.
    """
    before = len(reader.problems)
    for name, each in document.parameters.items():
        if each.path in document.conditions:
            reader.note(("set", each.path), f"{each.path} is fitted as '{name}'; take it from 'set'")
    asked = [plan for each in document.targets.values() for plan in (each.plan, each.against)]
    plans = dict.fromkeys(plan or scenario.baseline for plan in asked)
    for plan in plans if document.conditions else ():
        if plan not in scenario.plans:
            continue  # said at the target
        try:
            scenario.document(plan, settings=document.conditions)
        except ScenarioError as error:
            first = error.problems[0]
            reader.note(("set",), f"in plan '{plan}': {first.path}: {first.found}")
        except RehearsalError as error:
            reader.note(("set",), str(error))
    return document.conditions if len(reader.problems) == before else {}


def _same_place(reader: _Reader, parameters: list[Fitted]) -> None:
    """No number may be two parameters."""
    for place, each in enumerate(parameters):
        for other in parameters[:place]:
            if each.path == other.path and (shared := [plan for plan in each.plans if plan in other.plans]):
                reader.note(
                    ("parameters", each.name),
                    f"{each.path} in plan '{shared[0]}' is fitted as '{other.name}' too; 'plans' can part them",
                )


def _same_thing(reader: _Reader, found: list[Observation]) -> None:
    """What is observed twice counts twice, or contradicts itself."""
    known: dict[tuple[object, ...], Observation] = {}
    for each in found:
        other = known.setdefault(each.key, each)
        if other is each:
            continue
        same = each.loss == other.loss
        words = "is the same as" if same else "contradicts"
        reader.note(
            ("targets", each.target),
            f"'{each.name}' {words} '{other.name}': one thing, {'counted' if same else 'observed'} twice; keep one",
        )
