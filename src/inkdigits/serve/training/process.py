"""Trainings in processes of their own: started, and gone on with after a kill. Knows nothing of how networks learn.

A process that trains stays when the server ends: it has a session of its own, and speaks only through its run folder.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from inkdigits.core.errors import RunError
from inkdigits.recipes.load import load_recipe
from inkdigits.runs.catalogue import RunCatalogue, read_metadata
from inkdigits.runs.live import LiveFolder
from inkdigits.runs.paths import free_run_path, is_run
from inkdigits.serve.training.choices import TrainingRequest

_COMMAND = (sys.executable, "-m", "inkdigits")


class TrainingProcesses:
    """Starts trainings in a folder of runs, one at a time.

    Args:
        catalogue: The runs.
    """

    def __init__(self, catalogue: RunCatalogue) -> None:
        self._catalogue = catalogue
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._folders: dict[str, Path] = {}
        self._failures: dict[str, str] = {}

    def path(self, name: str) -> Path:
        """Return the folder of a run, also of one that is about to be made.

        Args:
            name: Its name.

        Raises:
            RunError: There is no such run.
        """
        if name in self._processes or name in self._failures:
            return self._catalogue.folder / name
        return self._catalogue.path(name)

    def training(self) -> str | None:
        """Return the name of the run that is trained now, if there is one."""
        self._collect()
        busy = (name for name in self._processes if not self._has_ended(name))
        return next(busy, None) or self._catalogue.training()

    def _has_ended(self, name: str) -> bool:
        """Whether a run is whole, though its process may take seconds to end."""
        path = self._catalogue.folder / name
        return is_run(path) and read_metadata(path).get("status") != "running"

    def failure(self, name: str) -> str | None:
        """Return why a training could not be started, if it failed before it had a run folder.

        Args:
            name: Of the run.
        """
        self._collect()
        return self._failures.get(name)

    def start(self, request: TrainingRequest) -> str:
        """Start a training.

        Args:
            request: What to train.

        Returns:
            The name of its run.

        Raises:
            RunError: Another one is under way.
        """
        self._check_idle()
        folder = self._catalogue.folder
        path = free_run_path(request.recipe.name, folder)
        made = Path(tempfile.mkdtemp(prefix="inkdigits-"))
        request.recipe.save(made / "recipe.toml")
        options = ["--data", request.data, "--seed", str(request.seed), "--out", str(path)]
        self._spawn(path.name, made, [str(made / "recipe.toml"), *options, *(["--paused"] if request.paused else [])])
        return path.name

    def resume(self, name: str) -> None:
        """Go on with a run that was stopped or killed.

        Args:
            name: Its name.

        Raises:
            RunError: It can't be gone on with, or another training is under way.
        """
        self._check_idle()
        if name in self._processes:
            raise RunError(f"the process of {name} is still ending", expected="a run at rest", mend="try again")
        path = self._catalogue.path(name)
        metadata = read_metadata(path)
        if metadata.get("network"):
            raise RunError(
                f"{name} trained a module of its own", expected="a run of a recipe", mend="go on with it in Python"
            )
        made = Path(tempfile.mkdtemp(prefix="inkdigits-"))
        load_recipe(path / "recipe.toml").save(made / "recipe.toml")
        LiveFolder.of(path).create()
        LiveFolder.of(path).give("go")
        options = [*_data_options(metadata["dataset"]), "--seed", str(metadata["seed"]), "--out", str(path)]
        self._spawn(name, made, [str(made / "recipe.toml"), *options, "--resume"])

    def _check_idle(self) -> None:
        training = self.training()
        if training:
            raise RunError(f"{training} is being trained", expected="one training at a time", mend="wait, or stop it")

    def _spawn(self, name: str, made: Path, arguments: list[str]) -> None:
        self._failures.pop(name, None)
        with (made / "errors").open("wb") as errors:
            self._processes[name] = subprocess.Popen(  # noqa: S603  our own command, with arguments of our own
                [*_COMMAND, "train", *arguments, "--live"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,
            )
        self._folders[name] = made

    def _collect(self) -> None:
        """Take note of the processes that have ended."""
        for name, process in list(self._processes.items()):
            status = process.poll()
            if status is None:
                continue
            made = self._folders.pop(name)
            del self._processes[name]
            if status == 1:
                with suppress(OSError, IndexError):
                    last = (made / "errors").read_text("utf-8", "replace").strip().splitlines()[-1]
                    self._failures[name] = last.removeprefix("error: ")
            elif status != 0 and not is_run(self._catalogue.folder / name):
                self._failures[name] = f"the training ended with status {status}"
            shutil.rmtree(made, ignore_errors=True)


def _data_options(dataset: Mapping[str, Any]) -> list[str]:
    """Return the options that load the data of a run again."""
    options = ["--data", str(dataset["name"])]
    if dataset.get("data_dir"):
        options += ["--data-dir", str(dataset["data_dir"])]
    if dataset.get("skip_bad"):
        options.append("--skip-bad")
    provenance = cast(dict[str, Any], dataset.get("provenance") or {})
    for name, value in (provenance.get("changes") or {}).items():
        flag = f"--{name.replace('_', '-')}"
        options += [flag] if value is True else [flag, str(value)]
    return options
