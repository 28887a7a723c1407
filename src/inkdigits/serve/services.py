"""What the routes of one server share: the reader, its queues, counters, corrections, teacher. Knows no HTTP."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from inkdigits.core.errors import ModelFileError
from inkdigits.core.types import Images, Probabilities
from inkdigits.corrections.model_registry import ModelRegistry
from inkdigits.corrections.store import CorrectionStore
from inkdigits.read.reader import Reader
from inkdigits.serve.adaptation_process import Teacher
from inkdigits.serve.batching import DigitBatcher
from inkdigits.serve.http.metrics import Metrics
from inkdigits.serve.settings import Settings
from inkdigits.serve.workers import Workers

_log = logging.getLogger(__name__)


class ReaderInUse:
    """The reader that answers now: the shipped one, the one that was given, or the one that was taught.

    Args:
        settings: Which network was given, and where taught ones are.
        taught: The networks that were taught here; None where none is used.
    """

    def __init__(self, settings: Settings, taught: ModelRegistry | None) -> None:
        self._settings, self._taught = settings, taught
        self.reload()

    def reload(self) -> None:
        """Take the network that is right now; requests under way end with the one that they began with.

        A taught network that can't be used, because it is damaged or of another version, is passed over.
        """
        taught = self._taught.current if self._taught else None
        try:
            self.reader, self.is_taught = _load(taught or self._settings.model), taught is not None
        except ModelFileError as error:
            if taught is None:
                raise
            _log.warning("the shipped network is used: %s", error)
            self.reader, self.is_taught = _load(None), False

    def classify(self, forms: Images) -> Probabilities:
        """Read digits that are in MNIST's form already."""
        return self.reader.read_digits(forms)


def _load(model: Path | None) -> Reader:
    reader = Reader(model)
    reader.digit_network  # noqa: B018  loaded before the first request needs it
    return reader


@dataclass(frozen=True, eq=False)
class Services:
    """All that routes use.

    Attributes:
        settings: What the server was told.
        metrics: What it counts.
        in_use: The reader that answers.
        digits: Reads single digits in batches.
        workers: Threads in which pictures are read.
        corrections: None where the server only reads.
        teacher: Likewise, and where another network than the shipped one was given.
    """

    settings: Settings
    metrics: Metrics
    in_use: ReaderInUse
    digits: DigitBatcher
    workers: Workers
    corrections: CorrectionStore | None
    teacher: Teacher | None

    def close(self) -> None:
        """Let all threads end."""
        self.digits.close()
        self.workers.close()


def make_services(settings: Settings) -> Services:
    """Make what a server with these settings needs.

    Raises:
        ModelFileError: The network that was given can't be used.
    """
    limits, metrics = settings.limits, Metrics()
    can_teach = not settings.read_only and settings.model is None
    taught = ModelRegistry(settings.data_dir) if can_teach else None
    in_use = ReaderInUse(settings, taught)
    workers = Workers(limits.pictures_at_once, limits.pictures_waiting)
    metrics.watch_waiting(lambda: workers.taken)
    return Services(
        settings=settings,
        metrics=metrics,
        in_use=in_use,
        digits=DigitBatcher(in_use.classify, most_waiting=limits.digits_waiting, on_batch=metrics.note_batch),
        workers=workers,
        corrections=None if settings.read_only else CorrectionStore(settings.data_dir),
        teacher=Teacher(settings.data_dir, taught) if taught else None,
    )
