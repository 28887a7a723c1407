"""A run on disk: the names of its files, and atomic writes. Knows nothing of how it is trained.

RUN/recipe.toml             as used, with every change
    run.json                status, seed, data, steps, seconds
    environment.json        versions, processor, device
    history.json, .csv      loss and accuracy, record by record
    metrics.json            final loss and accuracy on the test set; of a sweep's trial, on the validation set
    weights.safetensors     the network's final weights
    checkpoint.safetensors  everything needed to resume
    network.svg             the network as a picture
    tensorboard/            events
    report.html, report/    written by `inkdigits report`
    live/                   of a training that was watched: see `live.py`
    network.onnx            the exported network, where the page made it
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from inkdigits.core.atomic import storage_errors, write_text
from inkdigits.core.errors import RunError
from inkdigits.recipes import Recipe, load_recipe
from inkdigits.runs.history import History
from inkdigits.runs.paths import OLD, check_free, clean_up, is_run
from inkdigits.runs.tensor_files import Arrays, load_tensors, save_tensors, strip_prefix

FORMAT = 1

Status = Literal["running", "complete", "interrupted", "diverged"]


@dataclass(frozen=True)
class RunFolder:
    """The files of one run.

    Attributes:
        path: The folder.

    Raises:
        RunError: A file that is asked for is missing or damaged.
    """

    path: Path

    @classmethod
    def open(cls, path: Path) -> RunFolder:
        """Return the run in a folder.

        Args:
            path: The folder.

        Raises:
            RunError: It holds no run, or one of a later version.
        """
        folder = cls(path)
        if not folder.exists:
            raise RunError(
                f"{path} is not a run" if path.exists() else f"there is no run {path}",
                expected="a folder made by `inkdigits train`",
                mend="train one, or correct the path",
            )
        metadata = folder.metadata
        if metadata.get("format", 0) > FORMAT:
            raise RunError(
                f"{path} was made by a later version of inkdigits",
                expected=f"run format {FORMAT} or below",
                mend="upgrade inkdigits",
            )
        missing = [key for key in ("format", "status", "seed", "network") if key not in metadata]
        missing += ["dataset"] if not isinstance(metadata.get("dataset"), dict) else []
        if missing:
            raise RunError(
                f"{path / 'run.json'} lacks {', '.join(missing)}", expected="a whole run", mend="train it again"
            )
        return folder

    @classmethod
    def create(cls, path: Path, recipe: Recipe, texts: dict[str, str], *, overwrite: bool = False) -> RunFolder:
        """Return a new run folder, which appears whole or not at all.

        Args:
            path: The folder; its parents are made.
            recipe: The recipe as used.
            texts: Content of other files by name; `run.json` must be among them.
            overwrite: Whether to replace a run that is there. Anything else is never replaced.

        Raises:
            RunError: Something is in the way at `path`.
            StorageError: The disk is full or the folder can't be written.
        """
        with storage_errors(path):
            path = path.resolve() if path.is_symlink() and path.exists() else path
            check_free(path, overwrite=overwrite)
            with cls.replacing(path) as temporary:
                for name, text in {"recipe.toml": recipe.to_toml(), **texts}.items():
                    write_text(temporary / name, text)
        return cls(path)

    @staticmethod
    @contextmanager
    def replacing(path: Path) -> Iterator[Path]:
        """Yield an empty folder that takes the place of `path`, whole, when the block ends without an error.

        Args:
            path: The folder to make or replace; its parents are made.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{path.name}.{os.getpid()}.", dir=path.parent))
        try:
            temporary.chmod(0o755)
            yield temporary
            old = temporary.with_name(temporary.name + OLD)
            if path.exists():
                path.rename(old)
            temporary.rename(path)
            shutil.rmtree(old, ignore_errors=True)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            clean_up(path)
            raise

    @property
    def exists(self) -> bool:
        """Whether the folder holds a run."""
        return is_run(self.path)

    @property
    def recipe(self) -> Recipe:
        """The recipe as used."""
        return load_recipe(self.path / "recipe.toml")

    @property
    def has_checkpoint(self) -> bool:
        """Whether there is a checkpoint to resume from."""
        return (self.path / "checkpoint.safetensors").is_file()

    @property
    def metadata(self) -> dict[str, Any]:
        """Status, seed, data and seconds."""
        return self.read_json("run.json")

    @property
    def status(self) -> Status:
        """The status of the training: "running" also where it was killed."""
        status: Status = self.metadata["status"]
        return status

    @property
    def is_complete(self) -> bool:
        """Whether there is a run, trained to its end."""
        return self.exists and self.status == "complete"

    @property
    def history(self) -> History:
        """Loss and accuracy, record by record."""
        if (self.path / "history.json").is_file():
            return History.from_list(self.read_json("history.json")["records"])
        return History()

    @property
    def final_figures(self) -> tuple[str, dict[str, Any]]:
        """The split that the finished network was measured on, and its loss, accuracy, errors and examples."""
        return next(iter(self.read_json("metrics.json").items()))

    def weights(self) -> Arrays:
        """Return the network's final weights by name, or those of the last checkpoint where training did not end.

        Returns:
            Arrays by name, of any shape and dtype, any finite value.

        Raises:
            RunError: There are none yet, or their file is damaged.
        """
        if self.status != "running":
            return load_tensors(self.path / "weights.safetensors")[0]
        if not self.has_checkpoint:
            raise RunError(
                f"{self.path} was stopped before its first checkpoint",
                expected="a run with weights",
                mend="go on with `inkdigits train … --resume`",
            )
        return strip_prefix("network.", self.load_checkpoint()[0])

    def load_checkpoint(self) -> tuple[Arrays, dict[str, Any]]:
        """Return the tensors and the state of the last checkpoint.

        Raises:
            RunError: It is missing or damaged.
        """
        return load_tensors(self.path / "checkpoint.safetensors")

    def save_checkpoint(self, tensors: Arrays, state: dict[str, Any]) -> None:
        """Write everything needed to resume.

        Args:
            tensors: By name, of any shape and dtype, any value: `network.…`, `optimizer.…`, `random.…`, and
                where there are such `average.…` (moving average of the weights) and `best.…` (of the best record).
            state: Where the training stands, as a JSON-ready object.
        """
        save_tensors(self.path / "checkpoint.safetensors", tensors, state)

    def save_recipe(self, recipe: Recipe) -> None:
        """Replace the recipe: a resumed training may be longer than before.

        Args:
            recipe: The new one.
        """
        write_text(self.path / "recipe.toml", recipe.to_toml())

    def save_weights(self, weights: Arrays) -> None:
        """Write the network's final weights.

        Args:
            weights: By name, of any shape and dtype, any value.
        """
        save_tensors(self.path / "weights.safetensors", weights, {"format": FORMAT})

    def save_history(self, history: History) -> None:
        """Write the history as JSON and as CSV.

        Args:
            history: What to write.
        """
        self.write_json("history.json", {"records": history.to_list()})
        write_text(self.path / "history.csv", history.to_csv())

    def read_json(self, name: str) -> dict[str, Any]:
        """Return the content of a JSON file of the run.

        Args:
            name: The file's name.

        Raises:
            RunError: It is missing or damaged.
        """
        path = self.path / name
        try:
            content = json.loads(path.read_text("utf-8"))
            if not isinstance(content, dict):
                raise ValueError(f"a {type(content).__name__} in place of an object")
        except FileNotFoundError:
            raise RunError(f"{path} is missing", expected="a whole run", mend="train it again") from None
        except (OSError, ValueError) as error:
            raise RunError(f"{path} is damaged ({error})", expected="JSON", mend="train it again") from None
        return content

    def write_json(self, name: str, content: dict[str, Any]) -> None:
        """Write a JSON file of the run; if that fails, the file stays as it was.

        Args:
            name: The file's name.
            content: A JSON-ready object.
        """
        write_text(self.path / name, to_json(content))

    def update_metadata(self, **changes: Any) -> None:
        """Change values of `run.json`.

        Args:
            changes: The new values by key.
        """
        self.write_json("run.json", self.metadata | changes)


def to_json(content: dict[str, Any]) -> str:
    """Return JSON as run folders hold it.

    Args:
        content: A JSON-ready object.
    """
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
