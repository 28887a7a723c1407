import hashlib
import zlib

import pytest

from helpers.archives import pack_lzw, zip_bytes
from inkdigits.core.errors import DataError
from inkdigits.data.hands.archive import read_members, read_named

TEXT = b"seven"
DIGEST = hashlib.sha256(TEXT).hexdigest()


def test_members_come_in_the_order_of_their_paths():
    packed = zip_bytes({"b/2": b"two", "a/": b"", "a/9": b"nine", "a/10": b"ten", "c": b"other"})
    members = read_members(packed, lambda path: path.name != "c")
    assert [(str(path), content) for path, content in members.items()] == [
        ("a/10", b"ten"),
        ("a/9", b"nine"),
        ("b/2", b"two"),
    ]


@pytest.mark.parametrize("member", [{"folder/text.Z": pack_lzw(TEXT)}, {"text": TEXT}])
def test_a_named_file_may_be_packed(member):
    assert read_named(zip_bytes(member | {"other": b""}), {"text": DIGEST}) == {"text": TEXT}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no archive", "a damaged archive"),
        (zip_bytes({"text": TEXT})[:-30], "a damaged archive"),
        (zip_bytes({"text": TEXT}).replace(zlib.crc32(TEXT).to_bytes(4, "little"), bytes(4)), "a damaged archive"),
        (zip_bytes({"other": TEXT}), "an archive without text"),
        (zip_bytes({"text": b"eight"}), "other content of text"),
        (zip_bytes({"text.Z": b"eight"}), r"text.Z is damaged"),
    ],
    ids=["no archive", "cut short", "another checksum", "another name", "another text", "damaged"],
)
def test_what_is_wrong_is_named(content, words):
    with pytest.raises(DataError) as caught:
        read_named(content, {"text": DIGEST})
    assert words in str(caught.value)
