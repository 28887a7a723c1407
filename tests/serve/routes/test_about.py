from helpers.networks import digit_model, metadata_of, save
from helpers.servers import serving
from inkdigits.serve.settings import Settings
from inkdigits.version import __version__


def test_the_health_check_passes(client):
    assert client.get("/healthz").json == {"status": "ok"}


def test_the_networks_are_described(client):
    model = client.get("/v1/model").json
    assert model["digit"]["classes"] == list("0123456789")
    assert model["digit"]["taught"] is False
    assert (model["digit"]["file"], model["digit"]["origin"]) == ("digits.onnx", "shipped")
    assert {network["origin"] for network in model["lines"]} == {"shipped"}
    assert (model["version"], model["can_teach"]) == (__version__, True)
    assert (model["teach_obstacle"], model["teach_hint"], model["has_review"]) == (None, None, False)


def test_a_given_network_of_digits_is_served_and_can_be_adapted(tmp_path, digit_one):
    path = save(digit_model(), tmp_path / "own.onnx", metadata_of(provenance={"recipe": "own"}))
    with serving(Settings(port=0, model=path, data_dir=tmp_path / "kept")) as client:
        digit = client.get("/v1/model").json["digit"]
        assert digit["provenance"] == {"recipe": "own"}
        assert (digit["file"], digit["origin"]) == ("own.onnx", "given")
        assert client.post("/v1/digits", [digit_one.tolist()]).status == 200
        assert client.get("/v1/model").json["can_teach"] is True
        assert client.post("/v1/teaching").code == "too-few"


def test_a_given_network_of_letters_is_served_and_not_adapted(tmp_path, digit_one):
    path = save(digit_model(), tmp_path / "own.onnx", metadata_of(classes=list("ABCDEFGHIJ")))
    with serving(Settings(port=0, model=path, data_dir=tmp_path / "kept")) as client:
        assert client.post("/v1/digits", [digit_one.tolist()]).status == 200
        assert client.get("/v1/model").json["can_teach"] is False
        assert client.get("/v1/model").json["teach_obstacle"] == "other-classes"
        assert "the ten digits" in client.get("/v1/model").json["teach_hint"]
        assert client.post("/v1/teaching").status == 403
