import itertools
import subprocess
import sys
from graphlib import CycleError
from pathlib import Path

import check_structure
import grimp
import pytest
from check_structure import (
    MOST_FILES,
    MOST_LAYERS,
    MOST_LINES,
    file_faults,
    habit_faults,
    import_faults,
    layers_of,
    mirror_faults,
)

ROOT = Path(__file__).parents[2]


def graph_of(*imports):
    """A graph of `(importer, imported)` pairs, with the packages that they lie in."""
    graph = grimp.ImportGraph()
    for module in {module for pair in imports for module in pair}:
        parts = module.split(".")
        for length in range(1, len(parts) + 1):
            graph.add_module(".".join(parts[:length]))
    for importer, imported in imports:
        graph.add_import(importer=importer, imported=imported)
    return graph


def test_this_house_keeps_its_rules():
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "check_structure.py"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_tree_is_printed_from_the_top(capsys):
    check_structure.print_tree(graph_of(("house.roof", "house.wall"), ("house.wall", "house.floor")))
    assert capsys.readouterr().out.split() == ["house:", "3", "layers", "roof", "wall", "floor"]


def test_a_circle_of_modules_is_named():
    graph = graph_of(("house.one", "house.two"), ("house.two", "house.three"), ("house.three", "house.one"))
    faults = list(import_faults(graph))
    assert [fault.partition(":")[0] for fault in faults] == ["modules", "house"]
    assert faults[0] == "modules: a circle: house.one -> house.two -> house.three -> house.one"


def test_packages_in_a_circle_are_named_though_their_modules_are_in_none():
    graph = graph_of(("house.left.one", "house.right.one"), ("house.right.two", "house.left.two"))
    assert [fault.partition(":")[0] for fault in import_faults(graph)] == ["house"]


def test_a_package_with_too_many_layers_is_named():
    names = [f"house.floor{number}" for number in range(MOST_LAYERS + 1)]
    graph = graph_of(*itertools.pairwise(names))
    assert list(import_faults(graph)) == [f"house: {MOST_LAYERS + 1} layers, more than {MOST_LAYERS}"]
    graph.remove_module(names[0])
    assert list(import_faults(graph)) == []


def test_layers_of_a_circle_are_refused():
    with pytest.raises(CycleError):
        layers_of({"one": {"two"}, "two": {"one"}})


def test_long_files_and_full_packages_are_named(tmp_path):
    package = tmp_path / "src" / "house"
    package.mkdir(parents=True)
    for number in range(MOST_FILES):
        (package / f"module{number}.py").touch()
    (package / "module0.py").write_text("pass\n" * MOST_LINES, "utf-8")
    assert list(file_faults(tmp_path)) == []
    (package / "one_more.py").touch()
    (package / "module0.py").write_text("pass\n" * (MOST_LINES + 1), "utf-8")
    assert list(file_faults(tmp_path)) == [
        f"src/house: {MOST_FILES + 1} files, more than {MOST_FILES}",
        f"src/house/module0.py: {MOST_LINES + 1} lines, more than {MOST_LINES}",
    ]


def test_stray_tests_are_named(tmp_path):
    package, tests = tmp_path / "src" / "inkdigits" / "runs", tmp_path / "tests" / "runs"
    for folder in (package, tests, tmp_path / "runs"):
        folder.mkdir(parents=True)
    (package / "folder.py").touch()
    for name in ("folder", "folder_on_disk", "fold"):
        (tests / f"test_{name}.py").touch()
    assert list(mirror_faults(tmp_path)) == ["tests/runs/test_fold.py: no module of this name in src/inkdigits/runs"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("page.wait_for" + "_timeout(200)", "wait for an event, not for a time"),
        ("monkeypatch.set" + 'attr(module, "_LIMIT", 1)', "patch no private name"),
        ("monkeypatch.set" + 'attr("inkdigits.core.locks._LIMIT", 1)', "patch no private name"),
        ("assert time.monotonic" + "() < 3", "assert no duration"),
        ('monkeypatch.setattr(module, "LIMIT", 1)', None),
    ],
)
def test_bad_habits_are_named(tmp_path, line, fault):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_all.py").write_text(f"pass\n{line}\n", "utf-8")
    assert list(habit_faults(tmp_path)) == ([f"tests/test_all.py:2: {fault}"] if fault else [])
