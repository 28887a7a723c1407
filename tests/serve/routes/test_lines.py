"""Labelled lines over HTTP."""

import base64
import csv
import io
import zipfile

import pytest
from PIL import Image

from helpers.forms import table
from helpers.pictures import to_png
from helpers.servers import server_process, serving
from helpers.writing import blank, write
from inkdigits.read.reader import Reader
from inkdigits.serve.digit_images import to_data_url
from inkdigits.serve.settings import Settings


@pytest.fixture
def fresh(tmp_path):
    """A server without corrections."""
    with serving(Settings(port=0, data_dir=tmp_path)) as client:
        yield client


@pytest.fixture(scope="module")
def lines():
    """A picture of two lines."""
    canvas = blank(240, 400)
    write(canvas, "274", 60, 30, 60)
    write(canvas, "358", 60, 150, 60)
    return to_png((250 - 220 * canvas).astype("uint8"))


def path(box, text, read="1", **more):
    edges = dict(zip(("left", "top", "right", "bottom"), box, strict=True))
    values = edges | {"text": text} | ({"read": read} if read else {}) | more
    return "/v1/corrections/lines?" + "&".join(f"{name}={value}" for name, value in values.items())


BOX = (50, 20, 200, 100)


def test_a_line_of_a_picture_is_kept_listed_undone_and_exported(fresh, lines, tmp_path):
    read = fresh.post("/v1/read?forms=true", lines).json["lines"][1]
    assert (read["text"], read["page"]) == ("358", 0)
    made = fresh.post(path(read["box"], "3%2058,5", "358"), lines)
    assert made.status == 201
    assert (made.json["id"], made.json["text"], made.json["read"]) == (1, "3 58,5", "358")
    second = fresh.post(path(read["box"], "", None), lines).json
    assert (second["text"], second["read"]) == ("", None)
    assert fresh.get("/v1/corrections/lines").json == {"lines": [second, made.json], "count": 2}
    assert fresh.get("/v1/corrections").json["count"] == 0
    assert fresh.request("DELETE", "/v1/corrections/lines/2").status == 204
    assert fresh.request("DELETE", "/v1/corrections/lines/2").code == "not-found"

    archive = zipfile.ZipFile(io.BytesIO(fresh.get("/v1/corrections/export").body))
    assert list(csv.reader(archive.read(".lines/labels.csv").decode().splitlines()))[1:] == [["000001.png", "3 58,5"]]
    with Image.open(io.BytesIO(archive.read(".lines/000001.png"))) as picture:
        assert Reader().read(picture).text == "358"


def test_a_cell_of_a_table_on_a_later_page_is_cut_out_without_its_rules(fresh, lines):
    pages = [Image.open(io.BytesIO(lines)).convert("RGB"), Image.fromarray(table([["12", "345"], ["7", "60"]]).picture)]
    file = io.BytesIO()
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    answer = fresh.post("/v1/read?forms=true", file.getvalue()).json
    assert [line["page"] for line in answer["lines"]] == [0, 0, 1, 1]
    (found,) = answer["tables"]
    assert found["page"] == 1
    cell = found["rows"][0][1]
    assert cell["text"] == "345"
    made = fresh.post(path(cell["box"], "346", "345", page=1, cell="true"), file.getvalue()).json
    with Image.open(io.BytesIO(base64.b64decode(made["form"].partition(",")[2]))) as picture:
        assert Reader().read(picture).text == "345"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (path(BOX, "12a"), "bad-request"), (path(BOX, "9" * 201), "bad-request"), (path(BOX, "1", "1"), "bad-request"),
        (path((900, 900, 950, 950), "2"), "bad-request"), (path(BOX, "2", page=1), "bad-request"),
        (path(BOX, "2", turns=4), "bad-request"), (path((-1, 0, 9, 9), "2"), "bad-request"),
        ("/v1/corrections/lines?text=1", "bad-request"),
    ],
)  # fmt: skip
def test_an_invalid_line_is_a_problem(client, lines, query, code):
    assert client.post(query, lines).code == code
    assert client.get("/v1/corrections/lines").json["count"] == 0


def test_what_is_no_picture_is_a_problem(client):
    assert client.post(path(BOX, "2"), b"no picture").code == "no-picture"


def test_a_confirmed_answer_is_no_correction(client, digit_one):
    body = {"form": to_data_url(digit_one), "label": "1", "read": "1"}
    assert client.post("/v1/corrections", body).code == "bad-request"
    assert client.get("/v1/corrections").json["count"] == 0


def test_a_server_that_only_reads_keeps_no_lines(tmp_path, lines):
    with serving(Settings(port=0, data_dir=tmp_path / "kept", read_only=True)) as client:
        assert client.post(path(BOX, "2"), lines).code == "read-only"
        assert client.get("/v1/corrections/lines").code == "read-only"
        assert client.request("DELETE", "/v1/corrections/lines/1").code == "read-only"
    assert not (tmp_path / "kept").exists()


def test_a_killed_server_loses_no_line(tmp_path, lines):
    with server_process(tmp_path) as (process, client):
        numbers = [client.post(path(BOX, str(number)), lines).json["id"] for number in range(2, 5)]
        process.kill()
    with serving(Settings(port=0, data_dir=tmp_path)) as client:
        assert [kept["id"] for kept in client.get("/v1/corrections/lines").json["lines"]] == numbers[::-1]
