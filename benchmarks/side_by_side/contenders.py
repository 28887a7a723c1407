"""Who competes, and how one of them is run once. Knows nothing of repeats and figures."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from side_by_side.environments import python_of
from side_by_side.task import Task

BENCHMARKS = Path(__file__).parents[1]

OURS = "inkdigits"


_SETTINGS = ("OMP_", "MKL_", "KERAS_", "TF_", "XLA_", "JAX_")
"""How the names of variables begin that would change how a framework computes."""


class ContenderError(Exception):
    """A contender's process failed; its text holds the end of what it said."""


@dataclass(frozen=True)
class Contender:
    """One way to train a network.

    Attributes:
        name: What options and tables call it.
        module: The module of this package that does it.
        environment: What the environment is called in which it runs, None for the one that this runs in.
        backend: What $KERAS_BACKEND says.
    """

    name: str
    module: str
    environment: str | None = None
    backend: str | None = None

    def python(self) -> Path:
        """Return the interpreter to run it with, whose environment is made first if there is none.

        Raises:
            EnvironmentUnavailableError: It can't be made.
        """
        return python_of(self.environment) if self.environment else Path(sys.executable)


CONTENDERS = {
    contender.name: contender
    for contender in (
        Contender(OURS, "ours"),
        Contender("keras-tensorflow", "keras_fit", "keras-tensorflow", "tensorflow"),
        Contender("keras-jax", "keras_fit", "keras-jax", "jax"),
        Contender("keras-torch", "keras_fit", "keras-torch", "torch"),
        Contender("torch-loop", "torch_loop"),
    )
}


def run_once(contender: Contender, python: Path, task: Task) -> dict[str, Any]:
    """Run a contender in a fresh process.

    Returns:
        What `child` reports, and `wall_s`, the seconds from its start to its end.

    Raises:
        ContenderError: The process failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        done = subprocess.run(  # noqa: S603
            [str(python), "-m", "side_by_side.child", contender.module],
            input=task.to_json(),
            cwd=BENCHMARKS,
            env=_variables(contender, folder, os.environ),
            capture_output=True,
            text=True,
            check=False,
        )
        wall_s = time.perf_counter() - begun
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        raise ContenderError(f"{contender.name} on {task.network}: exit status {done.returncode}, it said last: {last}")
    report: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return report | {"wall_s": wall_s}


def _variables(contender: Contender, folder: str, inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the environment variables of the process: every core, no GPU, no settings of the user's."""
    kept = {name: value for name, value in inherited.items() if not name.startswith(_SETTINGS)}
    if contender.environment:
        kept.pop("PYTHONPATH", None)
    kept |= {"CUDA_VISIBLE_DEVICES": "", "KERAS_HOME": folder, "TF_CPP_MIN_LOG_LEVEL": "3"}
    return kept | ({"KERAS_BACKEND": contender.backend} if contender.backend else {})
