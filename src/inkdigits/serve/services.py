"""What the routes of one server share: reader, queues, metrics, corrections, adaptation. Knows nothing of HTTP."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from inkdigits.core.errors import ModelFileError
from inkdigits.core.types import Images, Probabilities
from inkdigits.corrections.model_registry import ModelRegistry
from inkdigits.corrections.store import CorrectionStore
from inkdigits.read.reader import Reader
from inkdigits.serve.adaptation_process import AdaptationProcess, is_learn_extra_installed
from inkdigits.serve.batching import DigitBatcher
from inkdigits.serve.http.metrics import Metrics
from inkdigits.serve.settings import Settings
from inkdigits.serve.worker_pool import WorkerPool

_log = logging.getLogger(__name__)


class ActiveReader:
    """The reader in use, with the shipped, the given or the adapted network.

    Args:
        settings: Which network was given.
        registry: The adapted networks; None where they are not used.

    Attributes:
        current: The reader.
        is_adapted: Whether it has an adapted network.
    """

    def __init__(self, settings: Settings, registry: ModelRegistry | None) -> None:
        self._settings, self._registry = settings, registry
        self.reload()

    def reload(self) -> None:
        """Load the network that the registry names now. Open requests keep the reader that they began with.

        If an adapted network is damaged or of another version, the shipped one is used.
        """
        adapted = self._registry.current if self._registry else None
        try:
            self.current, self.is_adapted = _load(adapted or self._settings.model), adapted is not None
        except ModelFileError as error:
            if adapted is None:
                raise
            _log.warning("the shipped network is used: %s", error)
            self.current, self.is_adapted = _load(None), False

    def classify(self, images: Images) -> Probabilities:
        """Return the probability of each class, (N, classes), float32.

        Args:
            images: Normalized digits, (N, 28, 28), uint8, 0 is empty and 255 is ink.
        """
        return self.current.read_digits(images)


def _load(model: Path | None) -> Reader:
    reader = Reader(model)
    reader.digit_network  # noqa: B018  loaded before the first request needs it
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
        corrections: None where the server only reads.
        adaptation: None where the server only reads, or another network than the shipped one was given.
    """

    settings: Settings
    metrics: Metrics
    active_reader: ActiveReader
    digit_batcher: DigitBatcher
    picture_workers: WorkerPool
    corrections: CorrectionStore | None
    adaptation: AdaptationProcess | None

    @property
    def adaptation_obstacle(self) -> str | None:
        """Why this server can't adapt a network, a key of `OBSTACLES`; None where it can."""
        if self.settings.read_only:
            return "read-only"
        if self.settings.model is not None:
            return "own-model"
        return None if is_learn_extra_installed() else "learn-missing"

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
    can_adapt = not settings.read_only and settings.model is None
    registry = ModelRegistry(settings.data_dir) if can_adapt else None
    active_reader = ActiveReader(settings, registry)
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
        adaptation=AdaptationProcess(settings.data_dir, registry) if registry else None,
    )
