import io
import json
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from helpers.pictures import to_png
from helpers.print import handwritten_line, printed_line, stacked
from helpers.writing import picture_of
from inkdigits.read.reader import Reader
from inkdigits.serve.digit_images import from_data_url


def multipart(content: bytes, name: str = "file", filename: str = "one.png") -> tuple[bytes, str]:
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n\r\n'.encode()
    return head + content + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"


def test_a_raw_picture_is_read_as_the_command_reads_it(client, picture, tmp_path):
    answer = client.post("/v1/read?single=true", picture)
    assert answer.status == 200
    (tmp_path / "one.png").write_bytes(picture)
    command = [sys.executable, "-m", "inkdigits", "read", "--json", "--single", str(tmp_path / "one.png")]
    printed = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert answer.json == printed | {"file": None}
    assert answer.json["text"] == "1"


def test_a_form_has_a_file_and_its_name(client, picture):
    body, content_type = multipart(picture, filename="../../etc/one.png")
    answer = client.post("/v1/read?single=true", body, Content_Type=content_type)
    assert (answer.status, answer.json["text"], answer.json["file"]) == (200, "1", "../../etc/one.png")


def test_forms_are_the_normalized_digits(client, picture):
    answer = client.post("/v1/read?single=true&forms=true", picture).json
    assert (answer["width"], answer["height"]) == (60, 90)
    (url,) = answer["forms"]
    assert (from_data_url(url) == Reader().read(np.array(Image.open(io.BytesIO(picture))), single=True).forms[0]).all()


def test_digits_below_the_minimum_confidence_are_refused(client, picture):
    sure = client.post("/v1/read?single=true&min_confidence=1", picture).json
    assert (sure["text"], len(sure["refused"])) == ("", 1)


def test_a_blank_page_holds_nothing(client):
    answer = client.post("/v1/read?forms=true", to_png(np.full((200, 300), 255, np.uint8)))
    assert answer.status == 200
    assert answer.json == {
        "file": None, "text": "", "lines": [], "refused": [], "tables": [], "forms": [], "width": 300, "height": 200
    }  # fmt: skip


@pytest.mark.parametrize("body", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"<svg/>", b"%PDF-1.7"])
def test_a_file_that_is_no_picture_is_a_problem(client, body):
    assert client.post("/v1/read", body).code == "no-picture"


def test_a_truncated_picture_is_a_problem(client, picture):
    assert client.post("/v1/read", picture[: len(picture) // 2]).code == "no-picture"


@pytest.mark.parametrize("query", ["single=perhaps", "min_confidence=2", "min_confidence=nan", "min_confidence=-0.1"])
def test_an_invalid_query_is_a_problem(client, picture, query):
    answer = client.post(f"/v1/read?{query}", picture)
    assert answer.code == "bad-request"
    assert query.partition("=")[0] in answer.json["detail"]


@pytest.mark.parametrize("part", [("other", "one.png"), ("file", "")])
def test_a_form_without_a_file_is_a_problem(client, picture, part):
    body, content_type = multipart(picture, *part)
    if not part[1]:
        body = body.replace(b'; filename=""', b"")
    assert client.post("/v1/read", body, Content_Type=content_type).code == "bad-request"


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=y"])
def test_a_damaged_form_is_a_problem(client, picture, content_type):
    body, _ = multipart(picture)
    assert client.post("/v1/read", body, Content_Type=content_type).code == "bad-request"


def test_digits_are_read_as_the_reader_reads_them(client, some_digits):
    answer = client.post("/v1/digits", some_digits.images.tolist()).json["digits"]
    probabilities = Reader().read_digits(some_digits.images)
    assert [digit["digit"] for digit in answer] == [str(best) for best in probabilities.argmax(axis=1)]
    assert [digit["confidence"] for digit in answer] == pytest.approx(probabilities.max(axis=1).tolist(), abs=1e-3)
    assert set(answer[0]) == {"digit", "confidence", "alternatives"}


def test_too_many_digits_are_a_problem(client, digit_one):
    assert client.post("/v1/digits", [digit_one.tolist()] * 256).status == 200
    assert client.post("/v1/digits", [digit_one.tolist()] * 257).code == "too-many"


ROWS = [[0] * 28] * 28


@pytest.mark.parametrize(
    "values",
    [
        b"", b"{", b"[" * 100_000, b"\xff\xfe", b"[NaN]", b"9" * 5000, {}, [], None, 7, "digits", [ROWS[1:]],
        [ROWS, ROWS[1:]],
        [[[256] * 28] * 28], [[[-1] * 28] * 28], [[[0.5] * 28] * 28], [[["1"] * 28] * 28], [[[None] * 28] * 28],
        [[[True] * 28] * 28], [[[1e300] * 28] * 28], [[[10**30] * 28] * 28],
    ],
)  # fmt: skip
def test_an_invalid_batch_of_digits_is_a_problem(client, values):
    assert client.post("/v1/digits", b"null" if values is None else values).code == "bad-request"


def test_a_pattern_and_candidates(client, picture):
    answer = client.post("/v1/read?pattern=%5B0-9%5D&best=3&min_confidence=0.1", picture).json
    (line,) = answer["lines"]
    assert line["candidates"][0] == {"text": line["text"], "confidence": line["confidence"]}
    assert len(line["candidates"]) == 3
    refused = client.post("/v1/read?pattern=%5Cd%7B4%7D", picture).json
    assert (refused["text"], [line["reason"] for line in refused["refused"]]) == ("", ["no-match"])
    assert client.post("/v1/read?single=true&pattern=1&best=2", picture).json["lines"][0]["text"] == "1"


def test_only_handwriting_is_read(client):
    both = to_png(picture_of(stacked(printed_line("4071982"), handwritten_line("3650482"))))
    answer = client.post("/v1/read?handwritten=true&forms=true", both).json
    assert (answer["text"], [line["reason"] for line in answer["refused"]]) == ("3650482", ["printed"])
    assert len(answer["forms"]) == 7
    printed, written = client.post("/v1/read", both).json["lines"]
    assert all(digit["printed"] is True for digit in printed["digits"])
    assert not any("printed" in digit for digit in written["digits"])


@pytest.mark.parametrize("query", ["pattern=%5Cd%7B4", "pattern=-", "best=0", "best=101", "pattern=" + "1" * 301])
def test_a_wrong_pattern_is_a_problem(client, picture, query):
    answer = client.post(f"/v1/read?{query}", picture)
    assert (answer.status, answer.json["code"]) == (400, "bad-request")
