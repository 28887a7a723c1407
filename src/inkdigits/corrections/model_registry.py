"""The networks that were taught on this machine: which is used, which came before it, which waits for a yes.

Knows nothing of how they are taught. One small file says it all and is replaced atomically, so that a crash at any
moment leaves what was; files that it doesn't name are rubbish and go with the next change.
"""

from __future__ import annotations

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
    """A taught network that is not used yet.

    Attributes:
        file: The name of its ONNX file.
        result: How it does beside the one that is used, JSON-ready.
    """

    file: str
    result: dict[str, Any]


@dataclass(frozen=True)
class RegistryState:
    """What there is.

    Attributes:
        accepted: File names, oldest first; the last one is used, and without any the shipped network is.
        candidate: What waits for a yes.
        made: How many were ever taught, so that no name comes twice.
    """

    accepted: tuple[str, ...] = ()
    candidate: Candidate | None = None
    made: int = 0


class ModelRegistry:
    """The taught networks in a folder.

    Args:
        data_dir: They are in `taught` below it; nothing is made before the first one.
    """

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "taught"
        self._file = self.folder / "shelf.json"

    @property
    def shelf(self) -> RegistryState:
        """What there is now; an unreadable note counts as none, and the shipped network is used."""
        try:
            values = json.loads(self._file.read_bytes())
            candidate = Candidate(**values["candidate"]) if values["candidate"] else None
            shelf = RegistryState(tuple(map(str, values["accepted"])), candidate, int(values["made"]))
        except (OSError, ValueError, TypeError, KeyError):
            return RegistryState()
        names = [*shelf.accepted, *([shelf.candidate.file] if shelf.candidate else [])]
        return shelf if all(Path(name).name == name for name in names) else RegistryState()

    @property
    def current(self) -> Path | None:
        """The network that is used; None is the shipped one."""
        names = [name for name in self.shelf.accepted if (self.folder / name).is_file()]
        return self.folder / names[-1] if names else None

    @contextmanager
    def offer(self, result: dict[str, Any]) -> Iterator[Path]:
        """Yield a path to write a network to, which waits for a yes once the block ends well.

        Args:
            result: How it does; may be filled while the block runs.

        Raises:
            StorageError: The folder can't be written or the disk is full.
        """
        with self._changing() as shelf:
            name = f"taught-{shelf.made + 1:04d}.onnx"
            yield self.folder / name
            self._keep(replace(shelf, candidate=Candidate(name, result), made=shelf.made + 1))

    def accept(self) -> bool:
        """Use what waits; returns whether anything did."""
        with self._changing() as shelf:
            if shelf.candidate is None:
                return False
            self._keep(replace(shelf, accepted=(*shelf.accepted, shelf.candidate.file), candidate=None))
        return True

    def discard(self) -> bool:
        """Throw away what waits; returns whether anything did."""
        with self._changing() as shelf:
            if shelf.candidate is None:
                return False
            self._keep(replace(shelf, candidate=None))
        return True

    def back(self) -> bool:
        """Use the network from before; returns whether there was one to go back from."""
        with self._changing() as shelf:
            if not shelf.accepted:
                return False
            self._keep(replace(shelf, accepted=shelf.accepted[:-1]))
        return True

    @contextmanager
    def _changing(self) -> Iterator[RegistryState]:
        with storage_errors(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        with lock(self.folder / "lock"):
            remove_partial(self.folder)
            yield self.shelf

    def _keep(self, shelf: RegistryState) -> None:
        values = {
            "accepted": shelf.accepted,
            "candidate": vars(shelf.candidate) if shelf.candidate else None,
            "made": shelf.made,
        }
        write_text(self._file, json.dumps(values, indent=1, allow_nan=False) + "\n")
        named = {*shelf.accepted, *([shelf.candidate.file] if shelf.candidate else [])}
        for file in self.folder.glob("taught-*.onnx"):
            if file.name not in named:
                file.unlink(missing_ok=True)
