import random
import shutil
import subprocess

import pytest

from helpers.archives import pack_lzw
from inkdigits.core.errors import DataError
from inkdigits.data.hands.lzw import unpack_lzw

TEXT = "".join(f" {number * 37 % 500}  {number * number % 499}\n" for number in range(9000)).encode()
NOISE = random.Random(0).randbytes(3000)


@pytest.mark.parametrize("content", [b"7", b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaa", b"\x00" * 5000, NOISE, TEXT])
@pytest.mark.parametrize(
    "options", [{}, {"most_bits": 12}, {"most_bits": 9}, {"clear_after": 700}, {"clear_after": 301}]
)
def test_what_was_packed_comes_back(content, options):
    assert unpack_lzw(pack_lzw(content, **options), "text.Z", max_bytes=10**6) == content


@pytest.mark.skipif(shutil.which("gzip") is None, reason="no gzip on this machine")
@pytest.mark.parametrize("options", [{}, {"most_bits": 12}, {"clear_after": 700}])
def test_gzip_agrees(options):
    packed = pack_lzw(TEXT + NOISE, **options)
    unpacked = subprocess.run(["gzip", "-dc"], input=packed, capture_output=True, check=True).stdout
    assert unpacked == unpack_lzw(packed, "text.Z", max_bytes=10**6) == TEXT + NOISE


@pytest.mark.parametrize(
    ("packed", "words"),
    [
        (b"", "begins otherwise"),
        (b"\x1f\x8b\x08", "begins otherwise"),
        (b"\x1f\x9d\x99", "codes of 25 bits"),
        (b"\x1f\x9d\x90\x37\xfe\xff", "is damaged"),
    ],
)
def test_a_damaged_file_is_named(packed, words):
    with pytest.raises(DataError, match=rf"text\.Z is damaged .*{words}|text\.Z is damaged") as caught:
        unpack_lzw(packed, "text.Z", max_bytes=1000)
    assert words in str(caught.value)


def test_a_file_that_unpacks_to_too_much_is_refused():
    with pytest.raises(DataError, match="more than 1,000 bytes"):
        unpack_lzw(pack_lzw(bytes(10**6)), "text.Z", max_bytes=1000)
