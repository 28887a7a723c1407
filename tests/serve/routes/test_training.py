"""Trainings over HTTP: real processes, started, steered, killed and gone on with."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from helpers.event_stream import EventStream
from helpers.pictures import to_png
from helpers.servers import Client, server_process, serving
from inkdigits.data.load import NAMES
from inkdigits.serve.settings import Settings

SHORT = {"recipe": "softmax", "data": "uci", "changes": {"epochs": 2}}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def learner(runs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with serving(Settings(port=0, data_dir=tmp_path_factory.mktemp("data"), runs=runs)) as client:
        yield client


def picture_of_one() -> bytes:
    paper = np.full((96, 96), 255, np.uint8)
    paper[20:76, 45:53] = 0
    return to_png(paper)


def test_choices_name_data_recipes_and_layers(learner: Client) -> None:
    choices = learner.get("/v1/learn").json
    assert choices["obstacle"] is None
    assert [data["name"] for data in choices["data"]] == ["uci", "mnist", *sorted(set(NAMES) - {"uci", "mnist"})]
    recipes = {recipe["name"]: recipe for recipe in choices["recipes"]}
    assert "reader-lines" not in recipes
    assert [layer["type"] for layer in recipes["softmax"]["layers"]] == ["flatten", "dense"]
    assert recipes["mlp-dropout"]["optimizer"]["name"] == "adam"


def test_settings_are_checked_before_they_are_trained(learner: Client) -> None:
    assert learner.post("/v1/learn/check", SHORT).json["parameters"] == 7850
    layers = [{"type": "flatten"}, {"type": "dense", "units": 32, "activation": "softmax"}]
    told = learner.post("/v1/learn/check", SHORT | {"changes": {"layers": layers}}).json
    assert told["error"].startswith("own: the last layer gives 32 values; expected 10 values")
    refused = learner.post("/v1/runs", SHORT | {"changes": {"layers": layers}})
    assert refused.code == "bad-request"
    for wrong in (
        {"recipe": "nothing"},
        {"data": "/etc/passwd"},
        {"seed": -1},
        {"changes": {"name": "x"}},
        {"seed": 1.5},
    ):
        assert learner.post("/v1/runs", SHORT | wrong).code == "bad-request", wrong
    assert learner.post("/v1/runs", [1]).code == "bad-request"


def test_steered_step_by_step_to_its_end_and_used(learner: Client, runs: Path) -> None:
    started = learner.post("/v1/runs", SHORT | {"paused": True})
    assert started.status == 202
    name = started.json["run"]
    stream = EventStream(learner, name)
    stream.until(lambda seen: seen.state == "paused")
    assert learner.post("/v1/runs", SHORT).code == "training"
    assert learner.request("DELETE", f"/v1/runs/{name}").code == "training"
    assert learner.post(f"/v1/runs/{name}/report").code == "bad-request"

    drawn = learner.post(f"/v1/runs/{name}/digit", picture_of_one()).json
    assert drawn["step"] == 0
    assert drawn["form"].startswith("data:image/png")
    empty = to_png(np.full((96, 96), 255, np.uint8))
    assert learner.post(f"/v1/runs/{name}/digit", empty).json == {"form": None}

    learner.post(f"/v1/runs/{name}/command", {"command": "step"})
    stream.until(lambda seen: seen.steps("pause")[-1] == 1)
    after = learner.post(f"/v1/runs/{name}/digit", picture_of_one()).json
    assert (after["step"], after["probabilities"] != drawn["probabilities"]) == (1, True)
    assert learner.post(f"/v1/runs/{name}/command", {"command": "explode"}).code == "bad-request"

    learner.post(f"/v1/runs/{name}/command", {"command": "go"})
    stream.until(lambda seen: seen.state == "complete")
    assert len(stream.steps("record")) == 2
    assert stream.snapshot is not None
    assert stream.snapshot["digits"] == 359
    # A page that was away gets what it has missed, and a second one everything.
    missed = EventStream(learner, name, stream.last_event_id)
    missed.until(lambda seen: seen.state == "complete")
    assert missed.events == []
    second = EventStream(learner, name)
    second.until(lambda seen: seen.state == "complete")
    assert second.events == stream.events
    for each in (stream, missed, second):
        each.close()

    (row,) = [row for row in learner.get("/v1/runs").json["runs"] if row["name"] == name]
    assert (row["recipe"], row["status"], row["test_digits"]) == ("softmax", "complete", 359)
    assert row["errors"] == json.loads((runs / name / "metrics.json").read_text())["test"]["errors"]
    details = learner.get(f"/v1/runs/{name}").json
    assert (details["parameters"], details["state"], len(details["records"])) == (7850, "complete", 2)

    exported = learner.post(f"/v1/runs/{name}/export").json
    assert len(learner.get("/" + exported["href"]).body) == exported["bytes"]
    finished = learner.post(f"/v1/runs/{name}/digit", picture_of_one()).json
    assert finished["step"] == row["epochs"] * 15
    shipped = learner.get("/v1/model").json["digit"]["provenance"]
    assert learner.post(f"/v1/runs/{name}/use").json == {"run": name}
    assert learner.get("/v1/model").json["digit"]["provenance"]["recipe"] == "softmax"
    # Deleted while it reads on the pad, the pad has its old network again.
    deleted = learner.request("DELETE", f"/v1/runs/{name}").json
    assert learner.get("/v1/model").json["digit"]["provenance"] == shipped
    assert learner.get("/v1/runs").json["runs"] == []
    assert learner.post("/v1/runs/restore", deleted).json == {"run": name}
    assert [row["name"] for row in learner.get("/v1/runs").json["runs"]] == [name]


def test_nothing_is_lost_when_server_and_training_are_killed(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    with server_process(tmp_path / "data", "--runs", str(runs)) as (server, client):
        name = client.post("/v1/runs", SHORT | {"paused": True}).json["run"]
        stream = EventStream(client, name)
        stream.until(lambda seen: seen.state == "paused")
        client.post(f"/v1/runs/{name}/command", {"command": "step"})
        stream.until(lambda seen: seen.steps("pause")[-1] == 1)
        server.kill()
        server.wait()
        stream.close()
    # Another server finds it as it stands, still waiting, and then killed.
    with serving(Settings(port=0, data_dir=tmp_path / "data", runs=runs)) as client:
        assert client.get("/v1/runs").json["training"] == name
        stream = EventStream(client, name)
        stream.until(lambda seen: seen.state == "paused")
        os.kill(stream.events[0]["process"], signal.SIGKILL)
        stream.until(lambda seen: seen.state == "killed")
        assert client.post(f"/v1/runs/{name}/resume").status == 202
        stream.until(lambda seen: seen.state == "complete")
        assert stream.steps("start") == [0, 1], "it went on after the step that it had taken"
        assert len(stream.steps("record")) == 2
        stream.close()


def test_a_training_that_can_not_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKDIGITS_DATA", str(tmp_path))
    (tmp_path / "train-images-idx3-ubyte").write_bytes(b"a part of MNIST")
    with serving(Settings(port=0, data_dir=tmp_path / "data", runs=tmp_path / "runs")) as client:
        name = client.post("/v1/runs", SHORT | {"data": "mnist"}).json["run"]
        stream = EventStream(client, name)
        stream.until(lambda seen: seen.state == "failed")
        assert stream.message is not None
        assert "holds a part of MNIST" in stream.message
        stream.close()
        assert client.get("/v1/runs").json == {"runs": [], "training": None}


def test_only_the_page_itself_may_train(learner: Client) -> None:
    for method, path in (("POST", "/v1/runs"), ("POST", "/v1/runs/x/use"), ("DELETE", "/v1/runs/x")):
        assert learner.request(method, path, SHORT, origin=None).code == "wrong-origin"
        assert learner.request(method, path, SHORT, origin="http://elsewhere.example").code == "wrong-origin"
    assert learner.get("/v1/runs", Host="elsewhere.example").code == "wrong-host"


@pytest.mark.parametrize("name", ["..", "%2e%2e", "..%2f..%2fetc", ".deleted", "nothing"])
def test_no_name_leads_out_of_the_folder(learner: Client, name: str) -> None:
    for path in (f"/v1/runs/{name}", f"/runs/{name}/report", f"/v1/runs/{name}/events"):
        assert learner.get(path).status in (400, 404)


def test_where_nothing_can_be_trained_it_says_why(tmp_path: Path) -> None:
    for settings, obstacle in (
        (Settings(port=0, read_only=True, runs=tmp_path), "read-only"),
        (Settings(host="0.0.0.0", port=0, data_dir=tmp_path, runs=tmp_path), "not-local"),
    ):
        with serving(settings) as client:
            assert client.get("/v1/learn").json["obstacle"] == obstacle
            assert client.post("/v1/runs", SHORT).code == "read-only"
            assert client.get("/v1/runs").code == "read-only"
