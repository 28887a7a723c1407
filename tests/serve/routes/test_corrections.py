import io
import zipfile

import numpy as np
import pytest

from helpers.odd_digits import BARRED_2, draw_normalized
from helpers.servers import server_process, serving
from inkdigits.data.load import load
from inkdigits.serve.digit_images import to_data_url
from inkdigits.serve.settings import Settings


@pytest.fixture
def fresh(tmp_path):
    """A server without corrections."""
    with serving(Settings(port=0, data_dir=tmp_path)) as client:
        yield client


def correction(digit, label="7", read="1"):
    return {"form": to_data_url(digit), "label": label, "read": read}


def test_a_correction_is_kept_listed_and_undone(fresh, digit_one):
    made = fresh.post("/v1/corrections", correction(digit_one))
    assert made.status == 201
    assert made.json | {"time": ""} == correction(digit_one) | {"id": 1, "time": ""}
    second = fresh.post("/v1/corrections", correction(digit_one, None, None)).json
    assert fresh.get("/v1/corrections").json == {"corrections": [second, made.json], "count": 2}
    assert fresh.request("DELETE", "/v1/corrections/1").status == 204
    assert fresh.request("DELETE", "/v1/corrections/1").code == "not-found"
    assert fresh.get("/v1/corrections").json["corrections"] == [second]


def test_a_form_from_a_reading_can_be_corrected(fresh, picture):
    read = fresh.post("/v1/read?single=true&forms=true", picture).json
    body = {"form": read["forms"][0], "label": "7", "read": read["text"]}
    assert fresh.post("/v1/corrections", body).json["form"] == read["forms"][0]


def test_the_export_is_a_data_set(fresh, tmp_path):
    drawn = draw_normalized(BARRED_2, 4, 0)
    for digit in drawn:
        fresh.post("/v1/corrections", correction(digit, "2"))
    fresh.post("/v1/corrections", correction(drawn[0], None))
    answer = fresh.get("/v1/corrections/export")
    assert answer.headers["content-type"] == "application/zip"
    assert "attachment" in answer.headers["content-disposition"]
    zipfile.ZipFile(io.BytesIO(answer.body)).extractall(tmp_path / "out")
    data = load(tmp_path / "out", one_class=True)
    assert (data.classes, len(data.train) + len(data.test)) == (("2",), 4)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", [], {}, {"form": 7, "label": "7"}, {"form": "data:,", "label": "7"},
        {"form": "data:image/png;base64,####", "label": "7"}, {"form": "data:image/png;base64,AAAA", "label": "7"},
        correction(np.zeros((28, 28), np.uint8), "10"), correction(np.zeros((28, 28), np.uint8), 7),
        correction(np.zeros((28, 28), np.uint8), "7", ["1"]),
        {"form": to_data_url(np.zeros((27, 28), np.uint8)), "label": "7"},
        {"form": to_data_url(np.zeros((28, 28), np.uint8))},
    ],
)  # fmt: skip
def test_an_invalid_correction_is_a_problem(client, body):
    assert client.post("/v1/corrections", body).code == "bad-request"


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", "99999999999999999999"])
def test_an_invalid_id_is_a_problem(client, number):
    assert client.request("DELETE", f"/v1/corrections/{number}").code in ("bad-request", "not-found")


def test_a_long_correction_is_too_large(client):
    assert client.post("/v1/corrections", b"x" * 20_000).code == "too-large"


def test_a_server_that_only_reads_writes_nothing(tmp_path, digit_one, picture):
    with serving(Settings(port=0, data_dir=tmp_path / "kept", read_only=True)) as client:
        assert client.post("/v1/read?single=true", picture).json["text"] == "1"
        assert client.post("/v1/corrections", correction(digit_one)).code == "read-only"
        assert client.get("/v1/corrections").code == "read-only"
        assert client.get("/v1/corrections/export").code == "read-only"
        assert client.request("DELETE", "/v1/corrections/1").code == "read-only"
        assert client.post("/v1/teaching").code == "read-only"
        assert client.get("/v1/teaching").json["state"] == "unavailable"
        model = client.get("/v1/model").json
        assert (model["can_teach"], model["teach_obstacle"]) == (False, "read-only")
    assert not (tmp_path / "kept").exists()


def test_a_folder_that_can_not_be_written_is_a_problem(tmp_path, digit_one):
    (tmp_path / "kept").write_text("a file is in the way")
    with serving(Settings(port=0, data_dir=tmp_path / "kept")) as client:
        assert client.get("/v1/corrections").json["count"] == 0
        assert client.post("/v1/corrections", correction(digit_one)).code == "storage"


def test_a_killed_server_loses_nothing(tmp_path, digit_one):
    with server_process(tmp_path) as (process, client):
        numbers = [client.post("/v1/corrections", correction(digit_one)).json["id"] for _ in range(3)]
        process.kill()
    with serving(Settings(port=0, data_dir=tmp_path)) as client:
        assert [kept["id"] for kept in client.get("/v1/corrections").json["corrections"]] == numbers[::-1]
