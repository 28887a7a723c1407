"""Runs the code of a page in a folder of its own. Knows nothing of how pages are written."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

from helpers.processes import ForkedProcess, run_command

ROOT = Path(__file__).parents[2]
ADDRESS = "127.0.0.1:8000"
"""Where the server of the pages listens; their servers here take a free port."""

_TIMEOUT_S = 180
_SHELL = ("curl", "python", "cat", "head", "ls", "mkdir", "cp", "unzip")
"""Commands that run in a shell as they are."""


class PageError(Exception):
    """A command or program of a page that did not do what the page says."""


def run_python(code: str, folder: Path) -> None:
    """Run a program in a folder, in this process.

    Args:
        code: The program.
        folder: Where its files are.
    """
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    exec(compile(code, "page", "exec"), {"__name__": "__main__"})  # noqa: S102, a page of our own


class PageRun:
    """The commands and the program of one page.

    Args:
        folder: Where they run; the pictures of `files.py` are there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._output = folder.with_name(folder.name + ".out")
        self._output.mkdir()
        self._count = 0
        self._server: ForkedProcess | None = None
        self._address = ADDRESS

    def run(self, commands: tuple[str, ...], python: str, files: tuple[tuple[str, str], ...]) -> None:
        """Run all of a page.

        Args:
            commands: Lines of the shell.
            python: The program.
            files: Names and texts of files that the page shows.

        Raises:
            PageError: One failed.
        """
        for name, text in files:
            (self._folder / name).write_text(text + "\n", "utf-8")
        try:
            for command in commands:
                self._command(command)
            if python:
                code = python.replace(ADDRESS, self._address)
                self._wait(self._start(run_python, code, self._folder), "the Python blocks")
        finally:
            self._stop_server()

    def _command(self, command: str) -> None:
        words = shlex.split(command)
        if words[0] == "inkdigits" and not {"|", ">"} & set(words):
            if words[1] == "serve":
                self._serve(words[2:])
            else:
                self._wait(self._start(run_command, words[1:], self._folder), command)
        elif words[0] in ("pip", "make"):
            if missing := list(_unknown(words)):
                raise PageError(f"{command}: there is no {', '.join(missing)}")
        elif words[0] in (*_SHELL, "inkdigits"):
            self._shell(command.replace(ADDRESS, self._address))
        else:
            raise PageError(f"{command}: {words[0]} is no command of these pages")

    def _shell(self, command: str) -> None:
        tools = self._output / "bin"
        tools.mkdir(exist_ok=True)
        for name, line in (("python", ""), ("inkdigits", "-m inkdigits")):
            (tools / name).write_text(f'#!/bin/sh\nexec {sys.executable} {line} "$@"\n', "utf-8")
            (tools / name).chmod(0o755)
        path = f"{tools}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command.replace("curl ", "curl -fsS ")],
            cwd=self._folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False,
            timeout=_TIMEOUT_S,
        )  # fmt: skip
        if done.returncode:
            raise PageError(f"{command}: exit status {done.returncode}: {done.stderr.strip()[-500:]}")

    def _serve(self, options: list[str]) -> None:
        self._stop_server()
        arguments = ["serve", *options, "--no-open", "--port", "0"]
        self._server = self._start(run_command, arguments, self._folder)
        deadline = time.monotonic() + _TIMEOUT_S
        while not (found := re.search(r"http://(127\.0\.0\.1:\d+)", self._server.stdout + self._server.stderr)):
            if self._server.status is not None or time.monotonic() > deadline:
                raise PageError(f"inkdigits serve {' '.join(options)}: {self._server.stderr.strip()[-500:]}")
            time.sleep(0.05)
        self._address = found[1]

    def _stop_server(self) -> None:
        if self._server is not None:
            self._server.kill()
            self._server = None

    def _start(self, function: object, *arguments: object) -> ForkedProcess:
        self._count += 1
        output = self._output / str(self._count)
        output.mkdir()
        for name in ("stdout", "stderr"):
            (output / name).touch()
        return ForkedProcess(function, arguments, output)  # type: ignore[arg-type]

    @staticmethod
    def _wait(process: ForkedProcess, what: str) -> None:
        if status := process.wait():
            raise PageError(f"{what}: exit status {status}: {process.stderr.strip()[-1500:]}")


def _unknown(words: list[str]) -> Iterator[str]:
    """Yield extras of `pip install` and targets of `make` that do not exist."""
    if words[0] == "make":
        targets = set(re.findall(r"(?m)^([\w-]+):", (ROOT / "Makefile").read_text("utf-8")))
        yield from (word for word in words[1:] if "=" not in word and word not in targets)
        return
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    for names in re.findall(r"\[([\w,]+)\]", " ".join(words)):
        yield from (name for name in names.split(",") if name not in extras)


def run_page(folder: Path, files: Path, program: tuple[tuple[str, ...], str, tuple[tuple[str, str], ...]]) -> str:
    """Run the code of a page in a new folder, and return what failed; empty if nothing did.

    Args:
        folder: Is made, and removed again.
        files: A folder with the pictures of `files.py`, which is copied.
        program: Commands, program and files of the page.
    """
    shutil.copytree(files, folder)
    try:
        PageRun(folder).run(*program)
    except PageError as error:
        return str(error)
    finally:
        shutil.rmtree(folder)
        shutil.rmtree(folder.with_name(folder.name + ".out"), ignore_errors=True)
    return ""
