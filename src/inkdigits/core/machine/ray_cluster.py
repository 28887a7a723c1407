"""A connection to a Ray cluster. Knows nothing of what is computed there."""

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from inkdigits.core.errors import InkdigitsError

_CONNECT_S = 10.0


@contextmanager
def connect(address: str) -> Iterator[int]:
    """Connect to a cluster during a block, unless this process is connected already.

    Args:
        address: "auto", "HOST:PORT", "ray://HOST:PORT", or "local" for a new one on this machine.

    Yields:
        How many cores the cluster has.

    Raises:
        InkdigitsError: Ray is not installed, or there is no cluster.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # Ray would report its use to its makers
    try:
        import ray  # noqa: PLC0415  only clusters need it
    except ImportError as error:
        raise InkdigitsError(
            f"--address {address} without Ray", expected="Ray", mend='pip install "inkdigits[scale]"'
        ) from error
    was_connected = ray.is_initialized()
    try:
        _check_listens(address)
        if not was_connected:
            ray.init(address, logging_level=logging.ERROR, log_to_driver=False)
            # News of its machines would go to standard output, where results go; there is no setting for that.
            ray._private.worker._worker_logs_enabled = False
    except (OSError, ValueError, RuntimeError) as error:
        raise InkdigitsError(
            f"no Ray cluster at {address} ({' '.join(str(error).split())[:150]})",
            expected="a cluster that runs",
            mend="start one with `ray start --head`, or leave --address out to compute on this machine",
        ) from error
    try:
        yield max(1, int(ray.cluster_resources().get("CPU", 1)))
    finally:
        if not was_connected:
            ray.shutdown()


def _check_listens(address: str) -> None:
    """Raise an OSError if nobody listens at an address with a port: Ray would try for minutes."""
    host, _, port = address.rpartition("//")[2].rpartition(":")
    if host and port.isdecimal():
        socket.create_connection((host, int(port)), timeout=_CONNECT_S).close()
