"""The contenders, and one run of one of them. Knows nothing of repeats and figures."""

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

from side_by_side.venvs import venv_python
from side_by_side.workload import Workload

BENCHMARKS = Path(__file__).parents[1]

OURS = "inkdigits"

_SETTINGS = ("OMP_", "MKL_", "KERAS_", "TF_", "XLA_", "JAX_")
"""Prefixes of the environment variables that would change how a framework computes."""


class ContenderError(Exception):
    """A contender's process failed; the message holds the last line of its output."""


@dataclass(frozen=True)
class Contender:
    """One way to train a network.

    Attributes:
        name: Its name in options and tables.
        module: The module of this package that runs it.
        venv: The name of its virtual environment, None for the one that this script runs in.
        backend: The value of $KERAS_BACKEND.
    """

    name: str
    module: str
    venv: str | None = None
    backend: str | None = None

    def python(self) -> Path:
        """Return the interpreter to run it with; its virtual environment is made first if there is none.

        Raises:
            VenvUnavailableError: It can't be made.
        """
        return venv_python(self.venv) if self.venv else Path(sys.executable)


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


def run_once(contender: Contender, python: Path, workload: Workload) -> dict[str, Any]:
    """Run a contender in a new process.

    Args:
        contender: The contender.
        python: The interpreter to run it with.
        workload: What to train.

    Returns:
        The report of `child`, with `wall_s`, the seconds from its start to its end.

    Raises:
        ContenderError: The process failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        done = subprocess.run(  # noqa: S603
            [str(python), "-m", "side_by_side.child", contender.module],
            input=workload.to_json(),
            cwd=BENCHMARKS,
            env=_variables(contender, folder, os.environ),
            capture_output=True,
            text=True,
            check=False,
        )
        wall_s = time.perf_counter() - start
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        raise ContenderError(
            f"{contender.name} on {workload.network}: exit status {done.returncode}, it said last: {last}"
        )
    report: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return report | {"wall_s": wall_s}


def _variables(contender: Contender, folder: str, inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the environment variables of the process: all cores, no GPU, none of the user's settings."""
    kept = {name: value for name, value in inherited.items() if not name.startswith(_SETTINGS)}
    if contender.venv:
        kept.pop("PYTHONPATH", None)
    kept |= {"CUDA_VISIBLE_DEVICES": "", "KERAS_HOME": folder, "TF_CPP_MIN_LOG_LEVEL": "3"}
    return kept | ({"KERAS_BACKEND": contender.backend} if contender.backend else {})
