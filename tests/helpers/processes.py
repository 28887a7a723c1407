"""Processes forked from one that has imported torch and scikit-learn: real ones, to be killed, that start in a moment.

What start-up itself does (imports, threads, the end of the interpreter) is tested with `python -m inkdigits`.
"""

import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inkdigits.data.dataset import Dataset

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(
    [
        "inkdigits.cli.train",
        "inkdigits.learn.report.collect",  # scikit-learn, which each finished training imports
        "inkdigits.learn.report.page",  # Matplotlib
        "inkdigits.learn.training.parallel.worker",
    ]
)

TIMEOUT_S = 400.0
"""Long, because a busy machine is slow; a test on a free machine never waits this long."""


class ForkedProcess:
    """A function that runs in a process of its own, with the environment variables of this one.

    Args:
        function: What to run; a module of the helpers has it, so that the process can import it.
        arguments: Its arguments.
        output: A folder for what it prints.
    """

    def __init__(self, function: Callable[..., object], arguments: tuple[object, ...], output: Path) -> None:
        self._files = output / "stdout", output / "stderr"
        self._process = CONTEXT.Process(target=_run, args=(function, arguments, self._files, dict(os.environ)))
        self._process.start()

    @property
    def status(self) -> int | None:
        """The exit status, negative after a signal; None while it runs."""
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    def kill(self) -> None:
        self._process.kill()

    def wait(self) -> int:
        """Wait for its end and return the exit status."""
        self._process.join(TIMEOUT_S)
        assert self.status is not None, "it doesn't end"
        return self.status

    @property
    def stdout(self) -> str:
        return self._files[0].read_text("utf-8")

    @property
    def stderr(self) -> str:
        return self._files[1].read_text("utf-8")


def _run(
    function: Callable[..., object], arguments: tuple[Any, ...], files: tuple[Path, Path], variables: Mapping[str, str]
) -> None:
    for descriptor, file in enumerate(files, start=1):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
    os.environ.clear()
    os.environ.update(variables)
    function(*arguments)


def run_command(arguments: list[str], folder: Path) -> None:
    """Run a command line of `inkdigits` in a folder."""
    from inkdigits.cli.app import main

    os.chdir(folder)
    sys.argv = ["inkdigits", *arguments]
    main()


def train_three_seeds(recipe: Path, out: Path) -> None:
    """Train or resume seeds 1 to 3 on the `uci` digits in two processes, and print how the runs stand."""
    import torch

    from inkdigits.data.load import load
    from inkdigits.learn.training.options import TrainingOptions
    from inkdigits.learn.training.parallel import train_all
    from inkdigits.learn.training.parallel.jobs import Job
    from inkdigits.recipes import load_recipe

    train_all.START_S = 0.0
    torch.set_num_threads(2)
    options = TrainingOptions(out, resume=True, progress=False)
    jobs = [Job.of_seed(load_recipe(str(recipe)), options, seed) for seed in (1, 2, 3)]
    print(sorted(run.status for _, run in train_all.train_all(jobs, load("uci"))))


def run_sweep_of(out: Path, trials: int) -> None:
    """Sweep `softmax` on the `uci` digits in two processes, or go on with it."""
    from inkdigits.data.load import load
    from inkdigits.learn.sweep.settings import Sweep, with_validation
    from inkdigits.learn.sweep.space import Dimension
    from inkdigits.learn.sweep.sweep import run_sweep
    from inkdigits.learn.training.options import TrainingOptions

    changes = with_validation("softmax", {"epochs": 40})
    space = (Dimension("optimizer.learning_rate", (), 1e-4, 1.0, log=True),)
    options = TrainingOptions(out, tensorboard=False, measure="validation")
    sweep = Sweep("softmax", changes, space, load("uci"), options, trials, seeds=1)
    run_sweep(sweep, workers=2, resume=True, progress=False)


def few_digits() -> "Dataset":
    """Return digits of all classes that are learned and measured in a moment."""
    from inkdigits.data.load import load

    return load("uci").limited(300, 100)


def adapt_and_die(data_dir: Path, steps: int) -> None:
    """Teach the reader the corrections in a folder, and kill this process half-way."""
    import signal

    from inkdigits.learn.adaptation import recipe
    from inkdigits.learn.adaptation.adapt import adapt

    def progress(share: float, message: str) -> None:
        if share > 0.5:
            os.kill(os.getpid(), signal.SIGKILL)

    recipe.CHECKPOINT_EVERY = 4
    adapt(data_dir, progress, replay=few_digits(), steps=steps)
