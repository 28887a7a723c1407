import threading
import time

import numpy as np
from prometheus_client.parser import text_string_to_metric_families

from helpers.networks import digit_model, metadata_of, save
from helpers.pictures import to_png
from helpers.servers import serving
from inkdigits.serve.settings import Settings
from inkdigits.version import __version__


def test_a_server_says_that_it_is_well(client):
    assert client.get("/healthz").json == {"status": "ok"}


def test_the_networks_say_where_they_come_from(client):
    model = client.get("/v1/model").json
    assert model["digit"]["classes"] == list("0123456789")
    assert model["digit"]["taught"] is False
    assert model["lines"]
    assert (model["version"], model["can_teach"]) == (__version__, True)
    assert (model["teach_obstacle"], model["teach_hint"]) == (None, None)


def test_another_network_is_served_and_not_taught(tmp_path, form):
    path = save(digit_model(), tmp_path / "own.onnx", metadata_of(provenance={"recipe": "own"}))
    with serving(Settings(port=0, model=path, data_dir=tmp_path / "kept")) as client:
        assert client.get("/v1/model").json["digit"]["provenance"] == {"recipe": "own"}
        assert client.post("/v1/digits", [form.tolist()]).status == 200
        assert client.get("/v1/model").json["can_teach"] is False
        assert client.get("/v1/model").json["teach_obstacle"] == "own-model"
        assert "--model" in client.get("/v1/model").json["teach_hint"]
        assert client.post("/v1/teaching").status == 403


def test_requests_are_counted_by_route_and_never_by_what_a_client_makes_up(client, form):
    client.get("/static/made-up-1.js")
    client.get("/made/up/2")
    client.post("/v1/digits", [form.tolist()] * 3)
    text = client.get("/metrics").body.decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    routes = {sample.labels["route"] for sample in samples if "route" in sample.labels}
    assert "/v1/digits" in routes
    assert not [route for route in routes if "made" in route]
    counted = {sample.name: sample.value for sample in samples if sample.name.startswith("inkdigits_batch_digits_")}
    assert counted["inkdigits_batch_digits_sum"] >= 3
    assert "process_resident_memory_bytes" in {sample.name for sample in samples}


def test_digits_of_many_clients_are_read_together(tmp_path, form):
    with serving(Settings(port=0, data_dir=tmp_path)) as client:
        body = [form.tolist()]
        alone = client.post("/v1/digits", body).json
        answers = []
        askers = [
            threading.Thread(target=lambda: answers.extend(client.post("/v1/digits", body).json for _ in range(5)))
            for _ in range(16)
        ]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()
        assert len(answers) == 80
        for answer in answers:
            assert answer["digits"][0]["digit"] == alone["digits"][0]["digit"]
            assert abs(answer["digits"][0]["confidence"] - alone["digits"][0]["confidence"]) < 1e-3
        text = client.get("/metrics").body.decode()
        calls = next(
            float(line.split()[1]) for line in text.splitlines() if line.startswith("inkdigits_batch_digits_count")
        )
        assert calls <= 81


def test_openapi_describes_every_route_with_an_example(client):
    spec = client.get("/openapi.json").json
    assert {"/v1/read", "/v1/digits", "/v1/model", "/healthz", "/metrics"} <= set(spec["paths"])
    body = spec["paths"]["/v1/digits"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert client.post("/v1/digits", body["example"]).json["digits"][0]["digit"] == "1"
    correction = spec["paths"]["/v1/corrections"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert client.post("/v1/corrections", correction["example"]).status == 201
    answer = spec["paths"]["/v1/read"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert answer["example"]["text"] == "7"


def test_the_page_is_kept_only_until_it_changes(client):
    page = client.get("/")
    assert page.headers["content-type"].startswith("text/html")
    again = client.get("/", If_None_Match=page.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def test_stopping_answers_what_was_asked(tmp_path):
    crowded = to_png(np.random.default_rng(0).integers(0, 2, (300, 300), dtype=np.uint8) * 255)
    answers = []
    with serving(Settings(port=0, data_dir=tmp_path)) as client:
        asker = threading.Thread(target=lambda: answers.append(client.post("/v1/read", crowded)))
        asker.start()
        while "inkdigits_pictures_waiting 1.0" not in client.get("/metrics").body.decode() and not answers:
            time.sleep(0.005)
    asker.join()
    assert answers[0].status == 200
