"""The files by which a training and those who watch it talk. Knows nothing of how it is trained, or of pages.

RUN/live/events.jsonl   what happened, one JSON object a line: the curves
    snapshot.json       weights, answers and confusion of the network as it is now
    command.json        the last command of those who watch
    questions/          digits that the network is asked about, and its answers

A training writes the first two and obeys the third. All of them are files, so that a page, its server and the training
may come and go on their own.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from inkdigits.core.types import SIDE, Image

Command = Literal["go", "pause", "step", "epoch", "stop"]
"""Train; wait; take one step, or go to the end of the epoch, and wait; end, as Ctrl-C does."""

COMMANDS: tuple[Command, ...] = get_args(Command)

_QUESTION, _ANSWER = ".digit", ".json"


@dataclass(frozen=True)
class LiveFolder:
    """The live files of one run.

    Attributes:
        path: RUN/live.

    Examples:
        >>> import tempfile
        >>> live = LiveFolder.of(Path(tempfile.mkdtemp()))
        >>> live.create()
        >>> live.append({"event": "step", "step": 1})
        >>> events, end = live.events_after(0)
        >>> events, live.events_after(end)[0]
        ([{'event': 'step', 'step': 1}], [])
        >>> number = live.give("pause"); live.command()
        ('pause', 1)
    """

    path: Path

    @classmethod
    def of(cls, run: Path) -> LiveFolder:
        """Return the live files of a run folder.

        Args:
            run: The folder.
        """
        return cls(run / "live")

    @property
    def exists(self) -> bool:
        """Whether the run was ever watched."""
        return self.path.is_dir()

    def create(self) -> None:
        """Make the folders, and forget questions that were left."""
        self._questions.mkdir(parents=True, exist_ok=True)
        for left in self._questions.iterdir():
            left.unlink(missing_ok=True)

    def append(self, event: dict[str, Any]) -> None:
        """Add an event.

        Args:
            event: JSON-ready.
        """
        with self._events.open("a", encoding="utf-8") as file:
            file.write(json.dumps(event, allow_nan=False) + "\n")

    def truncate_after(self, step: int) -> None:
        """Remove the events of steps that a resumed training will take again.

        Args:
            step: The step that it goes on from.
        """
        kept = [event for event in self.events_after(0)[0] if event.get("step", 0) <= step]
        self._write(self._events, "".join(json.dumps(event) + "\n" for event in kept))

    def events_after(self, offset: int) -> tuple[list[dict[str, Any]], int]:
        """Return the events from a place in the file on, and the place of those to come.

        Args:
            offset: Where to begin, in bytes; beyond the end of the file it begins anew.
        """
        try:
            with self._events.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                offset = offset if offset <= size else 0
                file.seek(offset)
                content = file.read()
        except OSError:
            return [], 0
        whole = content[: content.rfind(b"\n") + 1]  # a line may be half written
        return list(_parse(whole)), offset + len(whole)

    def save_snapshot(self, snapshot: dict[str, Any]) -> None:
        """Replace the snapshot.

        Args:
            snapshot: JSON-ready.
        """
        self._write(self._snapshot, json.dumps(snapshot, allow_nan=False))

    def snapshot(self) -> tuple[str, int]:
        """Return the snapshot as JSON, empty if there is none, and a number that changes with it."""
        try:
            return self._snapshot.read_text("utf-8"), self._snapshot.stat().st_mtime_ns
        except OSError:
            return "", 0

    @property
    def snapshot_version(self) -> int:
        """The number that changes with the snapshot."""
        try:
            return self._snapshot.stat().st_mtime_ns
        except OSError:
            return 0

    def give(self, command: Command) -> int:
        """Give a command.

        Args:
            command: What the training is to do.

        Returns:
            The number of the command.
        """
        number = self.command()[1] + 1
        self._write(self._command, json.dumps({"command": command, "number": number}))
        return number

    def command(self) -> tuple[Command, int]:
        """Return the last command and its number; without any "go" and 0."""
        try:
            values = json.loads(self._command.read_bytes())
            if values["command"] in COMMANDS:
                return values["command"], int(values["number"])
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return "go", 0

    def ask(self, digit: Image) -> str:
        """Ask what the network reads.

        Args:
            digit: A normalized digit, (28, 28), uint8, 0 is empty and 255 is ink.

        Returns:
            The name of the question.
        """
        name = uuid.uuid4().hex
        self._write(self._questions / (name + _QUESTION), digit.tobytes())
        return name

    def questions(self) -> list[tuple[str, Image]]:
        """Return the questions that wait, each with its digit, (28, 28), uint8, 0 is empty and 255 is ink."""
        found = []
        with suppress(OSError):
            for path in self._questions.iterdir():
                if path.suffix == _QUESTION:
                    content = path.read_bytes()
                    path.unlink(missing_ok=True)
                    if len(content) == SIDE * SIDE:
                        found.append((path.stem, np.frombuffer(content, np.uint8).reshape(SIDE, SIDE)))
        return found

    def answer(self, name: str, answer: dict[str, Any]) -> None:
        """Answer a question.

        Args:
            name: Of the question.
            answer: JSON-ready.
        """
        self._write(self._questions / (name + _ANSWER), json.dumps(answer, allow_nan=False))

    def take_answer(self, name: str) -> dict[str, Any] | None:
        """Return the answer to a question and remove it; None if there is none yet.

        Args:
            name: Of the question.
        """
        path = self._questions / (name + _ANSWER)
        try:
            answer: dict[str, Any] = json.loads(path.read_bytes())
        except OSError:
            return None
        path.unlink(missing_ok=True)
        return answer

    def withdraw(self, name: str) -> None:
        """Remove a question that nobody waits for any more.

        Args:
            name: Of the question.
        """
        for ending in (_QUESTION, _ANSWER):
            (self._questions / (name + ending)).unlink(missing_ok=True)

    @property
    def _events(self) -> Path:
        return self.path / "events.jsonl"

    @property
    def _snapshot(self) -> Path:
        return self.path / "snapshot.json"

    @property
    def _command(self) -> Path:
        return self.path / "command.json"

    @property
    def _questions(self) -> Path:
        return self.path / "questions"

    @staticmethod
    def _write(path: Path, content: str | bytes) -> None:
        """Replace a file at once. Nothing is flushed to the disk: after a crash of the machine it may be empty."""
        temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)
        temporary.replace(path)


def _parse(lines: bytes) -> Iterator[dict[str, Any]]:
    for line in lines.splitlines():
        with suppress(ValueError):  # after a crash of the machine
            event = json.loads(line)
            if isinstance(event, dict):
                yield event
