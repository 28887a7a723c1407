"""`/v1/layers` and `/v1/activations`: what a program gets to see of the network's inside."""

import base64

import numpy as np
import pytest
from onnx import helper

from helpers.networks import digit_model, metadata_of, save
from helpers.servers import SMALL_LIMITS, serving
from inkdigits.pictures.png import encode_png
from inkdigits.read.onnx_model import OUTPUT
from inkdigits.serve.settings import Settings

TYPES = {"uint8": np.uint8, "float32": "<f4"}


def unpack(packed):
    values = np.frombuffer(base64.b64decode(packed["values"]), TYPES[packed["dtype"]]).reshape(packed["shape"])
    if packed["dtype"] == "float32":
        return values
    return packed["low"] + values / 255 * (packed["high"] - packed["low"])


@pytest.fixture
def form(digit_one):
    return encode_png(digit_one)


def test_layers_activations_and_a_sum_fit_together(client, picture, form):
    about = client.get("/v1/layers").json
    exact = client.post("/v1/activations?prepared=true&exact=true", form).json["layers"]
    assert [layer["shape"] for layer in about["layers"]] == [each["shape"] for each in exact]
    rounded = client.post("/v1/activations?prepared=true", form).json["layers"]
    for precise, levels in zip(exact, rounded, strict=True):
        step = (levels["high"] - levels["low"]) / 255
        assert np.abs(unpack(precise) - unpack(levels)).max() <= 0.51 * step
    answer = client.post("/v1/digits", [np.zeros((28, 28), int).tolist()]).json["digits"][0]
    assert answer["digit"] in about["classes"]
    cell = client.post("/v1/activations/cell?prepared=true&layer=0&unit=3&row=10&column=8", form).json
    assert cell["window"] == [8, 10, 13, 15]
    assert unpack(cell["inputs"]).shape == unpack(cell["weights"]).shape == (1, 5, 5)
    total = float((unpack(cell["inputs"]) * unpack(cell["weights"])).sum() + cell["bias"])
    assert total == pytest.approx(cell["sum"], abs=1e-4)
    assert unpack(exact[0])[3, 10, 8] == pytest.approx(cell["value"], abs=1e-4)
    assert about["filters"]["units"] == about["layers"][0]["shape"][0]
    assert unpack(about["filters"])[3] == pytest.approx(unpack(cell["weights"])[0], abs=0.01)


def test_a_picture_is_prepared_as_for_reading(client, picture):
    seen = client.post("/v1/activations", picture).json["form"]
    assert seen == client.post("/v1/read?single=true&forms=true", picture).json["forms"][0]


def test_ink_of_a_1_speaks_for_it(client, form):
    found = client.post("/v1/activations/evidence?prepared=true&answer=1", form).json
    evidence = unpack(found["evidence"])
    assert found["answer"] == "1"
    assert evidence.shape == (28, 28)
    assert evidence.sum() > 0


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/activations?prepared=perhaps", 400, "bad-request"),
        ("/v1/activations/cell?prepared=true&layer=99&unit=0", 400, "bad-request"),
        ("/v1/activations/cell?prepared=true&layer=0&unit=99", 400, "bad-request"),
        ("/v1/activations/cell?prepared=true&layer=0", 400, "bad-request"),
        ("/v1/activations/evidence?prepared=true&answer=x", 400, "bad-request"),
    ],
)
def test_wrong_places_are_refused(client, form, path, status, code):
    answer = client.post(path, form)
    assert (answer.status, answer.code) == (status, code)


@pytest.mark.parametrize("place", ["", "/cell", "/evidence"])
def test_the_limits_are_those_of_reading(client, small, form, place):
    query = {"": "", "/cell": "&layer=0&unit=0", "/evidence": "&answer=1"}[place]
    assert client.post(f"/v1/activations{place}?prepared=true{query}", b"no picture").code == "no-picture"
    empty = client.post(f"/v1/activations{place}?prepared=false{query}", encode_png(np.zeros((28, 28), np.uint8)))
    assert empty.code == "no-picture"
    too_large = bytes(SMALL_LIMITS.max_picture_bytes + 1)
    assert small.post(f"/v1/activations{place}?prepared=true{query}", too_large).code == "too-large"
    elsewhere = client.post(f"/v1/activations{place}?prepared=true{query}", form, origin="http://example.com")
    assert elsewhere.code == "wrong-origin"


def test_an_unknown_network_reads_and_is_not_looked_into(tmp_path, digit_one, form):
    model = digit_model()
    model.graph.node[-1].output[0] = "product"
    model.graph.node.append(helper.make_node("Softplus", ["product"], [OUTPUT]))
    path = save(model, tmp_path / "own.onnx", metadata_of())
    with serving(Settings(port=0, model=path, data_dir=tmp_path / "kept")) as client:
        assert client.post("/v1/digits", [digit_one.tolist()]).status == 200
        assert client.get("/v1/layers").code == "opaque"
        answer = client.post("/v1/activations?prepared=true", form)
        assert (answer.status, answer.code) == (422, "opaque")
        assert "Softplus" in answer.json["detail"]


def test_templates_of_a_network_with_one_layer(tmp_path):
    path = save(digit_model(), tmp_path / "own.onnx", metadata_of())
    with serving(Settings(port=0, model=path, data_dir=tmp_path / "kept")) as client:
        filters = client.get("/v1/layers").json["filters"]
    assert unpack(filters).shape == (10, 28, 28)
    weights = np.frombuffer(digit_model().graph.initializer[0].raw_data, np.float32).reshape(784, 10)
    assert unpack(filters)[4].ravel() == pytest.approx(weights[:, 4], abs=filters["high"] / 200)
