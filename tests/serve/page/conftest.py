"""A real server, a real Chromium, and the page of the one open in the other."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import inkdigits.read
from helpers.servers import Client, server_process
from serve.page.visit import Visit


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes more than ten seconds")


def run_server(folder: Path, *options: str) -> Iterator[str]:
    """Start `inkdigits serve` on a free port and yield its address."""
    environment = {
        # Teaching is tried with the digits that scikit-learn carries: there are fewer of them.
        "INKDIGITS_DATA": str(folder / "none"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        # On a busy machine threads that wait for each other take longer than one alone.
        "OMP_NUM_THREADS": "1",
    }
    with server_process(folder, *options, environment=environment) as (_, client):
        yield client.address + "/"


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server for the page listens; its corrections are its own."""
    yield from run_server(tmp_path_factory.mktemp("kept"))


@pytest.fixture(scope="session")
def read_only_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server listens that only reads."""
    yield from run_server(tmp_path_factory.mktemp("read-only"), "--read-only")


@pytest.fixture
def unteachable_address(tmp_path: Path) -> Iterator[str]:
    """Where a server listens that reads with another network than the one that can be taught."""
    shipped = Path(inkdigits.read.__file__).parent / "models" / "digits.onnx"
    yield from run_server(tmp_path, "--model", str(shipped))


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Visit]:
    """The page, with no corrections yet; at the end it must not have complained of anything."""
    client = Client(address)
    for correction in client.get("/v1/corrections").json["corrections"]:
        client.request("DELETE", f"/v1/corrections/{correction['id']}")
    opened = Visit(browser, address)
    yield opened
    opened.context.close()
    assert opened.complaints == []
