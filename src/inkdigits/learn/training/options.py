"""The options of a training beside recipe and data. Knows no torch."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypedDict

from inkdigits.data.load import LoadArguments
from inkdigits.runs.history import Record

Callback = Callable[[int, Record], object]
"""Is called with the number of steps so far and the figures of the epoch, or interval of steps, that has ended.

If it returns True, the training ends there, as after Ctrl-C: the run is complete as far as it came.
"""


class TrainingArguments(TypedDict, total=False):
    """The fields of `TrainingOptions` that users give by name, all optional."""

    seed: int
    device: str
    resume: bool
    overwrite: bool
    data_dir: Path | str | None
    skip_bad: bool
    progress: bool
    precision: str
    threads: int | None
    callbacks: Sequence[Callback]
    watch: bool
    paused: bool


class TrainArguments(TrainingArguments, LoadArguments, total=False):
    """The options of a training, and how its data is loaded, all optional."""


@dataclass(frozen=True)
class TrainingOptions:
    """The options of a training beside recipe and data.

    Attributes:
        out: The run folder to make.
        seed: Decides weights, order of digits, dropout and augmentation.
        device: "auto" (a GPU where there is one), "cpu", "cuda", "mps".
        resume: Whether to go on with the run at `out` if there is one.
        overwrite: Whether to replace the run at `out` if there is one.
        data_dir: Where the data set was looked for; a run remembers the folder where it was found.
        skip_bad: Whether unreadable pictures were left out of it, saved likewise.
        progress: Whether to show how far the training is.
        precision: "fp32", "bf16", or "auto": bf16 where the processor multiplies it and the network gains by it.
        threads: How many to compute with; by default up to as many as torch uses, fewer while that is faster and
            changes no bit.
        callbacks: Functions that are called with steps and record after each epoch or interval; one that returns True
            ends the training there.
        watch: Whether the page of `inkdigits serve` shows and steers the training, through files in its run folder.
        paused: Whether a training that is watched waits before its first step.
        tensorboard: Whether to write TensorBoard events into the run folder.
        measure: What the finished network is measured on: where something is chosen by the figure, not the test set.
        files: Text files to put beside the run's own, by name, such as the network's diagram.
    """

    out: Path
    seed: int = 1
    device: str = "auto"
    resume: bool = False
    overwrite: bool = False
    data_dir: Path | str | None = None
    skip_bad: bool = False
    progress: bool = True
    precision: str = "auto"
    threads: int | None = None
    callbacks: Sequence[Callback] = ()
    watch: bool = False
    paused: bool = False
    tensorboard: bool = True
    measure: Literal["test", "validation"] = "test"
    files: Mapping[str, str] = field(default_factory=dict, hash=False)
