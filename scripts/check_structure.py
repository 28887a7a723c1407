"""The house as rules that hold: no circle of imports, few layers and files a package, short files.

    python scripts/check_structure.py           # says what breaks a rule; exit status 1
    python scripts/check_structure.py --tree    # every package with its layers, top first

What is above what between packages stands in pyproject.toml and is checked by import-linter.
"""

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[1]
PACKAGE = "inkdigits"

MOST_LAYERS = 7
"""Inside a package, its sub-packages counted as one module each."""

MOST_FILES = 14
"""In a package, beside its sub-packages."""

MOST_LINES = 300

OF_NO_MODULE = {
    "tests": {"compatibility", "distribution", "docstrings", "percentages"},
    "tests/benchmarks": {"figures", "scripts"},
    "tests/cli": {"bad_input", "new_user"},
    "tests/display": {"notebook"},
    "tests/docs": {"docs", "json", "onnx", "patterns", "tutorials"},
    "tests/learn/evaluation/verdict": {"trainings"},
    "tests/learn/report": {"browser", "many_cards"},
    "tests/learn/training": {"disk_full", "fast_recipes"},
    "tests/read": {"hostile"},
    "tests/serve": {"container"},
}
"""Tests that are about more than one module, by their folder."""

BESIDE = {"benchmarks", "docs", "scripts"}
"""Folders beside the package whose scripts have tests."""

NO_MIRROR = ("tests/serve/page", "tests/helpers")
"""Folders of tests whose subject is no Python: the page in a browser; and what tests share."""

BAD_HABITS = {
    r"\.wait_for_timeout\(": "wait for an event, not for a time",
    r"""setattr\([^)]*["'](\w+\.)*_[A-Za-z]\w*["']""": "patch no private name",
    r"assert .*(perf_counter|monotonic|process_time)\(\)": "assert no duration",
}
"""What lines of tests may not do, as regular expressions."""

MANY_FILES = {"src/inkdigits/cli", "src/inkdigits/serve/static"}
"""One command a file, and the page's scripts as the browser asks for them."""

Imports = dict[str, set[str]]
"""What each child of a package imports of the others."""


def main() -> None:
    """Print what breaks a rule, or the tree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tree", action="store_true", help="print every package's layers")
    options = parser.parse_args()
    graph = grimp.build_graph(PACKAGE, cache_dir=None)
    if options.tree:
        print_tree(graph)
        return
    faults = [*import_faults(graph), *file_faults(ROOT), *mirror_faults(ROOT), *habit_faults(ROOT)]
    print("\n".join(faults) or "structure: no circle, no package too deep or too full, no file too long, no stray test")
    sys.exit(1 if faults else 0)


def import_faults(graph: grimp.ImportGraph) -> Iterator[str]:
    """Yield circles between modules, and packages whose modules stand on too many layers.

    Args:
        graph: Who imports whom.
    """
    modules = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    yield from circles("modules", modules)
    for package in packages(graph):
        children = imports_between_children(graph, package)
        yield from circles(package, children)
        try:
            layers = layers_of(children)
        except CycleError:
            continue
        if len(layers) > MOST_LAYERS:
            yield f"{package}: {len(layers)} layers, more than {MOST_LAYERS}"


def circles(where: str, imports: Mapping[str, set[str]]) -> Iterator[str]:
    """Yield a circle of imports, if there is one.

    Args:
        where: What it is a circle in.
        imports: Who imports whom.
    """
    try:
        # In order of the names, so that the same circle is always told in the same way.
        TopologicalSorter({module: sorted(imports[module]) for module in sorted(imports)}).prepare()
    except CycleError as error:
        yield f"{where}: a circle: {' -> '.join(reversed(error.args[1]))}"


def packages(graph: grimp.ImportGraph) -> list[str]:
    """Return the packages of a graph.

    Args:
        graph: Who imports whom.
    """
    return sorted(module for module in graph.modules if graph.find_children(module))


def imports_between_children(graph: grimp.ImportGraph, package: str) -> Imports:
    """Return what each module or sub-package of a package imports of the others.

    Args:
        graph: Who imports whom.
        package: Its dotted name.
    """
    children = {module: child for child in graph.find_children(package) for module in _inside(graph, child)}
    found: Imports = {child: set() for child in graph.find_children(package)}
    for module, child in children.items():
        found[child] |= {
            children[other] for other in graph.find_modules_directly_imported_by(module) if other in children
        }
    return {child: others - {child} for child, others in found.items()}


def _inside(graph: grimp.ImportGraph, module: str) -> set[str]:
    return {module, *graph.find_descendants(module)}


def layers_of(imports: Imports) -> list[list[str]]:
    """Return modules by layer, lowest first: each stands one above the highest that it imports.

    Args:
        imports: Who imports whom.

    Examples:
        >>> layers_of({"loop": {"state"}, "state": set(), "plan": set()})
        [['plan', 'state'], ['loop']]
    """
    level: dict[str, int] = {}
    for module in TopologicalSorter(imports).static_order():
        level[module] = 1 + max((level[other] for other in imports[module]), default=-1)
    rows: dict[int, list[str]] = defaultdict(list)
    for module in sorted(level):
        rows[level[module]].append(module)
    return [rows[number] for number in sorted(rows)]


def file_faults(root: Path) -> Iterator[str]:
    """Yield packages with too many files, and files with too many lines.

    Args:
        root: The checkout.
    """
    for folder in sorted(path for path in (root / "src").rglob("*") if path.is_dir() and path.name != "__pycache__"):
        name, count = str(folder.relative_to(root)), sum(path.is_file() for path in folder.iterdir())
        if count > MOST_FILES and name not in MANY_FILES:
            yield f"{name}: {count} files, more than {MOST_FILES}"
    for top in ("src", "tests", "benchmarks", "docs", "scripts"):
        for path in sorted((root / top).rglob("*.py")):
            lines = len(path.read_text("utf-8").splitlines())
            if lines > MOST_LINES and ".environments" not in path.parts:
                yield f"{path.relative_to(root)}: {lines} lines, more than {MOST_LINES}"


def mirror_faults(root: Path) -> Iterator[str]:
    """Yield tests that are not named after a module of the package, or of the folder beside it, in the same place.

    `test_reader_inputs.py` is of `reader.py`, too.

    Args:
        root: The checkout.
    """
    for path in sorted((root / "tests").rglob("test_*.py")):
        folder, name = path.parent.relative_to(root), path.stem.removeprefix("test_")
        if str(folder).startswith(NO_MIRROR) or name in OF_NO_MODULE.get(folder.as_posix(), ()):
            continue
        parts = folder.parts[1:]
        tested = root.joinpath(*parts) if parts and parts[0] in BESIDE else root.joinpath("src", PACKAGE, *parts)
        modules = {child.stem for child in tested.glob("*") if child.suffix == ".py" or child.is_dir()}
        if not any(name == module or name.startswith(f"{module}_") for module in modules):
            yield f"{path.relative_to(root)}: no module of this name in {tested.relative_to(root)}"


def habit_faults(root: Path) -> Iterator[str]:
    """Yield lines of tests that wait for a time in place of an event, or patch what is private.

    Args:
        root: The checkout.
    """
    for path in sorted((root / "tests").rglob("*.py")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            for pattern, fault in BAD_HABITS.items():
                if re.search(pattern, line):
                    yield f"{path.relative_to(root)}:{number}: {fault}"


def print_tree(graph: grimp.ImportGraph) -> None:
    """Print each package's modules by layer, the highest first.

    Args:
        graph: Who imports whom.
    """
    for package in packages(graph):
        layers = layers_of(imports_between_children(graph, package))
        print(f"{package}: {len(layers)} layers")
        for layer in reversed(layers):
            print("    " + "  ".join(module.removeprefix(f"{package}.") for module in layer))


if __name__ == "__main__":
    main()
