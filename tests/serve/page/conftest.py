"""A real server, and its page open in a real Chromium."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers.networks import digit_model, metadata_of, save
from helpers.servers import Client, server_process
from serve.page.visit import Visit


def run_server(folder: Path, *options: str) -> Iterator[str]:
    """Start `inkdigits serve` on a free port and yield its address."""
    environment = {
        # Without MNIST, adaptation uses scikit-learn's few digits, which is faster.
        "INKDIGITS_DATA": str(folder / "none"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        # On a busy machine several threads that wait for one another are slower than one.
        "OMP_NUM_THREADS": "1",
    }
    with server_process(folder, *options, environment=environment) as (_, client):
        yield client.address + "/"


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with a data folder of its own."""
    yield from run_server(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def read_only_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a read-only server."""
    yield from run_server(tmp_path_factory.mktemp("read-only"), "--read-only")


@pytest.fixture
def unteachable_address(tmp_path: Path) -> Iterator[str]:
    """The address of a server with a network of letters, which can't be adapted."""
    letters = save(digit_model(), tmp_path / "letters.onnx", metadata_of(classes=list("ABCDEFGHIJ")))
    yield from run_server(tmp_path, "--model", str(letters))


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Visit]:
    """The page without corrections; at the end its console must be empty."""
    client = Client(address)
    for path, name in (("/v1/corrections", "corrections"), ("/v1/corrections/lines", "lines")):
        for record in client.get(path).json[name]:
            client.request("DELETE", f"{path}/{record['id']}")
    opened = Visit(browser, address)
    yield opened
    opened.context.close()
    assert opened.complaints == []
