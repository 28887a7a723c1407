import gzip
import hashlib
import socket

import pytest

from helpers import mirror
from helpers.mirror import serve
from inkdigits.core.errors import DataError
from inkdigits.data.download import download

PAYLOAD = bytes(range(256)) * 50
DIGEST = hashlib.sha256(PAYLOAD).hexdigest()
PACKED = gzip.compress(PAYLOAD)


@pytest.mark.parametrize("content", [PACKED, PAYLOAD])
def test_the_digest_is_of_the_unpacked_bytes(content):
    with serve({"digits": content}) as good:
        assert download("digits", DIGEST, [good.address]) == (content, good.address)


@pytest.mark.parametrize(
    ("respond", "words"),
    [
        (mirror.forbidden, "answered 403 Forbidden"),
        (mirror.page, "sent a web page"),
        (mirror.lies, "sent other bytes"),
        (mirror.truncates, r"stopped after \d+ of \d+ bytes"),
        (mirror.truncates_silently, "sent a file that ends early"),
        (mirror.stalls, "timed out"),
        (mirror.trickles, "too slow"),
        (mirror.claims_too_much, "wants to send 1,000,000,000,000 bytes"),
        (mirror.never_ends, "sent more than 67,108,864 bytes"),
        (mirror.talks_nonsense, "nonsense"),
    ],
)
def test_after_a_bad_response_comes_the_next_mirror(respond, words):
    limits = {"stall_s": 0.3, "deadline_s": 0.4 if respond is mirror.trickles else 60.0}
    with serve({"digits": PACKED}, respond) as bad, serve({"digits": PACKED}) as good:
        assert download("digits", DIGEST, [bad.address, good.address], **limits) == (PACKED, good.address)
        with pytest.raises(DataError, match=words) as caught:
            download("digits", DIGEST, [bad.address], **limits)
    assert f"{bad.address}digits: " in str(caught.value)
    assert DIGEST in str(caught.value)


def test_a_mirror_that_does_not_exist_and_one_without_the_file():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        with serve({}) as empty, pytest.raises(DataError, match=r"refused.*; .*answered 404"):
            download("digits", DIGEST, [address, empty.address])


def test_only_http_is_used(tmp_path):
    (tmp_path / "digits").write_bytes(PACKED)
    with pytest.raises(DataError, match="not an http address"):
        download("digits", DIGEST, [f"file://{tmp_path}/"])


def test_progress_is_shown(capfd):
    with serve({"digits": PACKED}) as good:
        download("digits", DIGEST, [good.address])
    assert f"Downloading digits: done, {len(PACKED):,} bytes in" in capfd.readouterr().err
