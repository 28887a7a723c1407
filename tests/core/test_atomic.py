import os
import subprocess
import sys

import pytest

from inkdigits.core.atomic import atomic_path, write_bytes, write_text
from inkdigits.core.errors import StorageError


def test_text_is_written_whole(tmp_path):
    write_text(tmp_path / "note.txt", "Ziffern: äöü")
    assert (tmp_path / "note.txt").read_text("utf-8") == "Ziffern: äöü"
    assert (tmp_path / "note.txt").stat().st_mode & 0o777 == 0o666 & ~_umask()


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    write_bytes(tmp_path / "file", b"old")

    def fail():
        with atomic_path(tmp_path / "file") as temporary:
            temporary.write_bytes(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert (tmp_path / "file").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(StorageError, match="nowhere"):
        write_text(tmp_path / "nowhere" / "file", "text")


def test_a_file_in_the_way_of_a_folder_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="can't be written"):
        write_text(tmp_path / "file" / "below", "text")


def test_no_space_left_keeps_the_old_file(tmp_path):
    """A process that may write 1,000 bytes a file stands for a full disk."""
    write_bytes(tmp_path / "file", b"old")
    code = (
        "import resource, signal, sys; from pathlib import Path; from inkdigits.core.atomic import write_bytes\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        f"write_bytes(Path({str(tmp_path / 'file')!r}), bytes(100_000))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "StorageError: no space left to write" in done.stderr
    assert (tmp_path / "file").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
