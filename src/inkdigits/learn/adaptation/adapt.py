"""What a user taught -> adapted networks, measured beside those in use, for the user to accept. Knows no commands.

Each adaptation starts from the shipped networks and learns all that was not undone. So nothing drifts from one
adaptation to the next, and what was undone is forgotten.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch

from inkdigits.core.errors import DataError, ModelFileError
from inkdigits.core.locks import lock
from inkdigits.corrections.model_registry import ModelRegistry
from inkdigits.corrections.store import LABELS
from inkdigits.data.dataset import Dataset, Split
from inkdigits.learn.adaptation.comparison import Networks, compare_networks
from inkdigits.learn.adaptation.data import as_digits, load_replay_set
from inkdigits.learn.adaptation.examples import Examples, load_examples
from inkdigits.learn.adaptation.lines.hard_digits import hard_digits
from inkdigits.learn.adaptation.lines.scores import COMPOSED, KnownLines, compose_examples
from inkdigits.learn.adaptation.lines.task import LineReplayTask
from inkdigits.learn.adaptation.progress_listener import LOADED, TRAINED, ProgressCallback
from inkdigits.learn.adaptation.recipe import DIGIT_STEPS, adaptation_recipe, line_steps
from inkdigits.learn.adaptation.replay_task import ReplayTask
from inkdigits.learn.adaptation.strength import choose_strengths
from inkdigits.learn.adaptation.train import Training, remove_runs, runs_path, source_of, train_network
from inkdigits.learn.adaptation.trained_network import TrainedNetwork
from inkdigits.read.models.chosen import in_place
from inkdigits.read.onnx_model import Metadata, OnnxModel
from inkdigits.read.reader import Reader
from inkdigits.user_data.folder import registry_dir
from inkdigits.version import __version__

_DIGITS_SHARE, _LINES_SHARE = 0.15, 0.85
"""How much of the training time the network for digits takes, and those for lines."""


@dataclass(frozen=True, eq=False)
class _Adapted:
    """The networks of a set after learning, and how much of that is kept of each kind."""

    digits: TrainedNetwork
    lines: Sequence[TrainedNetwork]
    strengths: dict[str, float]

    def write(self, folder: Path, describe: Any) -> Networks:
        """Write the networks into a folder."""
        digits = self.digits.write(self.strengths["digits"], folder / "digits.onnx", describe(self.digits))
        lines = [
            network.write(self.strengths["lines"], folder / f"lines-{number}.onnx", describe(network))
            for number, network in enumerate(self.lines, start=1)
        ]
        return Networks(digits, lines)


def adapt(
    data_dir: Path,
    progress: ProgressCallback,
    *,
    bases: Sequence[Path] = (),
    replay: Dataset | None = None,
    steps: int | None = None,
    seed: int = 1,
) -> dict[str, Any]:
    """Fine-tune the networks on the corrections and lines in `data_dir`, and stage them.

    Args:
        data_dir: Where the corrections, the lines and the adapted networks are.
        progress: Called as the work goes on.
        bases: Exported networks to start from, in place of the shipped ones of their kind.
        replay: Digits that must not be forgotten; by default MNIST if it is on this machine, or else `uci`.
        steps: The length of the training of each network; by default it depends on how much there is to learn.
        seed: Decides all chance.

    Returns:
        The accuracy of the networks in use (`old`) and of the adapted ones (`new`) on `mnist`, which are known digits,
        on `corrections` and `lines` that were held out, on `composed` lines of other people, and on what was `learned`;
        `strength`, `recommended`, `reason` and `seconds`.

    Raises:
        DataError: There is nothing to learn, or `replay` or `bases` has classes that are no digits.
        ExportError: An adapted network computes something else in ONNX Runtime; nothing is kept. Or one of `bases` has
            layers that can't be adapted.
        ModelFileError: `bases` can't be used.
        KeyboardInterrupt: SIGINT or SIGTERM came. The next call with the same corrections goes on from there.
        RunError: What is in the place of a run folder can't be removed.
        StorageError: A file can't be written, or another process adapts the networks.
        TrainingDivergedError: The loss became NaN or infinite.
    """
    start_s = time.perf_counter()
    data_dir.mkdir(parents=True, exist_ok=True)
    folder = registry_dir(data_dir, bases)
    with lock(data_dir / "teaching.lock", timeout_s=1.0):
        reader = Reader(bases)
        base = Networks(reader.digit_network, reader.line_networks)
        _check_classes(base.digits)
        try:
            examples = load_examples(data_dir, base.lines if _reads_digits(base.lines) else ())
        except DataError:
            remove_runs(folder)  # of corrections that were undone
            raise
        progress(0.0, "reading known digits")
        known = as_digits(replay) if replay else load_replay_set()
        registry = ModelRegistry(folder)
        current = _current(registry, bases) or base
        learned = _Learning(examples, known, folder, progress, steps, seed, base.digits).run(base)
        progress(TRAINED, "choosing")
        teaches_lines = bool(learned.lines) and _teaches_lines(examples)
        composed = KnownLines(compose_examples(_whole(known).test, COMPOSED) if teaches_lines else [])
        strengths = choose_strengths(learned.digits, learned.lines, examples, known, composed)
        adapted = replace(learned, strengths=strengths)
        progress((1 + TRAINED) / 2, "measuring")
        result: dict[str, Any] = {}
        with registry.stage(result) as target:

            def describe(network: TrainedNetwork) -> Metadata:
                return _describe(network.base.metadata, result, examples, known.name, seed)

            new = adapted.write(target, describe)
            result |= compare_networks(current, new, known, examples, composed)
            result["strength"] = adapted.strengths
            adapted.write(target, describe)  # again, with the figures
            result["seconds"] = round(time.perf_counter() - start_s, 1)
        remove_runs(folder)
    progress(1.0, "done")
    return result


@dataclass(frozen=True, eq=False)
class _Learning:
    """How the networks of one adaptation learn."""

    examples: Examples
    known: Dataset
    folder: Path
    progress: ProgressCallback
    steps: int | None
    seed: int
    reading: OnnxModel

    def run(self, base: Networks) -> _Adapted:
        """Train all networks, one after the other."""
        runs = runs_path(self.folder)
        if runs.is_symlink() or runs.is_file():
            runs.unlink()
        lines = base.lines if _teaches_lines(self.examples) else ()
        span = (TRAINED - LOADED) * (_DIGITS_SHARE if lines else 1.0)
        digits = self._digits(base.digits, LOADED + span)
        each = (TRAINED - LOADED) * _LINES_SHARE / max(1, len(lines))
        if not lines:
            return _Adapted(digits, [_unchanged(network) for network in base.lines], {})
        known = _whole(self.known).train
        hard = hard_digits(known, self.reading, seed=self.seed)
        ends = [LOADED + span + each * number for number in range(len(lines) + 1)]
        trained = [
            self._lines(network, number, known, hard, (ends[number], ends[number + 1]))
            for number, network in enumerate(lines)
        ]
        return _Adapted(digits, trained, {})

    def _digits(self, base: OnnxModel, until: float) -> TrainedNetwork:
        recipe = adaptation_recipe(self.steps or DIGIT_STEPS, self._source(base))
        augmentation = recipe.augmentation
        assert augmentation is not None
        module = train_network(
            onnx.load_from_string(base.content),
            lambda teacher: ReplayTask(self.examples.digits, self.known.train, teacher, augmentation, seed=self.seed),
            recipe,
            self._training("digits", (LOADED, until)),
        )
        return TrainedNetwork(base, module.state_dict())

    def _lines(
        self, base: OnnxModel, number: int, known: Split, hard: Split, span: tuple[float, float]
    ) -> TrainedNetwork:
        steps = self.steps or line_steps(len(self.examples.lines))
        module = train_network(
            onnx.load_from_string(base.content),
            lambda teacher: LineReplayTask(
                self.examples.lines,
                self.examples.hand,
                known,
                hard,
                teacher,
                signs=bool(base.metadata.signs),
                seed=self.seed + number,
            ),
            adaptation_recipe(steps, self._source(base), "lines"),
            self._training(f"lines-{number + 1}", span),
        )
        return TrainedNetwork(base, module.state_dict())

    def _source(self, base: OnnxModel) -> str:
        return source_of(onnx.load_from_string(base.content), self.examples.content())

    def _training(self, name: str, span: tuple[float, float]) -> Training:
        return Training(runs_path(self.folder) / name, self.known, self.progress, span, self.seed)


def _teaches_lines(examples: Examples) -> bool:
    return bool(examples.networks) and examples.teach_lines


def _reads_digits(networks: Iterable[OnnxModel]) -> bool:
    return all(network.metadata.digits == LABELS for network in networks)


def _unchanged(network: OnnxModel) -> TrainedNetwork:
    return TrainedNetwork(network, {})


def _whole(known: Dataset) -> Dataset:
    """Return digits of all ten classes: lines can't be composed of fewer."""
    return known if len(np.unique(known.train.labels)) == len(LABELS) else load_replay_set()


def _check_classes(network: OnnxModel) -> None:
    if network.metadata.classes != LABELS:
        raise DataError(
            f"{network.path} has the classes {', '.join(network.metadata.classes)}"[:200],
            expected="the ten digits, because corrections are digits",
            mend="teach a network for digits",
        )


def _current(registry: ModelRegistry, bases: Sequence[Path]) -> Networks | None:
    """Return the adapted networks in use; None if there are none, or if they can't be opened any more."""
    try:
        if registry.current is None:
            return None
        reader = Reader(in_place(bases, registry.current))
        return Networks(reader.digit_network, reader.line_networks)
    except ModelFileError:
        return None


def _describe(shipped: Metadata, result: dict[str, Any], examples: Examples, known: str, seed: int) -> Metadata:
    """Return the metadata of a shipped network with where the adapted one comes from and how well it reads."""
    figures = result.get("mnist" if shipped.kind == "digit" else "composed", {"examples": 0, "new": None})
    errors = round((1 - figures["new"]) * figures["examples"]) if figures["examples"] else None
    return replace(
        shipped,
        provenance={
            "taught_from": shipped.provenance,
            "corrections": len(examples.corrections) + len(examples.held_corrections),
            "lines": len(examples.lines) + len(examples.held_lines),
            "replayed": known,
            "seed": seed,
            "versions": {"inkdigits": __version__, "torch": str(torch.__version__)},
            "taught": datetime.datetime.now(datetime.UTC).date().isoformat(),
        },
        measured={
            "split": f"{known} test" if shipped.kind == "digit" else f"lines composed of {known} test",
            "errors": errors,
            "examples": figures["examples"],
            "accuracy": figures["new"],
            "with": "onnxruntime",
            "corrections": result.get("corrections"),
            "lines": result.get("lines"),
        },
    )
