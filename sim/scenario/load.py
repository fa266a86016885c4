"""Loads a scenario: one file in, one validated Document for each of its plans out.

Every problem of every plan is collected before anything is said, each with its line. What assumed and masked numbers
may be is kept, so that a plan can be had with other values drawn from their ranges.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sim.errors import Problem, RequestError, ScenarioError
from sim.scenario.beliefs import belief_problems
from sim.scenario.canonical import canonical_text, document_from_canonical
from sim.scenario.document import Document
from sim.scenario.fields import known_keys
from sim.scenario.gallery import gallery_file
from sim.scenario.overlay import HEAD, Overlay, Resolved, can_set, differences, lost_path, path_of, resolve
from sim.scenario.ranges import is_whole
from sim.scenario.reading import parse, read_file
from sim.scenario.refusal import did_you_mean, nearest, shown
from sim.scenario.sourced import DRAWN, count_sources, draw, take_sources, unit_of
from sim.scenario.ties_file import read_ties
from sim.scenario.tree import Provenance, Tree, TreePath, dotted
from sim.scenario.units import parse_identifier, parse_text
from sim.scenario.validating import validated, warnings_of

__all__ = ["Assumption", "PlanEntry", "Scenario", "document_from_canonical", "load_scenario", "read_scenario"]

_NOT_ASSUMPTIONS = ("scenario", "title", "about", "baseline", "seed", "experiment")
_NOT_LEVERS = ("scenario", "title", "about", "baseline", "plans", "seed", "experiment", "currency")


@dataclass(frozen=True)
class Assumption:
    """A number nobody knows for sure, as the file writes it: its value and the ends of its range, in `unit`."""

    path: str
    value: Any
    low: Any
    high: Any
    source: str
    unit: str
    note: str


@dataclass(frozen=True)
class PlanEntry:
    """One plan: names to print, and how it differs from the baseline as (path, value there, value here)."""

    name: str
    title: str | Mapping[str, str] | None
    about: str | Mapping[str, str] | None
    extends: str | None
    differences: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True)
class Scenario:
    """A loaded scenario file; `hash` is the SHA-256 of its bytes, `sources` counts its numbers by provenance."""

    name: str
    title: str | Mapping[str, str]
    about: str | Mapping[str, str] | None
    file: str
    hash: str
    plans: Mapping[str, PlanEntry]
    baseline: str
    provenance: Mapping[str, Provenance]
    sources: Mapping[str, int]
    warnings: tuple[str, ...]
    _trees: Mapping[str, Tree] = field(repr=False)
    _documents: Mapping[str, Document] = field(repr=False)

    def document(
        self, plan: str, draws: Mapping[str, float] | None = None, settings: Mapping[str, Any] | None = None
    ) -> Document:
        """The resolved document of a plan; `draws` maps paths of `assumptions()` to uniforms in (0, 1).

        `settings` maps paths to other values, written as in the file; None leaves the key out. RequestError for an
        unknown plan or path; ScenarioError when the values are not allowed or contradict each other.
        """
        self._known(plan)
        if not draws and not settings:
            return self._documents[plan]
        document, problems = validated(self._varied(plan, draws or {}, settings or {}), self.file)
        if document is None:
            raise ScenarioError(tuple(problems))
        return document

    def canonical(
        self, plan: str, draws: Mapping[str, float] | None = None, settings: Mapping[str, Any] | None = None
    ) -> str:
        """The resolved document as canonical JSON: what a run depends on. Its SHA-256 is the document's hash.

        `draws` and `settings` as for `document`; whether the values make a plan that can be is not asked here.
        """
        self._known(plan)
        return canonical_text(self._varied(plan, draws or {}, settings or {}).data)

    def plans_with(self, path: str) -> tuple[str, ...]:
        """The plans in which something stands at the path, or may be put there; RequestError when there is none."""
        place = path_of(path)
        if place is None:
            raise RequestError(f"'{path}' is not a path such as service.stations.counter.staff")
        if place[0] in _NOT_LEVERS:
            raise RequestError(f"{path} does not change what happens in a run; name a path of the market or of a plan")
        found = tuple(name for name, tree in self._trees.items() if can_set(tree, place, Document))
        if not found:
            tries = [lost_path(tree, place, Document) for tree in self._trees.values()]
            said, better = next((each for each in tries if each[1]), tries[0])
            hint = f"; did you mean '{better}'?" if better else ""
            raise RequestError(f"scenario {self.name}: {said}{hint}")
        return found

    def data(self, plan: str, draws: Mapping[str, float] | None = None) -> Mapping[str, Any]:
        """The plan's resolved document as plain data, as the file writes it."""
        self._known(plan)
        data: Mapping[str, Any] = self._drawn(plan, draws or {}).data
        return data

    def written(self, plan: str, path: str, draws: Mapping[str, float] | None = None) -> Any:
        """What stands at the path in a plan, as the file writes it; None where nothing does."""
        self._known(plan)
        tree, place = self._varied(plan, draws or {}, {}), tuple(path.split("."))
        try:
            return tree.value(place)
        except (KeyError, IndexError, TypeError, ValueError):
            return None

    def with_copy(self, plan: str, name: str) -> "Scenario":
        """The same scenario with one more plan under another name, a copy of ``plan`` to set levers in."""
        self._known(plan)
        if name in self._trees:
            raise RequestError(f"scenario {self.name} has a plan '{name}' already; give it another name")
        copy = replace(self.plans[plan], name=name, extends=plan)
        return replace(
            self,
            plans=MappingProxyType({**self.plans, name: copy}),
            _trees={**self._trees, name: self._trees[plan].copy()},
            _documents={**self._documents, name: self._documents[plan]},
        )

    def assumptions(self) -> dict[str, Assumption]:
        """Every assumed, masked or derived number with a range, by path, in file order; the first plan's."""
        found: dict[str, Assumption] = {}
        for tree in self._trees.values():
            for path, source, (low, high) in _ranges(tree):
                value = tree.value(path)
                name = dotted(path)
                unit = unit_of(value)
                found.setdefault(name, Assumption(name, value, low, high, source.source, unit, source.note))
        return found

    def _known(self, plan: str) -> None:
        if plan not in self._trees:
            hint = did_you_mean(plan, self._trees, otherwise=f"it has {', '.join(self._trees)}")
            raise RequestError(f"scenario {self.name} has no plan '{plan}'{hint}")

    def _varied(self, plan: str, draws: Mapping[str, float], settings: Mapping[str, Any]) -> Tree:
        tree = self._drawn(plan, draws)
        for path, value in settings.items():
            place = tuple(path.split("."))
            if not can_set(tree, place, Document):
                self.plans_with(path)
                raise RequestError(f"plan '{plan}' of scenario {self.name} has nothing at {path}")
            if value is not None:
                tree.graft(place, Tree(value))
            elif tree.has(place):
                tree.prune(place)
        return tree

    def _drawn(self, plan: str, draws: Mapping[str, float]) -> Tree:
        unknown = [path for path in draws if path not in self.assumptions()] if draws else []
        if unknown:
            raise RequestError(f"scenario {self.name} has no assumed number with a range at {unknown[0]}")
        tree = self._trees[plan].copy()
        for path, _, (low, high) in _ranges(tree):
            if dotted(path) in draws:
                value = tree.value(path)
                _put(tree, path, draw(value, low, high, draws[dotted(path)], is_whole(path, (low, value, high))))
        return tree


def load_scenario(path_or_name: str | Path) -> Scenario:
    """A scenario from a path or a gallery name; ScenarioError with every problem found."""
    file = gallery_file(path_or_name)
    return read_scenario(read_file(file), str(file))


def read_scenario(content: bytes, file: str) -> Scenario:
    """A scenario from the bytes of its file; `file` is the name used in errors."""
    tree, problems = take_sources(parse(content, file), file)
    problems += _head_problems(tree, file)
    unknown = _unknown_sections(tree, file)
    problems += unknown.values()
    resolved = resolve(tree, file, Document)
    problems += resolved.problems
    problems += read_ties(resolved.trees, file)
    baseline = _baseline(tree, resolved, file, problems)
    documents, found = _documents(tree, resolved, file)
    problems += [unknown.get(each.path, each) for each in found]
    warnings = list(resolved.warnings)
    if not problems:
        problems += _same_plans(tree, resolved, documents, baseline, file, warnings)
        problems += _unusual_prices(resolved, documents, baseline, file)
        problems += _range_problems(resolved, file)
        problems += belief_problems(resolved.trees, documents[baseline].experiment.beliefs, baseline, _NOT_LEVERS, file)
    if not problems:
        warnings += _cautions(tree, resolved, documents, file)
    if problems:
        raise ScenarioError(tuple(dict.fromkeys(problems)))
    written = {name: plan or {} for name, plan in tree.data["plans"].items()}
    reference = resolved.trees[baseline].data
    plans = {
        name: PlanEntry(
            name, written[name].get("title"), written[name].get("about"), written[name].get("extends"),
            tuple(differences(reference, resolved.trees[name].data)),
        )
        for name in resolved.trees
    }  # fmt: skip
    return Scenario(
        name=tree.data["scenario"],
        title=tree.data.get("title", tree.data["scenario"]),
        about=tree.data.get("about"),
        file=file,
        hash=hashlib.sha256(content).hexdigest(),
        plans=MappingProxyType(plans),
        baseline=baseline,
        provenance={dotted(path): each for path, each in resolved.trees[baseline].provenance.items()},
        sources=count_sources(tree, tuple(key for key in tree.data if key not in _NOT_ASSUMPTIONS)),
        warnings=tuple(warnings),
        _trees=resolved.trees,
        _documents=documents,
    )


def _head_problems(tree: Tree, file: str) -> list[Problem]:
    problems = []
    if "scenario" not in tree.data:
        problems.append(Problem(file, 1, "scenario", "this key is missing", "the name of the scenario"))
    for key, read in (("scenario", parse_identifier), ("title", parse_text), ("about", parse_text)):
        if key in tree.data:
            try:
                read(tree.data[key])
            except ValueError as error:
                context = getattr(error, "context", None) or {}
                better = context.get("suggestion", "")
                problems.append(Problem(file, tree.line((key,)), key, context["found"], context["allowed"], better))
    return problems


def _unknown_sections(tree: Tree, file: str) -> dict[str, Problem]:
    known = (*HEAD, *known_keys(Document, ()))
    free = [key for key in known if key not in tree.data]
    return {
        key: Problem(file, tree.line((key,)), key, f"unknown key '{key}'", f"one of {', '.join(known)}",
                     nearest(key, free) or "")
        for key in tree.data if key not in known
    }  # fmt: skip


def _baseline(tree: Tree, resolved: Resolved, file: str, problems: list[Problem]) -> str:
    first = next(iter(resolved.overlays))
    baseline = tree.data.get("baseline", first)
    if isinstance(baseline, str) and baseline in resolved.overlays:
        return baseline
    better = nearest(baseline, resolved.overlays) if isinstance(baseline, str) else None
    allowed = f"one of the plans {', '.join(resolved.overlays)}"
    problems.append(Problem(file, tree.line(("baseline",)), "baseline", shown(baseline), allowed, better or ""))
    return first


def _documents(tree: Tree, resolved: Resolved, file: str) -> tuple[dict[str, Document], list[Problem]]:
    """The document of every plan, and the problems; one that only a plan brings about stands at the plan's line."""
    documents: dict[str, Document] = {}
    problems: list[Problem] = []
    for name, plan in resolved.trees.items():
        document, found = validated(plan, file)
        if document is not None:
            documents[name] = document
            continue
        overlay = resolved.overlays[name]
        below = _below(overlay, tree, resolved)
        before = validated(below, file)[1]
        problems += [_at_plan(each, overlay, below, tree) for each in found if each not in before]
        if overlay.extends is None:  # what is wrong with the plan it extends, that plan says itself
            problems += [each for each in found if each in before]
    return documents, problems


def _below(overlay: Overlay, tree: Tree, resolved: Resolved) -> Tree:
    """What the plan is laid over: the plan it extends, or the file without its head."""
    if overlay.extends is not None and overlay.extends in resolved.trees:
        return resolved.trees[overlay.extends]
    base = tree.copy()
    for key in HEAD:
        if key in base.data:
            base.prune((key,))
    return base


def _at_plan(problem: Problem, overlay: Overlay, below: Tree, tree: Tree) -> Problem:
    """The same problem at the line of the plan that causes it, unless it stands there already."""
    place = ("plans", overlay.name)
    if problem.line in {line for path, line in tree.lines.items() if path[:2] == place}:
        return problem
    at = tuple(problem.path.split(".")) if problem.path else ()
    lines = [line for path, line in overlay.removed if _touch(path, at)]
    changed = below.copy()
    for path, branch in overlay.settings:
        changed.graft(path, branch)
        if _touch(path, at):
            here = branch.line(()) or tree.line(place)
            if any(each.path == problem.path for each in validated(changed, problem.file)[1]):
                return replace(problem, line=here)
            lines.append(here)
    if overlay.added is not None:
        lines += [line for path, line in overlay.added.lines.items() if path and _touch(path, at)]
    return replace(problem, line=lines[-1] if lines else tree.line(place))


def _touch(path: TreePath, other: TreePath) -> bool:
    """Whether one of the paths lies at or inside the other."""
    length = min(len(path), len(other))
    return path[:length] == other[:length]


def _same_plans(
    tree: Tree, resolved: Resolved, documents: Mapping[str, Document], baseline: str, file: str, warnings: list[str]
) -> list[Problem]:
    """A plan that writes nothing is an error; one whose values are those of the baseline deserves a warning."""
    problems = []
    for name, document in documents.items():
        if name == baseline or document != documents[baseline]:
            continue
        if resolved.overlays[name].empty:
            found = f"plan {name} is the same as the baseline {baseline}"
            place = ("plans", name)
            problems.append(Problem(file, tree.line(place), dotted(place), found, "set, add or remove something"))
        else:
            warnings.append(f"plan {name} is the same as the baseline {baseline}: everything it writes is so already")
    return problems


def _unusual_prices(resolved: Resolved, documents: Mapping[str, Document], baseline: str, file: str) -> list[Problem]:
    """Another price than the baseline's moves nobody unless the file says what people are used to."""
    problems = []
    for name, document in documents.items():
        for need, section in document.market.needs.items():
            before = documents[baseline].market.needs.get(need)
            if before is not None and section.charged != before.charged and section.usual_price is None:
                place = ("market", "needs", need, "price" if section.price != before.price else "fees")
                found = f"{section.charged} in plan {name}, {before.charged} in the baseline, and no usual_price"
                allowed = f"say what people are used to: market.needs.{need}.usual_price"
                problems.append(Problem(file, resolved.trees[name].line(place), dotted(place), found, allowed))
    return problems


def _cautions(tree: Tree, resolved: Resolved, documents: Mapping[str, Document], file: str) -> list[str]:
    """What deserves a word about the plans, in file order; what several plans share is said once."""
    plans = tree.data["plans"]
    found = [each for name, plan in resolved.trees.items() for each in warnings_of(plan, documents[name], file)]
    untitled = [name for name in plans if not (plans[name] or {}).get("title")]
    if untitled:
        said = f"no title for {', '.join(untitled[:12])}{', ...' if len(untitled) > 12 else ''}"
        found.append(
            Problem(file, tree.line(("plans",)), "plans", said, "results print the names of the plans instead")
        )
    return [str(each) for each in sorted(dict.fromkeys(found))]


def _range_problems(resolved: Resolved, file: str) -> list[Problem]:
    """Both ends of every range must be allowed where the value stands."""
    problems = []
    checked: set[tuple[TreePath, int]] = set()
    for tree in resolved.trees.values():
        for path, source, ends in _ranges(tree):
            if (path, source.line) in checked:
                continue
            checked.add((path, source.line))
            for end in ends:
                value = tree.value(path)
                _put(tree, path, end)
                document, found = validated(tree, file)
                _put(tree, path, value)
                if document is None:
                    first = found[0]
                    said = f"with {shown(end)}, an end of the range: {first.found}"
                    problems.append(Problem(file, source.line, dotted(path), said, first.allowed))
    return problems


def _ranges(tree: Tree) -> list[tuple[TreePath, Provenance, tuple[Any, Any]]]:
    """The numbers of a tree that may be drawn: assumed, masked or derived, with a range."""
    return [
        (path, source, source.range)
        for path, source in tree.provenance.items()
        if source.source in DRAWN and source.range is not None
    ]


def _put(tree: Tree, path: TreePath, value: Any) -> None:
    place = tree.value(path[:-1])
    if isinstance(place, list):
        place[int(path[-1])] = value
    else:
        place[path[-1]] = value
