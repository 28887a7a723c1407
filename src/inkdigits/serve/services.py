"""What the routes of one server share: reader, queues, metrics, corrections, adaptation. Knows nothing of HTTP."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inkdigits.core.errors import ModelFileError
from inkdigits.core.types import Images, Probabilities
from inkdigits.corrections.lines import LineStore
from inkdigits.corrections.model_registry import ModelRegistry
from inkdigits.corrections.store import LABELS, CorrectionStore
from inkdigits.read.models.chosen import as_paths, in_place
from inkdigits.read.reader import Reader
from inkdigits.serve.adaptation_process import AdaptationProcess, is_learn_extra_installed
from inkdigits.serve.batching import DigitBatcher
from inkdigits.serve.http.metrics import Metrics
from inkdigits.serve.settings import Settings
from inkdigits.serve.training.learning import Learning
from inkdigits.serve.worker_pool import WorkerPool
from inkdigits.user_data.folder import registry_dir
from inkdigits.user_data.model_versions import ModelSet

_log = logging.getLogger(__name__)


class ActiveReader:
    """The reader in use, with the shipped, a given or an adapted network.

    Args:
        settings: Which network was given, and where adapted ones are.

    Attributes:
        current: The reader.
        is_adapted: Whether it has an adapted network.
        base: The networks that adaptation starts from; none for the shipped ones.
        registry: The networks adapted from it; None where the server only reads.
        run: The name of the run whose network reads; None for the network that the server was started with.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._candidate: tuple[str, Reader] | None = None
        self.use(settings.model)

    def use(self, model: Path | Sequence[Path] | None, run: str | None = None) -> None:
        """Read with another network from now on, or with those that were adapted from it.

        Args:
            model: Its file, or several; None for the shipped ones.
            run: The name of the run that it is of.

        Raises:
            ModelFileError: It can't be used.
        """
        files = as_paths(model)
        reader = _load(files)
        self.base, self.run, self._candidate = files, run, None
        folder = registry_dir(self._settings.data_dir, files)
        self.registry = None if self._settings.read_only else ModelRegistry(folder)
        self.current, self.is_adapted = reader, False
        if self.registry and self.registry.current:
            self.reload()

    def use_first(self) -> None:
        """Read with the network that the server was started with."""
        self.use(self._settings.model)

    def reload(self) -> None:
        """Load the network that the registry names now. Open requests keep the reader that they began with.

        If an adapted network is damaged or of another version, the one that it was adapted from is used.
        """
        adapted = self.registry.current if self.registry else None
        try:
            self.current, self.is_adapted = _load(in_place(self.base, adapted)), adapted is not None
        except ModelFileError as error:
            if adapted is None:
                raise
            _log.warning("%s is used: %s", self.base or "the shipped network", error)
            self.current, self.is_adapted = _load(self.base), False

    def candidate(self) -> Reader | None:
        """Return a reader with the networks that were taught and wait for a decision; None if there are none.

        Raises:
            ModelFileError: A file of theirs is damaged.
        """
        version = self.registry.candidate if self.registry else None
        if version is None:
            self._candidate = None
            return None
        if self._candidate is None or self._candidate[0] != version.name:
            self._candidate = version.name, _load(in_place(self.base, version))
        return self._candidate[1]

    def classify(self, images: Images) -> Probabilities:
        """Return the probability of each class, (N, classes), float32.

        Args:
            images: Normalized digits, (N, 28, 28), uint8, 0 is empty and 255 is ink.
        """
        return self.current.read_digits(images)


def _load(models: Sequence[Path]) -> Reader:
    reader = Reader(models)
    _ = reader.digit_network, reader.line_networks  # loaded before the first request needs them
    return reader


@dataclass(frozen=True, eq=False)
class Services:
    """Everything that routes use.

    Attributes:
        settings: The server's.
        metrics: Its counters.
        active_reader: The reader in use.
        digit_batcher: Classifies single digits in batches.
        picture_workers: Threads in which pictures are read.
        corrections: Corrected digits; None where the server only reads.
        lines: Labelled lines; None where the server only reads.
        adaptation: None where the server only reads.
        learning: Runs, and how they are trained; None where the server only reads.
    """

    settings: Settings
    metrics: Metrics
    active_reader: ActiveReader
    digit_batcher: DigitBatcher
    picture_workers: WorkerPool
    corrections: CorrectionStore | None
    lines: LineStore | None
    adaptation: AdaptationProcess | None
    learning: Learning | None

    @property
    def in_use(self) -> ModelSet | None:
        """The adapted networks that read; None for those that the server was started with."""
        active = self.active_reader
        return active.registry.current if active.registry and active.is_adapted else None

    @property
    def learning_obstacle(self) -> str | None:
        """Why nothing can be trained from this server's page, a key of `TRAINING_OBSTACLES`; None where it can."""
        if self.settings.read_only:
            return "read-only"
        if not self.settings.is_local:
            return "not-local"
        return None if is_learn_extra_installed() else "learn-missing"

    @property
    def adaptation_obstacle(self) -> str | None:
        """Why this server can't adapt a network, a key of `OBSTACLES`; None where it can."""
        if self.settings.read_only:
            return "read-only"
        if self.active_reader.current.digit_network.metadata.classes != LABELS:
            return "other-classes"
        return None if is_learn_extra_installed() else "learn-missing"

    def use_network(self, model: Path | None, run: str | None = None) -> None:
        """Read with the network of a run from now on, and teach that one.

        Args:
            model: Its file; None for the network that the server was started with.
            run: The name of the run.

        Raises:
            ModelFileError: It can't be used.
        """
        if model is None:
            self.active_reader.use_first()
        else:
            self.active_reader.use(model, run)
        if self.adaptation and self.active_reader.registry:
            self.adaptation.registry, self.adaptation.base = self.active_reader.registry, self.active_reader.base

    def close(self) -> None:
        """End all threads."""
        self.digit_batcher.close()
        self.picture_workers.close()


def make_services(settings: Settings) -> Services:
    """Return what a server with these settings needs.

    Args:
        settings: The server's.

    Raises:
        ModelFileError: The network that was given can't be used.
    """
    limits, metrics = settings.limits, Metrics()
    active_reader = ActiveReader(settings)
    registry = active_reader.registry
    workers = WorkerPool(limits.picture_threads, limits.max_pictures_waiting)
    metrics.add_waiting_gauge(lambda: workers.jobs)
    return Services(
        settings=settings,
        metrics=metrics,
        active_reader=active_reader,
        digit_batcher=DigitBatcher(
            active_reader.classify, max_waiting=limits.max_digits_waiting, on_batch=metrics.record_batch
        ),
        picture_workers=workers,
        corrections=None if settings.read_only else CorrectionStore(settings.data_dir),
        lines=None if settings.read_only else LineStore(settings.data_dir),
        adaptation=AdaptationProcess(settings.data_dir, registry, active_reader.base) if registry else None,
        learning=None if settings.read_only else Learning(settings.runs),
    )
