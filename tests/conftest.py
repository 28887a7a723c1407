"""What tests of several packages share: the real MNIST, and small writers of data files."""

import gzip
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from helpers.files import draw_digit, idx_bytes
from helpers.processes import ForkedProcess, run_command
from inkdigits.data.dataset import Split

# Each worker has one core: threads of several workers on the same cores only wait for one another. Before torch.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")

CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

MEMORY = Path("/dev/shm")
"""A file system in memory, for the folders of the tests."""

MNIST_FILE = "train-images-idx3-ubyte"

BESIDE = Path(__file__).parents[2] / "shared" / "mnist"

IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ
HOME = pytest.StashKey[Path]()


def has_room_in_memory() -> bool:
    """Return whether there is a file system in memory that holds the folders of all tests and runs programs."""
    if not MEMORY.is_dir() or not hasattr(os, "statvfs"):
        return False
    place = os.statvfs(MEMORY)
    return place.f_bavail * place.f_frsize > 4 * 2**30 and not place.f_flag & os.ST_NOEXEC


def pytest_configure(config: pytest.Config) -> None:
    """Give the tests and their child processes an empty home, so that they find nothing that a new machine lacks.

    Workers inherit it. Only the test fixtures know where MNIST is, and pip keeps its cache of downloads.
    """
    if IS_WORKER:
        return
    home = config.stash[HOME] = Path(tempfile.mkdtemp(prefix="inkdigits-tests-"))
    # Without compiled modules each of the many child processes compiles torch anew: 3 s in place of 1.5.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    # Files are flushed to the disk, which waits 12 ms each time on a common one and not at all in memory.
    if has_room_in_memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    os.environ.setdefault("PIP_CACHE_DIR", str(Path.home() / ".cache" / "pip"))
    os.environ["DATA_OF_TESTS"] = os.environ.pop("INKDIGITS_DATA", str(BESIDE))
    os.environ["HOME"] = str(home)
    for name in ("CACHE", "CONFIG", "DATA", "STATE"):
        os.environ.pop(f"XDG_{name}_HOME", None)


def is_long(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in ("slow", "browser"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files with long tests first, so that no worker has one left when the others have nothing.

    In CI, a browser that let a wait run out is asked once more, and the summary counts it; no other failure is.
    """
    long = Counter(item.path for item in items if is_long(item))
    items.sort(key=lambda item: -long[item.path])
    if os.environ.get("CI") == "true":
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=["TimeoutError"]))


def pytest_unconfigure(config: pytest.Config) -> None:
    if not IS_WORKER:
        shutil.rmtree(config.stash[HOME], ignore_errors=True)


@pytest.fixture(scope="session")
def mnist_folder() -> Path:
    """The folder with the real MNIST files; skips where there is none."""
    for folder in (Path(os.environ["DATA_OF_TESTS"]), BESIDE):
        if any((folder / f"{MNIST_FILE}{suffix}").is_file() for suffix in ("", ".gz")):
            return folder
    pytest.skip("the real MNIST is neither in ../shared/mnist nor in $INKDIGITS_DATA")


@pytest.fixture(scope="session")
def hands_folder() -> Path:
    """The folder with the real digits of other nations and MNIST's writers; skips where there is none."""
    beside = Path(__file__).parents[2] / "shared" / "hands"
    named = Path(os.environ["DATA_OF_TESTS"])
    for folder in (named, named / "hands", named.parent / "hands", beside):
        if (folder / "pendigits.npz").is_file():
            return folder
    pytest.skip("the digits of other nations are neither in ../shared/hands nor in $INKDIGITS_DATA")


@pytest.fixture(scope="session")
def start_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., ForkedProcess]]:
    """Start a function of a helper in a process of its own: `start_process(function, argument, ...)`."""
    started: list[ForkedProcess] = []

    def start(function: Callable[..., object], *arguments: object) -> ForkedProcess:
        started.append(ForkedProcess(function, arguments, tmp_path_factory.mktemp("process")))
        return started[-1]

    yield start
    for process in started:
        process.kill()


@pytest.fixture(scope="session")
def start_inkdigits(start_process: Callable[..., ForkedProcess]) -> Callable[..., ForkedProcess]:
    """Start a command line in a process of its own: `start_inkdigits("data", "uci", folder=tmp_path)`."""

    def start(*arguments: object, folder: Path = Path("/")) -> ForkedProcess:
        return start_process(run_command, [str(word) for word in arguments], folder)

    return start


@pytest.fixture
def some_digits() -> Split:
    """Sixty digits of noise, six of each class, the same each time."""
    images = np.random.default_rng(7).integers(0, 256, (60, 28, 28), dtype=np.uint8)
    return Split(images, np.arange(60) % 10)


@pytest.fixture
def write_idx(tmp_path: Path) -> Callable[..., Path]:
    """A writer: array, file name (gz where it ends so), folder -> the path."""

    def write(values: NDArray[np.uint8], name: str, folder: Path = tmp_path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        content = idx_bytes(values)
        path = folder / name
        path.write_bytes(gzip.compress(content, 1) if name.endswith(".gz") else content)
        return path

    return write


@pytest.fixture
def picture_folder(tmp_path: Path) -> Path:
    """A folder of PNG pictures: classes 2, 7 and 10, six digits each."""
    folder = tmp_path / "pictures"
    for label in (2, 7, 10):
        (folder / str(label)).mkdir(parents=True)
        for number in range(6):
            Image.fromarray(draw_digit(label, 40 + 4 * number)).save(folder / str(label) / f"{number}.png")
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A real Chromium, shared by all tests: only one Playwright can run at a time."""
    # The shell without windows takes half of the processor time of the whole browser.
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if path is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_OPTIONS)
        yield chromium
        chromium.close()
