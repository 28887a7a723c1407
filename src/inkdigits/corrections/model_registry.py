"""The adapted networks of a user: staged, accepted, rolled back, a set at a time. Knows nothing of training.

A crash at any moment leaves the state from before. Folders that the state doesn't name are leftovers, which the next
change removes.
"""

from __future__ import annotations

import datetime
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from inkdigits.core.atomic import remove_partial, storage_errors, write_text
from inkdigits.core.locks import lock
from inkdigits.user_data.model_versions import DESCRIPTION, Candidate, ModelVersions, RegistryState


class ModelRegistry(ModelVersions):
    """Adds versions to a folder of adapted networks, and decides which is used.

    Args:
        data_dir: What `registry_dir` returns. They are in `taught` below it, a folder that is made when the first
            version is staged.

    Attributes:
        folder: Where they are.

    Examples:
        >>> import tempfile
        >>> registry = ModelRegistry(Path(tempfile.mkdtemp()))
        >>> with registry.stage({"mnist": {"new": 0.99}}) as folder:
        ...     _ = (folder / "digits.onnx").write_bytes(b"a network")
        >>> registry.accept(), registry.current.name, registry.current.result
        (True, 'taught-0001', {'mnist': {'new': 0.99}})
        >>> registry.rollback(), registry.current
        (True, None)
    """

    @contextmanager
    def stage(self, result: dict[str, Any]) -> Iterator[Path]:
        """Make a set of networks the candidate if the block ends without an error.

        Args:
            result: Their accuracy, JSON-ready; may be filled while the block runs.

        Yields:
            The folder to write the networks to, as .onnx files.

        Raises:
            StorageError: The folder can't be written or the disk is full.
        """
        with self._locked() as state:
            number = state.last_number + 1
            name = f"taught-{number:04d}"
            path = self.folder / name
            with storage_errors(path):
                shutil.rmtree(path, ignore_errors=True)  # of an adaptation that was killed
                path.mkdir()
            yield path
            values = {
                "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
                "files": sorted(file.name for file in path.glob("*.onnx")),
                "result": result,
            }
            write_text(path / DESCRIPTION, json.dumps(values, indent=1, allow_nan=False) + "\n")
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
        """Use the version that was in use before the current one.

        Returns:
            Whether there was one to go back from: the shipped networks can't be taken back.

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
        for path in self.folder.glob("taught-*"):
            if path.name in state.names:
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
