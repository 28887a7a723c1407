import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from helpers.sheets import save_sheet
from inkdigits.cli.app import main


@dataclass(frozen=True)
class CommandResult:
    """Exit status and output of a command."""

    status: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        """The one JSON object on stdout."""
        return json.loads(self.stdout)


@pytest.fixture
def inkdigits(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., CommandResult]:
    """Run a command line in this process: `inkdigits("data", "uci")` -> its result."""

    def run(*arguments: object) -> CommandResult:
        monkeypatch.setattr("sys.argv", ["inkdigits", *map(str, arguments)])
        capsys.readouterr()
        status = 0
        try:
            main()
        except SystemExit as end:
            status = int(end.code or 0)
        captured = capsys.readouterr()
        return CommandResult(status, captured.out, captured.err)

    return run


@pytest.fixture(scope="session")
def quick_run(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A run of a few seconds on the `uci` digits."""
    from inkdigits.api import train

    out = tmp_path_factory.mktemp("runs") / "quick"
    changes = {"epochs": 4, "layers.1.units": 32, "layers.3.units": 32}
    return train("mlp-dropout", "uci", out=out, changes=changes, progress=False)


@pytest.fixture(scope="session")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture with two lines: 3145 and 80."""
    return save_sheet(tmp_path_factory.mktemp("read") / "sheet.png", "3145", "80")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures of one line each, whose names people and computers sort differently, and what is no picture."""
    folder = tmp_path_factory.mktemp("pictures")
    for number, text in ((1, "27"), (2, "63"), (10, "58")):
        save_sheet(folder / f"page-{number}.png", text)
    save_sheet(folder / "page-3.JPG", "94")
    (folder / "notes.txt").write_text("not a picture")
    (folder / "more.png").mkdir()
    return folder


@pytest.fixture
def standard_input(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Let a command find bytes on standard input."""

    def give(content: bytes) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))

    return give
