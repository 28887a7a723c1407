from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from helpers import mirror
from helpers.mirror import serve
from inkdigits.core.errors import DataError, StorageError
from inkdigits.data.hands.arrays import read_arrays, write_arrays
from inkdigits.data.hands.source import Source, find, find_or_download


def make_source(*mirrors):
    """Three numbers in an archive of three bytes."""

    def unpack(content):
        if len(content) != 3:
            raise DataError("other bytes", expected="three bytes", mend="check the network")
        return np.frombuffer(content, np.uint8)

    return Source(
        "threes",
        "threes.npz",
        {"threes.bin": unpack},
        mirrors,
        lambda path: read_arrays(path, ["numbers"])[0],
        lambda path, numbers: write_arrays(path, numbers=numbers),
    )


@pytest.mark.parametrize("place", ["given", "given/hands", "hands"])
@pytest.mark.parametrize("by_variable", [False, True])
def test_the_file_is_found_in_and_beside_the_users_folders(tmp_path, monkeypatch, place, by_variable):
    (tmp_path / "given").mkdir()
    (tmp_path / place).mkdir(exist_ok=True)
    np.savez(tmp_path / place / "threes.npz", numbers=np.array([3]))
    if by_variable:
        monkeypatch.setenv("INKDIGITS_DATA", str(tmp_path / "given"))
    found = find(make_source(), None if by_variable else tmp_path / "given")
    assert found is not None
    assert found.content.tolist() == [3]
    assert found.folder == str(tmp_path / place)
    assert list(found.sha256) == ["threes.npz"]


def test_nothing_is_found_where_nothing_is(tmp_path):
    assert find(make_source(), tmp_path) is None
    with pytest.raises(DataError, match="does not exist"):
        find(make_source(), tmp_path / "nowhere")


def test_what_is_missing_is_downloaded_once(tmp_path):
    with serve({"threes.bin": b"abc"}) as good:
        first = find_or_download(make_source(good.address))
        again = find_or_download(make_source(good.address))
        assert good.requests == ["threes.bin"]
    assert first.content.tolist() == again.content.tolist() == [97, 98, 99]
    assert first.notes == (f"downloaded from {good.address}",)
    assert again.notes == ()
    assert first.folder == str(tmp_path / "user-cache" / "inkdigits" / "hands")


def test_after_a_bad_mirror_comes_the_next(tmp_path):
    with serve({"threes.bin": b"abc"}, mirror.lies) as bad, serve({"threes.bin": b"abc"}) as good:
        found = find_or_download(make_source(bad.address, good.address))
    assert found.notes == (f"downloaded from {good.address}",)


def test_an_archive_in_the_users_folder_needs_no_network(tmp_path):
    (tmp_path / "threes.bin").write_bytes(b"abc")
    assert find_or_download(make_source(), tmp_path).content.tolist() == [97, 98, 99]
    (tmp_path / "threes.bin").unlink()
    assert find_or_download(make_source(), tmp_path).content.tolist() == [97, 98, 99]


def test_the_error_tells_each_response_and_what_to_do(tmp_path):
    with (
        serve({"threes.bin": b"abc"}, mirror.page) as first,
        serve({}) as second,
        pytest.raises(DataError) as caught,
    ):
        find_or_download(make_source(first.address, second.address))
    text = str(caught.value)
    assert text.startswith("--data uci needs no network; threes is not on this machine, and threes.bin could not be")
    assert f"{first.address}threes.bin: sent a web page; {second.address}threes.bin: answered 404" in text
    assert "put threes.bin or threes.npz into one folder and name it with --data-dir or $INKDIGITS_DATA" in text
    assert not (tmp_path / "user-cache").exists()


def test_a_damaged_file_is_named_and_not_replaced(tmp_path):
    (tmp_path / "threes.npz").write_bytes(b"damaged")
    with pytest.raises(DataError, match=r"threes\.npz can't be read"):
        find_or_download(make_source(), tmp_path)


def test_a_cache_that_can_not_be_made_is_named(tmp_path):
    (tmp_path / "user-cache").write_bytes(b"in the way")
    with serve({"threes.bin": b"abc"}) as good, pytest.raises(StorageError, match="can't be written"):
        find_or_download(make_source(good.address))


def test_an_archive_may_be_as_large_as_its_source_says(tmp_path):
    with serve({"threes.bin": b"abc"}) as good:
        with pytest.raises(DataError, match="wants to send 3 bytes, more than 2"):
            find_or_download(replace(make_source(good.address), max_bytes=2))
        assert find_or_download(replace(make_source(good.address), max_bytes=3)).content.tolist() == [97, 98, 99]


def test_a_damaged_file_in_the_cache_is_replaced(tmp_path):
    with serve({"threes.bin": b"abc"}) as good:
        kept = find_or_download(make_source(good.address)).folder
        (Path(kept) / "threes.npz").write_bytes(b"damaged")
        assert find_or_download(make_source(good.address)).content.tolist() == [97, 98, 99]
        assert good.requests == ["threes.bin"] * 2
