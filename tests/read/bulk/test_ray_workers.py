"""Reading on a Ray cluster; what needs one that runs is in tests/core/machine/test_ray_cluster.py."""

import socket

import pytest

import inkdigits
from inkdigits.core.errors import InkdigitsError

pytest.importorskip("ray")


def test_no_cluster_there(digits, tmp_path):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound, and nobody listens
        address = f"ray://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(InkdigitsError, match=f"no Ray cluster at {address} .*expected a cluster that runs"):
            inkdigits.read_many(digits, tmp_path / "a.jsonl", address=address)
