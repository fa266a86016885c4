"""Who may import whom, and the few habits that keep runs reproducible, read from the source itself.

Input is every Python file of the product; a rule that is broken is reported with file, line and what to do."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PRODUCT = ("sim", "experiments", "calibration", "rehearse", "scenarios")
LONGEST_FILE = 450

# A layer may import itself and what stands below it; the gallery is data and stands below all.
MAY_IMPORT = {
    "scenarios": {"scenarios"},
    "sim": {"sim", "scenarios"},
    "experiments": {"experiments", "sim", "scenarios"},
    "calibration": {"calibration", "experiments", "sim", "scenarios"},
    "rehearse": {"rehearse", "calibration", "experiments", "sim", "scenarios"},
}

# The pure science, and the only modules of sim that each part of it may use besides its own.
PURE = {
    "sim.behaviour": ("sim.behaviour", "sim.errors"),
    "sim.network": ("sim.behaviour", "sim.errors"),
    "sim.gaps": ("sim.behaviour", "sim.errors"),
    "sim.errors": (),
    "sim.streams": ("sim.errors",),
    "sim.money": ("sim.errors",),
    "sim.service": ("sim.errors",),
}

# What stands at the seam: it translates the document into arrays, so it knows both sides.
AT_THE_SEAM = ("sim.service.plant", "sim.service.further_steps")

# One place for chance; the rest of the product gets its numbers from there.
RANDOMNESS = "sim.streams"
RANDOM_MODULES = {"random", "secrets", "numpy.random"}
# scipy's samplers and Mesa's shuffles, whatever object they hang on.
RANDOM_ATTRIBUTES = {"rvs", "shuffle", "shuffle_do"}
# In a run also every generator; above it, scipy's quasi-random designs have a seeded method called `random`.
GENERATORS = {"random", "rng"}

# BLAS rounds differently with shape and threads, so a run would depend on the machine's load.
BLAS = {"dot", "vdot", "inner", "matmul", "einsum", "tensordot", "linalg"}
# The network counts triangles with sparse matrices of whole numbers, which scipy multiplies without BLAS or rounding.
SPARSE_INTEGERS = "sim.network"

CLOCKS = {"time.time", "datetime.now", "datetime.utcnow", "datetime.today", "date.today"}
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common"}


def module_name(path: Path) -> str:
    """`sim/service/facility.py` is `sim.service.facility`; a package's `__init__.py` is the package."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def product_files() -> tuple[Path, ...]:
    return tuple(path for package in PRODUCT for path in sorted((ROOT / package).rglob("*.py")))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of everything imported anywhere in a file, at its top or inside a function."""
    package = module_name(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                yield node.lineno, f"{base}.{alias.name}"


def is_within(name: str, module: str) -> bool:
    return name == module or name.startswith(module + ".")


def dotted(node: ast.expr) -> str:
    """`np.random.rand` as written, empty where the expression is not a plain dotted name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""


def report(path: Path, line: int, message: str) -> str:
    return f"{path.relative_to(ROOT)}:{line}: {message}"


def assert_none(found: list[str]) -> None:
    assert not found, "\n" + "\n".join(found)


def files_of(*packages: str) -> list[Path]:
    files = [path for path in product_files() if path.relative_to(ROOT).parts[0] in packages]
    assert files, "there is no source to read"
    return files


@pytest.mark.parametrize("layer", PRODUCT)
def test_a_layer_imports_only_what_stands_below_it(layer: str) -> None:
    mine = {*PRODUCT, "tests", "benchmarks"}
    assert_none(
        [
            report(path, line, f"{layer} must not import {name}")
            for path in files_of(layer)
            for line, name in imports(path)
            if (top := name.split(".")[0]) in mine and top not in MAY_IMPORT[layer]
        ]
    )


@pytest.mark.parametrize("module", PURE)
def test_the_pure_science_knows_neither_document_nor_market(module: str) -> None:
    assert_none(
        [
            report(path, line, f"{module} is pure and must not import {name}")
            for path in product_files()
            if is_within(module_name(path), module) and module_name(path) not in AT_THE_SEAM
            for line, name in imports(path)
            if name.split(".")[0] in PRODUCT
            and not any(is_within(name, allowed) for allowed in (module, *PURE[module]))
        ]
    )


def test_all_chance_comes_from_the_streams() -> None:
    found = []
    for path in product_files():
        if module_name(path) == RANDOMNESS:
            continue
        found += [
            report(path, line, f"draws from {name}; take uniforms from {RANDOMNESS}")
            for line, name in imports(path)
            if any(is_within(name, module) for module in RANDOM_MODULES)
        ]
        forbidden = RANDOM_ATTRIBUTES | (GENERATORS if is_within(module_name(path), "sim") else set())
        found += [
            report(path, node.lineno, f"uses {dotted(node) or '.' + node.attr}; take uniforms from {RANDOMNESS}")
            for node in ast.walk(parsed(path))
            if isinstance(node, ast.Attribute)
            and (node.attr in forbidden or dotted(node) in {"np.random", "numpy.random"})
        ]
    assert_none(found)


def test_the_simulation_adds_in_written_order_without_blas() -> None:
    found = []
    for path in files_of("sim"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.MatMult):
                if module_name(path) == SPARSE_INTEGERS:
                    continue
                found.append(report(path, node.lineno, "multiplies matrices with @"))
            elif isinstance(node, ast.Attribute) and node.attr in BLAS:
                found.append(report(path, node.lineno, f"uses .{node.attr}"))
    assert_none(found)


def test_the_simulation_never_reads_the_wall_clock() -> None:
    found = []
    for path in files_of("sim"):
        named = [(line, name) for line, name in imports(path) if name in CLOCKS]
        called = [(node.lineno, dotted(node.func)) for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)]
        found += [
            report(path, line, f"reads {name}")
            for line, name in (*named, *called)
            if any(name == clock or name.endswith("." + clock) for clock in CLOCKS)
        ]
    assert_none(found)


def test_nothing_walks_over_a_set_whose_order_changes_with_the_hash_seed() -> None:
    def is_set(node: ast.expr) -> bool:
        return isinstance(node, ast.Set | ast.SetComp) or (
            isinstance(node, ast.Call) and dotted(node.func) in {"set", "frozenset"}
        )

    assert_none(
        [
            report(path, node.iter.lineno, "iterates over a set; sort it first")
            for path in product_files()
            for node in ast.walk(parsed(path))
            if isinstance(node, ast.For | ast.comprehension) and is_set(node.iter)
        ]
    )


def test_module_names_say_what_a_module_is() -> None:
    assert_none(
        [
            report(path, 1, "has a name that says nothing")
            for path in product_files()
            if VAGUE_NAMES.intersection(path.relative_to(ROOT).with_suffix("").parts)
        ]
    )


def test_every_file_can_be_read_in_one_sitting() -> None:
    others = [path for folder in ("tests", "benchmarks") for path in sorted((ROOT / folder).rglob("*.py"))]
    assert_none(
        [
            report(path, lines, f"is {lines} lines long, more than {LONGEST_FILE}")
            for path in (*product_files(), *others)
            if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
        ]
    )


def test_every_module_opens_with_what_it_is() -> None:
    assert_none(
        [report(path, 1, "has no opening docstring") for path in product_files() if not ast.get_docstring(parsed(path))]
    )


def test_test_modules_have_names_of_their_own() -> None:
    """Without packages in tests/, two modules of one name would hide each other in reports."""
    seen: dict[str, Path] = {}
    found = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        if path.name in seen:
            found.append(report(path, 1, f"has the name of {seen[path.name].relative_to(ROOT)}"))
        seen[path.name] = path
    assert_none(found)
