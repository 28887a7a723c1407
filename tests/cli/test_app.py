import subprocess
import sys

import pytest

from helpers.imports import imported_by

COMMANDS = ("recipes", "data", "train", "evaluate", "predict", "report", "reproduce")


def test_the_help_lists_every_command(inkdigits):
    done = inkdigits("--help")
    assert done.status == 0
    assert [command for command in COMMANDS if command not in done.stdout] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(inkdigits, command):
    done = inkdigits(command, "--help")
    assert done.status == 0
    assert f"Example: inkdigits {command}" in " ".join(done.stdout.split())
    assert "--json" in done.stdout


@pytest.mark.parametrize("command", [["--help"], ["--version"], ["recipes"], ["train", "--help"]])
def test_starting_imports_nothing_heavy(command):
    heavy = {"torch", "matplotlib", "sklearn", "cv2", "tensorboard", "jinja2", "scipy"}
    assert heavy & imported_by(*command) == set()


def test_a_command_imports_no_other_and_no_rich():
    others = {"inkdigits.cli.train", "inkdigits.cli.read", "inkdigits.cli.serve", "rich"}
    assert others & imported_by("data", "uci", "--json") == set()


def test_a_misspelt_command_is_corrected(inkdigits):
    done = inkdigits("trian")
    assert done.status == 2
    assert "Did you mean 'train'?" in " ".join(done.stderr.split())


def test_the_version_is_printed(inkdigits):
    from inkdigits import __version__

    assert inkdigits("--version").stdout.strip() == f"inkdigits {__version__}"


@pytest.mark.parametrize(
    "arguments",
    [["trane"], ["train"], ["train", "softmax", "--epochs", "many"], ["predict", "run"], ["data", "--nope"]],
)
def test_wrong_usage_is_exit_2(inkdigits, arguments):
    assert inkdigits(*arguments).status == 2


def test_a_missing_learn_half_is_told_of():
    code = (
        "import sys\nsys.modules['torch'] = None\nfrom inkdigits.cli.app import main\n"
        "sys.argv = ['inkdigits', 'train', 'softmax', '--data', 'uci']\nmain()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("error: torch is not installed; expected the learn half")
    assert 'pip install "inkdigits[learn]"' in done.stderr


def test_errors_are_one_line_and_debug_shows_the_traceback():
    command = [sys.executable, "-m", "inkdigits"]
    plain = subprocess.run([*command, "recipes", "nowhere"], capture_output=True, text=True, check=False)
    assert plain.returncode == 1
    (line,) = plain.stderr.splitlines()
    assert line.startswith("error: there is no recipe nowhere; expected one of softmax, ")
    debug = subprocess.run([*command, "--debug", "recipes", "nowhere"], capture_output=True, text=True, check=False)
    assert debug.returncode == 1
    assert "Traceback" in debug.stderr
