import gzip
from pathlib import Path

import pytest

from inkdigits.core.errors import DataError
from inkdigits.data.payload import open_payload, read_payload


@pytest.mark.parametrize("name", ["note.bin", "note.gz"])
@pytest.mark.parametrize("packed", [False, True])
def test_gzip_is_known_by_its_content_not_by_the_name(tmp_path: Path, name, packed):
    path = tmp_path / name
    path.write_bytes(gzip.compress(b"seven") if packed else b"seven")
    assert read_payload(path) == b"seven"


def test_a_truncated_gz_is_named(tmp_path: Path):
    path = tmp_path / "note.gz"
    path.write_bytes(gzip.compress(bytes(range(256)) * 40)[:-9])
    with pytest.raises(DataError, match=r"note\.gz ends early"):
        read_payload(path)


@pytest.mark.parametrize("at", [3, 40, -6])
def test_a_damaged_gz_is_named(at):
    content = bytearray(gzip.compress(bytes(range(256)) * 40))
    content[at] ^= 0xFF
    with pytest.raises(DataError, match=r"the data (is damaged|ends early)"):
        read_payload(bytes(content))


def test_a_decompression_bomb_is_stopped():
    with pytest.raises(DataError, match="unpacks to more than 1,000 bytes"):
        read_payload(gzip.compress(bytes(5_000_000)), max_bytes=1000)


def test_missing_files_and_folders_are_named(tmp_path: Path):
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(DataError, match=f"{path} can't be read"), open_payload(path):
            pass
