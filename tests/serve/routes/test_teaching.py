"""Adaptation over HTTP; tests/learn/adaptation measures what is learned."""

import numpy as np

from helpers.servers import serving
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
