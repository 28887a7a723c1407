"""A page's code runs in its own folder, and what fails is told."""

import pytest
from page_code.runner import run_page

ASK = """
from urllib.request import urlopen

print(urlopen("http://127.0.0.1:8000/healthz").status)
"""


@pytest.fixture
def run(tmp_path):
    files = tmp_path / "files"
    files.mkdir()
    (files / "a.txt").write_text("a", "utf-8")

    def run_(*commands, python="", files_of_page=()):
        return run_page(tmp_path / "page", files, (commands, python, files_of_page))

    yield run_
    assert [path.name for path in tmp_path.iterdir()] == ["files"]
    assert [path.name for path in files.iterdir()] == ["a.txt"]


def test_commands_see_files_and_the_program_sees_what_they_made(run):
    read = "from pathlib import Path\nassert Path('copy.txt').read_text() == 'a'\nassert Path('my.toml').exists()"
    assert run("cp a.txt copy.txt", python=read, files_of_page=(("my.toml", "x = 1"),)) == ""


def test_what_fails_is_told(run):
    assert run("cat gone.txt").startswith("cat gone.txt: exit status 1")
    assert run("inkdigits read gone.jpg").startswith("inkdigits read gone.jpg: exit status 1: error: gone.jpg")
    assert "ZeroDivisionError" in run(python="1 / 0")
    assert run("rm a.txt") == "rm a.txt: rm is no command of these pages"


def test_extras_and_targets_must_exist(run):
    assert run('pip install "inkdigits[serve,learn]"', "make docs TORCH=cpu") == ""
    assert run('pip install "inkdigits[serve,nothing]"').endswith("there is no nothing")
    assert run("make nothing").endswith("there is no nothing")


@pytest.mark.slow
def test_a_server_answers_what_comes_after_it(run):
    assert run("inkdigits serve --read-only", "curl http://127.0.0.1:8000/healthz", python=ASK) == ""
