"""The adapted networks of a user: the one in use, those before it, and the candidate. Knows nothing of training.

One small file holds the whole state and is replaced atomically, so a crash at any moment leaves the state from before.
Networks that it doesn't name are leftovers, which the next change removes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from inkdigits.core.atomic import remove_partial, storage_errors, write_text
from inkdigits.core.locks import lock


@dataclass(frozen=True)
class Candidate:
    """An adapted network that is not in use yet.

    Attributes:
        file: The name of its ONNX file.
        result: Its accuracy beside that of the network in use, JSON-ready.
    """

    file: str
    result: dict[str, Any]


@dataclass(frozen=True)
class RegistryState:
    """The adapted networks at one moment.

    Attributes:
        accepted: File names, oldest first. The last one is in use; without any it is the shipped network.
        candidate: The network that waits for a decision.
        last_number: The number of the newest network ever staged; no number is used twice.
    """

    accepted: tuple[str, ...] = ()
    candidate: Candidate | None = None
    last_number: int = 0

    @property
    def files(self) -> set[str]:
        """The names of all files that are needed."""
        return {*self.accepted, *([self.candidate.file] if self.candidate else [])}


def registry_dir(data_dir: Path, model: Path | None) -> Path:
    """Return the folder for the networks that were adapted from a network.

    Args:
        data_dir: The user's data folder.
        model: The file of the network that was adapted; None for the shipped one.

    Returns:
        What `ModelRegistry` takes: the data folder itself for the shipped network, or one below it for each other.

    Raises:
        StorageError: The file can't be read.
    """
    if model is None:
        return data_dir
    with storage_errors(model):
        return data_dir / "models" / hashlib.sha256(model.read_bytes()).hexdigest()[:16]


class ModelRegistry:
    """The adapted networks in a folder.

    Args:
        data_dir: What `registry_dir` returns. They are in `taught` below it, a folder that is made when the first one
            is staged.

    Attributes:
        folder: Where they are.

    Examples:
        >>> import tempfile
        >>> registry = ModelRegistry(Path(tempfile.mkdtemp()))
        >>> with registry.stage({"mnist": {"new": 0.99}}) as path:
        ...     _ = path.write_bytes(b"a network")
        >>> registry.accept(), registry.current.name
        (True, 'taught-0001.onnx')
        >>> registry.rollback(), registry.current
        (True, None)
    """

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "taught"
        self._file = self.folder / "shelf.json"

    @property
    def state(self) -> RegistryState:
        """The state now. An unreadable file counts as an empty state: the shipped network is in use."""
        try:
            values = json.loads(self._file.read_bytes())
            candidate = Candidate(**values["candidate"]) if values["candidate"] else None
            state = RegistryState(tuple(map(str, values["accepted"])), candidate, int(values["made"]))
        except (OSError, ValueError, TypeError, KeyError):
            return RegistryState()
        return state if all(Path(name).name == name for name in state.files) else RegistryState()

    @property
    def current(self) -> Path | None:
        """The network in use; None is the shipped one."""
        names = [name for name in self.state.accepted if (self.folder / name).is_file()]
        return self.folder / names[-1] if names else None

    @contextmanager
    def stage(self, result: dict[str, Any]) -> Iterator[Path]:
        """Make a network the candidate if the block ends without an error.

        Args:
            result: Its accuracy, JSON-ready; may be filled while the block runs.

        Yields:
            The path to write the network to.

        Raises:
            StorageError: The folder can't be written or the disk is full.
        """
        with self._locked() as state:
            number = state.last_number + 1
            name = f"taught-{number:04d}.onnx"
            yield self.folder / name
            self._save(replace(state, candidate=Candidate(name, result), last_number=number))

    def accept(self) -> bool:
        """Use the candidate.

        Returns:
            Whether there was one.

        Raises:
            StorageError: The folder can't be written or the disk is full.
        """
        with self._locked() as state:
            if state.candidate is None:
                return False
            self._save(replace(state, accepted=(*state.accepted, state.candidate.file), candidate=None))
        return True

    def discard(self) -> bool:
        """Remove the candidate.

        Returns:
            Whether there was one.

        Raises:
            StorageError: As for `accept`.
        """
        with self._locked() as state:
            if state.candidate is None:
                return False
            self._save(replace(state, candidate=None))
        return True

    def rollback(self) -> bool:
        """Use the network that was in use before the current one.

        Returns:
            Whether there was one to go back from: the shipped network can't be taken back.

        Raises:
            StorageError: As for `accept`.
        """
        with self._locked() as state:
            if not state.accepted:
                return False
            self._save(replace(state, accepted=state.accepted[:-1]))
        return True

    @contextmanager
    def _locked(self) -> Iterator[RegistryState]:
        with storage_errors(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        with lock(self.folder / "lock"):
            remove_partial(self.folder)
            yield self.state

    def _save(self, state: RegistryState) -> None:
        values = {
            "accepted": state.accepted,
            "candidate": vars(state.candidate) if state.candidate else None,
            "made": state.last_number,
        }
        write_text(self._file, json.dumps(values, indent=1, allow_nan=False) + "\n")
        for file in self.folder.glob("taught-*.onnx"):
            if file.name not in state.files:
                file.unlink(missing_ok=True)
