"""The shape of the house: which way imports point, what is pure, and how large the pieces are."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ["domain", "projections", "service"]
"""From the innermost to the outermost: each may import itself and those before it."""

MODULES = [path.relative_to(ROOT) for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
PURE = [path for path in MODULES if path.parts[0] in {"domain", "projections"}]
STANDARD_AND_PURE = sys.stdlib_module_names - {
    "asyncio", "http", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets", "shutil",
    "signal", "socket", "sqlite3", "ssl", "subprocess", "sys", "tempfile", "threading", "time", "urllib",
}  # fmt: skip
OUTSIDE_OF_DOMAIN = {"pydantic", "pydantic_core", "edtf"}
READS_CLOCK_OR_LOT = {
    "now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter", "localtime", "gmtime",
    "uuid1", "uuid4", "uuid6", "uuid7", "random", "randint", "choice", "shuffle", "urandom", "token_hex",
}  # fmt: skip
REACHES_OUT = {"open", "print", "input", "exec", "eval", "__import__", "compile", "breakpoint"}

each_module = pytest.mark.parametrize("path", MODULES, ids=str)
each_pure_module = pytest.mark.parametrize("path", PURE, ids=str)


def tree_of(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))


def imported(tree: ast.Module) -> Iterator[str]:
    """The full names of the modules that are imported, anywhere in a module; a relative import as `.`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." if node.level else node.module or "."


def reached(tree: ast.Module) -> Iterator[str]:
    """The names that are called, imported from a module, or taken from a class or module of time or chance.

    So `now` of `datetime.now()` is found, and of `Field(default_factory=datetime.now)` too.
    """
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                yield name
            case ast.ImportFrom(names=aliases):
                yield from (alias.name for alias in aliases)
            case ast.Attribute(
                value=ast.Name(id="datetime" | "date" | "time" | "uuid" | "random"), attr=name
            ):
                yield name


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many lines a function has, its docstring included and its decorators not."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


# Imports


@each_module
def test_imports_point_one_way(path):
    """Service knows projections and the domain, projections know the domain, the domain knows itself."""
    outer = set(PACKAGES[PACKAGES.index(path.parts[0]) + 1 :])

    assert {name for name in imported(tree_of(path)) if name.split(".")[0] in outer} == set()


@each_module
def test_imports_are_written_in_full(path):
    """A reader sees where a name comes from without counting dots, and the checks here see it too."""
    assert "." not in set(imported(tree_of(path)))


@each_pure_module
def test_the_domain_and_projections_import_nothing_that_reaches_outside(path):
    """The standard library but for its ways out, pydantic, and for dates edtf; projections the domain too."""
    allowed = STANDARD_AND_PURE | OUTSIDE_OF_DOMAIN | set(PACKAGES[: PACKAGES.index(path.parts[0]) + 1])

    assert {name for name in imported(tree_of(path)) if name.split(".")[0] not in allowed} == set()


@each_pure_module
def test_the_domain_and_projections_read_no_clock_and_draw_no_lots(path):
    """Moments and identities are handed in, so that the same history always gives the same answer."""
    assert set(reached(tree_of(path))) & READS_CLOCK_OR_LOT == set()


@each_pure_module
def test_the_domain_and_projections_open_nothing(path):
    """No files, no output, no code made on the fly; `re.compile` is not `compile`."""
    names = {
        node.func.id
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }

    assert names & REACHES_OUT == set()


@pytest.mark.parametrize("package", PACKAGES)
def test_tests_mirror_the_packages_without_being_packages(package):
    """`tests/domain/__init__.py` would hide `domain` from the tests."""
    assert (ROOT / "tests" / package).is_dir()
    assert list((ROOT / "tests").rglob("__init__.py")) == []


# Sizes


@each_module
def test_a_module_is_read_in_one_sitting(path):
    """At most 300 lines."""
    assert len((ROOT / path).read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("package", PACKAGES)
def test_functions_are_small(package):
    """Half of them have at most 8 lines, nine in ten at most 25."""
    trees = [tree_of(path) for path in MODULES if path.parts[0] == package]
    sizes = [lines_of(function) for tree in trees for function in functions(tree)]

    assert median(sizes) <= 8
    assert quantiles(sizes, n=10)[-1] <= 25


# Names


@each_module
def test_names_say_what_a_thing_is(path):
    """No managers, helpers or utilities: a name that fits anything says nothing."""
    tree = tree_of(path)
    classes = [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    names = [*path.with_suffix("").parts, *classes, *(function.name for function in functions(tree))]

    vague = re.compile(r"(?i)manager|helper|util(s|ity|ities)?$|^util|^misc|^common$|^base_?class")

    assert [name for name in names if vague.search(name)] == []


@each_module
def test_what_others_use_says_what_it_does(path):
    """Every module, and every public class and function at its top, has a docstring."""
    tree = tree_of(path)
    public = [
        node
        for node in tree.body
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("_")
    ]

    assert ast.get_docstring(tree) or not tree.body
    assert [node.name for node in public if not ast.get_docstring(node)] == []
