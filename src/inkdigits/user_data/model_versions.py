"""Which adapted networks a user has: versions in a folder, read only. Knows nothing of training and of locks.

A version is a folder with a set of networks: one for single digits, and those for lines. Before 0.2 it was one file, a
network for digits. One small file holds the whole state and is replaced atomically.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DESCRIPTION = "version.json"
"""The file in a version's folder with its date, figures and files."""


@dataclass(frozen=True)
class ModelSet:
    """Networks that were adapted together.

    Attributes:
        name: Of the version, for example "taught-0003".
        files: Their files; which kind each is of is in its metadata.
        result: Their accuracy beside that of the networks from before, JSON-ready.
        date: When they were adapted, ISO 8601; empty for a version of before 0.2.
    """

    name: str
    files: tuple[Path, ...]
    result: dict[str, Any] = field(default_factory=dict, hash=False)
    date: str = ""

    @property
    def described(self) -> str:
        """When they were adapted, and the version's name, for a sentence."""
        return f"on {self.date} ({self.name})" if self.date else f"before ({self.name})"


@dataclass(frozen=True)
class Candidate:
    """A version that is not in use yet.

    Attributes:
        file: The name of its folder.
        result: Its accuracy beside that of the networks in use, JSON-ready.
    """

    file: str
    result: dict[str, Any]


@dataclass(frozen=True)
class RegistryState:
    """The versions at one moment.

    Attributes:
        accepted: Their names, oldest first. The last one is in use; without any they are the shipped networks.
        candidate: The version that waits for a decision.
        last_number: The number of the newest version ever staged; no number is used twice.
    """

    accepted: tuple[str, ...] = ()
    candidate: Candidate | None = None
    last_number: int = 0

    @property
    def names(self) -> set[str]:
        """The names of all versions that are needed."""
        return {*self.accepted, *([self.candidate.file] if self.candidate else [])}


class ModelVersions:
    """The adapted networks in a folder, as they are on the disk at each moment.

    Args:
        data_dir: What `registry_dir` returns. They are in `taught` below it.

    Attributes:
        folder: Where they are.
    """

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "taught"
        self._file = self.folder / "shelf.json"

    @property
    def state(self) -> RegistryState:
        """The state now. An unreadable file counts as an empty state: the shipped networks are in use."""
        try:
            values = json.loads(self._file.read_bytes())
            candidate = Candidate(**values["candidate"]) if values["candidate"] else None
            state = RegistryState(tuple(map(str, values["accepted"])), candidate, int(values["made"]))
        except (OSError, ValueError, TypeError, KeyError):
            return RegistryState()
        return state if all(Path(name).name == name for name in state.names) else RegistryState()

    @property
    def current(self) -> ModelSet | None:
        """The version in use; None is the shipped networks."""
        return next(self._accepted(), None)

    @property
    def previous(self) -> ModelSet | None:
        """The version before the one in use; None is the shipped networks."""
        versions = self._accepted()
        next(versions, None)
        return next(versions, None)

    @property
    def candidate(self) -> ModelSet | None:
        """The version that waits for a decision; None if there is none, or if its files are gone."""
        candidate = self.state.candidate
        return self._open(candidate.file) if candidate else None

    def _accepted(self) -> Iterator[ModelSet]:
        """Yield the accepted versions whose files are there, newest first."""
        for name in reversed(self.state.accepted):
            if version := self._open(name):
                yield version

    def _open(self, name: str) -> ModelSet | None:
        """Return a version; None if it is not whole."""
        path = self.folder / name
        if path.suffix == ".onnx":
            return ModelSet(path.stem, (path,)) if path.is_file() else None
        try:
            values = json.loads((path / DESCRIPTION).read_bytes())
            files = tuple(path / Path(str(file)).name for file in values["files"])
            version = ModelSet(name, files, dict(values["result"]), str(values["date"]))
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return version if files and all(file.is_file() for file in files) else None
