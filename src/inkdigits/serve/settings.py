"""What a server is told when it starts. Knows nothing of HTTP."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from inkdigits.corrections.store import default_data_dir

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Addresses that only this machine reaches."""


@dataclass(frozen=True)
class Limits:
    """How much of anything a server takes before it says no.

    Attributes:
        body_bytes: The most a picture may have.
        json_bytes: The most a batch of digits may have, as JSON.
        pixels: The most a picture may have, all its pages together.
        batch: Digits in one call.
        head_s: How long a client may take to send the head of a request.
        body_s: How long it may take to send the body.
        work_s: How long a request may be worked on, its time in the queue included.
        pictures_at_once: Pictures that are read at the same time; each takes a thread.
        pictures_waiting: Pictures that wait for their turn.
        digits_waiting: Digits that wait for their turn.
        requests: Requests that are open at the same time.
        stop_s: How long requests may go on after the server was told to stop.
    """

    body_bytes: int = 10 * 1000 * 1000
    json_bytes: int = 4 * 1000 * 1000
    pixels: int = 40 * 1000 * 1000
    batch: int = 256
    head_s: float = 10.0
    body_s: float = 20.0
    work_s: float = 30.0
    pictures_at_once: int = field(default_factory=lambda: max(2, min(4, os.cpu_count() or 1)))
    pictures_waiting: int = 64
    digits_waiting: int = 4096
    requests: int = 512
    stop_s: float = 30.0


@dataclass(frozen=True)
class Settings:
    """All that decides what a server does.

    Attributes:
        host: The address it listens on.
        port: 0 is any free one.
        model: A network to use in place of the shipped one of its kind.
        data_dir: Where corrections and taught networks are.
        read_only: Whether it only reads: nothing is ever written, and there are no corrections.
        limits: What it refuses.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    model: Path | None = None
    data_dir: Path = field(default_factory=default_data_dir)
    read_only: bool = False
    limits: Limits = Limits()

    @property
    def is_local(self) -> bool:
        """Whether only this machine reaches it."""
        return self.host in LOOPBACK
