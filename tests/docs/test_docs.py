"""The README and the generated pages say what is true today."""

import importlib.util
import re
import shlex
from pathlib import Path

import pytest
from page_code.runner import run_python

ROOT = Path(__file__).parents[2]
PROSE = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *ROOT.glob("docs/how-to/*.md"),
    ROOT / "docs/reference/figures.md",
]
TEXT = (ROOT / "README.md").read_text("utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.S)


def commands():
    lines = "".join(blocks("sh")).splitlines()
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("inkdigits ")]


def builder():
    spec = importlib.util.spec_from_file_location("build", ROOT / "docs" / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_pages_are_as_the_code_makes_them():
    stale = [str(path) for path, text in builder().pages().items() if path.read_text("utf-8") != text]
    assert stale == [], "run `make docs`"


def test_every_command_is_in_the_reference():
    reference = (ROOT / "docs" / "reference" / "cli.md").read_text("utf-8")
    for option in ("inkdigits train", "--resume", "--set", "--samples", "--json", "--split", "--seeds"):
        assert option in reference


@pytest.mark.slow
def test_the_tour_runs_as_written(tmp_path, start_inkdigits):
    tour = [command for command in commands() if "runs/first" in command or command[0] in ("recipes", "data")]
    assert len(tour) == 8
    for command in tour:
        process = start_inkdigits(*command, folder=tmp_path)
        assert process.wait() == 0, (command, process.stderr)
    for name in ("cnn.svg", "digits.png", "runs/first/report.html", "first.onnx"):
        assert (tmp_path / name).stat().st_size > 1000


@pytest.mark.slow
def test_the_python_blocks_run_as_written(tmp_path, start_process):
    code = "\n".join(block for block in blocks("python") if "train(" in block)
    done = start_process(run_python, code, tmp_path)
    assert done.wait() == 0, done.stderr
    assert "read as" in done.stdout
    assert "report.html" in done.stdout


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_option_that_is_shown_exists(command, inkdigits_help):
    for word in command:
        if word.startswith("--"):
            assert word in inkdigits_help(command[0])


@pytest.fixture(scope="module")
def inkdigits_help():
    from typer.testing import CliRunner

    from inkdigits.cli.commands import app

    pages = {}

    def page(command):
        if command not in pages:
            pages[command] = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"}).output
        return pages[command]

    return page


def test_links_inside_the_project_lead_somewhere():
    dead = [
        f"{page.name}: {target}"
        for page in [ROOT / "CONTRIBUTING.md", ROOT / "ARCHITECTURE.md", ROOT / "README.md", *ROOT.glob("docs/**/*.md")]
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert dead == []


def test_prose_is_narrower_than_a_screen():
    for page in PROSE:
        lines = page.read_text("utf-8").splitlines()
        assert [line for line in lines if len(line) > 120 and not line.startswith(("|", "inkdigits"))] == [], page
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 150


def test_make_targets_are_as_contributing_shows_them():
    makefile = (ROOT / "Makefile").read_text("utf-8").replace("$(BIN)/", "").replace(" -q", "")
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("### What each target runs")[2]
    rows = re.findall(r"\| `make ([\w-]+)` \| (.*?) \|\n", page)
    assert [target for target, _ in rows] == [
        "setup",
        "demo",
        "test",
        "test-fast",
        "check",
        "dist",
        "bench",
        "bench-quick",
        "bench-reading",
        "bench-forms",
        "bench-hands",
        "bench-serving",
        "docs",
        "notebooks",
    ]
    for _, shown in rows:
        for command in re.findall(r"`([^`]+)`", shown):
            plain = command.replace(".venv/bin/", "").replace("python3 -m venv", "$(PYTHON) -m venv")
            assert plain in makefile


def test_commit_hooks_are_the_checks_of_make():
    hooks = re.findall(r"entry: (.*?), language", (ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    (checks,) = re.findall(r"check: setup\n\t(.*)\n", (ROOT / "Makefile").read_text("utf-8"))
    assert hooks == checks.replace("$(BIN)", ".venv/bin").split(" && ")


def test_files_that_contributing_names_exist():
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = [name for name in re.findall(r"`([\w./-]+/[\w./-]*)`", page) if "NAME" not in name]
    folders = [ROOT, ROOT / "src" / "inkdigits"]
    generated = ("build/site", "dist/", "../shared/mnist")
    assert [n for n in named if n not in generated and not any((f / n).exists() for f in folders)] == []
    assert len(named) > 15
