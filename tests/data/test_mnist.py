import gzip
import hashlib
import threading
from pathlib import Path

import numpy as np
import pytest

from helpers import mirror
from helpers.files import idx_bytes
from helpers.mirror import serve
from inkdigits.core.errors import DataError, StorageError
from inkdigits.data.mnist import DIGESTS, load_mnist


@pytest.fixture
def plain(some_digits):
    """Four small files with MNIST's names."""
    arrays = [some_digits.images[:50], some_digits.labels[:50], some_digits.images[50:], some_digits.labels[50:]]
    return {name: idx_bytes(array) for name, array in zip(DIGESTS, arrays, strict=True)}


@pytest.fixture
def digests(plain):
    return {name: hashlib.sha256(content).hexdigest() for name, content in plain.items()}


@pytest.fixture
def packed(plain):
    return {f"{name}.gz": gzip.compress(content) for name, content in plain.items()}


@pytest.fixture(autouse=True)
def nowhere(monkeypatch, tmp_path):
    """Neither the user's folders nor the network."""
    monkeypatch.delenv("INKDIGITS_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user-cache"))


def put(folder: Path, files, spell=lambda name: name) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / spell(name)).write_bytes(content)
    return folder


@pytest.mark.parametrize("place", ["", "mnist", "MNIST/raw"])
@pytest.mark.parametrize("spell", [str, lambda name: name.replace("-idx", ".idx")])
def test_a_given_folder_comes_first(tmp_path: Path, plain, packed, digests, place, spell):
    for kind, files in (("plain", plain), ("packed", packed)):
        put(tmp_path / kind / place, files, spell)
        data = load_mnist(tmp_path / kind, mirrors=(), digests=digests)
        assert (len(data.train), len(data.test)) == (50, 10)
        assert data.provenance.sha256 == digests
        assert data.provenance.folder == str(tmp_path / kind)
        assert data.provenance.source.startswith("MNIST (Y. LeCun")


def test_the_environment_variable_comes_next(tmp_path: Path, plain, digests, monkeypatch):
    monkeypatch.setenv("INKDIGITS_DATA", str(put(tmp_path / "there", plain)))
    (tmp_path / "empty").mkdir()
    data = load_mnist(tmp_path / "empty", mirrors=(), digests=digests)
    assert data.provenance.folder == str(tmp_path / "there")


def test_a_missing_folder_is_named(tmp_path: Path, digests):
    with pytest.raises(DataError, match=r"the data folder .*nowhere does not exist"):
        load_mnist(tmp_path / "nowhere", mirrors=(), digests=digests)


def test_a_part_of_mnist_is_named(tmp_path: Path, plain, digests):
    del plain["t10k-labels-idx1-ubyte"]
    with pytest.raises(DataError, match="holds a part of MNIST, without t10k-labels-idx1-ubyte"):
        load_mnist(put(tmp_path / "part", plain), mirrors=(), digests=digests)


def test_a_local_file_with_other_content_is_an_error_with_both_hashes(tmp_path: Path, plain, digests):
    other = idx_bytes(np.zeros(50, np.uint8))
    plain["train-labels-idx1-ubyte"] = other
    with pytest.raises(DataError, match="train-labels-idx1-ubyte differs from MNIST's file of that name") as caught:
        load_mnist(put(tmp_path / "wrong", plain), mirrors=(), digests=digests)
    assert hashlib.sha256(other).hexdigest() in str(caught.value)
    assert digests["train-labels-idx1-ubyte"] in str(caught.value)


def test_missing_files_are_downloaded_once(tmp_path: Path, packed, digests, some_digits):
    with serve(packed) as good:
        first = load_mnist(mirrors=[good.address], digests=digests)
        again = load_mnist(mirrors=[good.address], digests=digests)
        assert sorted(good.requests) == sorted(packed)
    assert np.array_equal(first.train.images, some_digits.images[:50])
    assert np.array_equal(first.train.images, again.train.images)
    assert first.provenance.notes == (f"downloaded from {good.address}",)
    kept = tmp_path / "user-cache" / "inkdigits" / "mnist"
    assert sorted(file.name for file in kept.iterdir()) == sorted(packed)


def test_without_a_network_the_error_begins_with_what_works(tmp_path: Path, digests):
    with pytest.raises(DataError, match=r"^--data uci needs no network; MNIST is not on this machine, and ") as caught:
        load_mnist(cache=tmp_path / "cache", mirrors=("http://127.0.0.1:9/",), digests=digests)
    assert "--data-dir or $INKDIGITS_DATA" in caught.value.mend


def test_a_damaged_cache_is_repaired(tmp_path: Path, packed, digests):
    cache = put(tmp_path / "cache", packed)
    (cache / "t10k-images-idx3-ubyte.gz").write_bytes(packed["t10k-images-idx3-ubyte.gz"][:-20])
    (cache / "t10k-labels-idx1-ubyte.gz").write_bytes(b"other")
    with serve(packed) as good:
        load_mnist(cache=cache, mirrors=[good.address], digests=digests)
        assert good.requests == ["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"]
    assert {file.name: file.read_bytes() for file in cache.iterdir()} == packed


def test_a_bad_mirror_is_tried_only_once(tmp_path: Path, packed, digests):
    with serve(packed, mirror.page) as bad, serve(packed) as good:
        load_mnist(cache=tmp_path / "cache", mirrors=(bad.address, good.address), digests=digests)
        assert (len(bad.requests), len(good.requests)) == (1, 4)


def test_the_error_lists_each_response_and_how_to_download_by_hand(tmp_path: Path, packed, digests):
    with serve(packed, mirror.page) as first, serve(packed, mirror.forbidden) as second:
        with pytest.raises(DataError, match=r"uci.*web page.*answered 403.*--data-dir.*\$INKDIGITS_DATA") as caught:
            load_mnist(cache=tmp_path / "cache", mirrors=(first.address, second.address), digests=digests)
        assert first.address in str(caught.value)
        assert second.address in str(caught.value)
    assert not (tmp_path / "cache").exists()


def test_a_cache_that_can_not_be_made_is_named(tmp_path: Path, packed, digests):
    (tmp_path / "file").write_bytes(b"in the way")
    with serve(packed) as good, pytest.raises(StorageError, match="can't be written"):
        load_mnist(cache=tmp_path / "file" / "cache", mirrors=[good.address], digests=digests)


def test_downloads_at_the_same_time_do_not_harm_each_other(tmp_path: Path, packed, digests, some_digits):
    loaded = []

    def fetch(address: str) -> None:
        loaded.append(load_mnist(cache=tmp_path / "cache", mirrors=[address], digests=digests))

    with serve(packed) as good:
        threads = [threading.Thread(target=fetch, args=(good.address,)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(loaded) == 6
    assert all(np.array_equal(data.test.images, some_digits.images[50:]) for data in loaded)
    assert {file.name: file.read_bytes() for file in (tmp_path / "cache").iterdir()} == packed


@pytest.mark.mnist
def test_the_real_mnist(mnist_folder: Path):
    data = load_mnist(mnist_folder, mirrors=())
    assert (len(data.train), len(data.test)) == (60_000, 10_000)
    assert data.test.labels[:3].tolist() == [7, 2, 1]
    assert data.provenance.sha256 == dict(DIGESTS)
