"""Adaptation over HTTP; tests/learn/adaptation measures what is learned."""

import numpy as np

from helpers.networks import digit_model, metadata_of, save
from helpers.servers import serving
from inkdigits.corrections.lines import LineStore
from inkdigits.corrections.model_registry import ModelRegistry
from inkdigits.data.load import load
from inkdigits.learn.adaptation.adapt import adapt
from inkdigits.serve.settings import Settings


def test_without_corrections_there_is_nothing_to_learn(client):
    assert client.post("/v1/teaching").code == "too-few"
    assert client.get("/v1/teaching").json["state"] == "idle"


def test_at_first_there_is_no_candidate(client):
    assert client.post("/v1/teaching/accept").code == "nothing-waits"
    assert client.post("/v1/teaching/back").code == "nothing-waits"
    assert client.request("DELETE", "/v1/teaching").status == 204


def test_an_adapted_network_is_used_once_accepted_and_can_be_rolled_back(corrected):
    unsure = np.random.default_rng(0).integers(0, 256, (28, 28))  # of a clear digit both would be quite sure
    result = adapt(corrected, lambda share, message: None, replay=load("uci"), steps=3)
    with serving(Settings(port=0, data_dir=corrected)) as client:
        ready = client.get("/v1/teaching").json
        assert (ready["state"], ready["result"], ready["taught"]) == ("ready", result, False)
        before = client.post("/v1/digits", [unsure.tolist()]).json
        assert client.post("/v1/teaching/accept").json["taught"] is True
        assert client.get("/v1/model").json["digit"]["taught"] is True
        assert "taught_from" in client.get("/v1/model").json["digit"]["provenance"]
        assert client.post("/v1/digits", [unsure.tolist()]).json != before
    with serving(Settings(port=0, data_dir=corrected)) as client:
        assert client.get("/v1/model").json["digit"]["taught"] is True
        assert client.post("/v1/teaching/back").json["taught"] is False
        assert client.post("/v1/digits", [unsure.tolist()]).json == before


def test_a_damaged_adapted_network_is_never_used(corrected):
    networks = ModelRegistry(corrected)
    with networks.stage({}) as path:
        (path / "digits.onnx").write_bytes(b"damaged")
    with serving(Settings(port=0, data_dir=corrected)) as client:
        assert client.post("/v1/teaching/accept").code == "bad-request"
        assert client.get("/v1/model").json["digit"]["taught"] is False
    networks.accept()
    with serving(Settings(port=0, data_dir=corrected)) as client:
        assert client.get("/v1/model").json["digit"]["taught"] is False


def test_what_waits_can_be_tried_and_what_is_used_is_told(tmp_path, picture):
    figures = {
        "mnist": {"old": 0.9, "new": 0.95, "examples": 100, "name": "uci"},
        "corrections": {"old": 0.0, "new": 1.0, "examples": 2},
        "recommended": True,
        "reason": "better",
        "seconds": 1.0,
    }
    with serving(Settings(port=0, data_dir=tmp_path)) as client:
        assert client.post("/v1/read?single=true&candidate=true", picture).code == "nothing-waits"
        registry = ModelRegistry(tmp_path)
        with registry.stage(figures) as folder:
            save(digit_model(), folder / "digits.onnx", metadata_of())
        path = "/v1/read?single=true&min_confidence=0"
        before = client.post(path, picture).json["lines"][0]["digits"][0]
        tried = client.post(f"{path}&candidate=true", picture).json["lines"][0]["digits"][0]
        assert (before["digit"], tried["confidence"] < before["confidence"]) == ("1", True)
        assert client.post(path, picture).json["lines"][0]["digits"][0] == before
        assert client.get("/v1/teaching").json["in_use"] is None
        accepted = client.post("/v1/teaching/accept").json
        assert accepted["in_use"] == {
            "name": registry.current.name,
            "date": registry.current.date,
            "result": figures,
        }
        assert client.post(path, picture).json["lines"][0]["digits"][0] == tried
        model = client.get("/v1/model").json
        assert (model["digit"]["origin"], model["lines"][0]["origin"]) == ("taught", "shipped")
        assert client.post("/v1/read?candidate=true", picture).code == "nothing-waits"


def test_a_line_alone_can_be_taught(tmp_path):
    LineStore(tmp_path).add(np.full((60, 200), 200, np.uint8), text="12", read=None)
    with serving(Settings(port=0, data_dir=tmp_path)) as client:
        assert client.post("/v1/teaching").json["state"] == "running"
        assert client.request("DELETE", "/v1/teaching").status == 204
