"""A server's settings. Knows nothing of HTTP."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from inkdigits.runs.paths import RUNS
from inkdigits.user_data.folder import default_data_dir

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Addresses that only this machine reaches."""


@dataclass(frozen=True)
class Limits:
    """How much a server accepts.

    Attributes:
        max_picture_bytes: The size of a picture's file.
        max_json_bytes: The size of a batch of digits, as JSON.
        max_correction_bytes: The size of a correction, as JSON.
        max_pixels: The pixels of a picture, all its pages together.
        max_batch: Digits in one request.
        header_timeout_s: How long a client may take to send the head of a request.
        body_timeout_s: How long it may take to send the body.
        read_timeout_s: How long a picture may wait and be read.
        picture_threads: Pictures that are read at the same time, a thread each.
        max_pictures_waiting: Pictures in the queue.
        max_digits_waiting: Digits in the queue.
        max_open_requests: Requests that are open at the same time.
        shutdown_timeout_s: How long requests may go on after the server was told to stop.
    """

    max_picture_bytes: int = 10 * 1000 * 1000
    max_json_bytes: int = 4 * 1000 * 1000
    max_correction_bytes: int = 16 * 1024
    max_pixels: int = 40 * 1000 * 1000
    max_batch: int = 256
    header_timeout_s: float = 10.0
    body_timeout_s: float = 20.0
    read_timeout_s: float = 30.0
    picture_threads: int = field(default_factory=lambda: max(2, min(4, os.cpu_count() or 1)))
    max_pictures_waiting: int = 64
    max_digits_waiting: int = 4096
    max_open_requests: int = 512
    shutdown_timeout_s: float = 30.0


@dataclass(frozen=True)
class Settings:
    """What a server serves, and where.

    Attributes:
        host: The address it listens on.
        port: 0 is any free one.
        model: A network to use in place of the shipped one of its kind, or several.
        data_dir: Where corrections and adapted networks are.
        read_only: Whether it only reads: it writes nothing and has no corrections.
        limits: How much it accepts.
        review: A page of `inkdigits review` to serve; None for none.
        decisions: The file of its decisions; by default beside the page.
        runs: The folder of the runs that the page trains and shows.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    model: Path | Sequence[Path] | None = None
    data_dir: Path = field(default_factory=default_data_dir)
    read_only: bool = False
    limits: Limits = Limits()
    review: Path | None = None
    decisions: Path | None = None
    runs: Path = RUNS

    @property
    def is_local(self) -> bool:
        """Whether only this machine reaches it."""
        return self.host in LOOPBACK
