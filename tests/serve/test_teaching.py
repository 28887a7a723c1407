"""Teaching over HTTP, in a process of its own; what is learned is measured in tests/teaching."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from helpers.odd_digits import BARRED_2, forms
from helpers.servers import PATIENCE_S, server_process, serving
from inkdigits.corrections.model_registry import ModelRegistry
from inkdigits.corrections.store import CorrectionStore
from inkdigits.data.load import load
from inkdigits.learn.adaptation.adapt import adapt
from inkdigits.learn.adaptation.train import run_path
from inkdigits.runs.folder import RunFolder
from inkdigits.serve.settings import Settings


@pytest.fixture
def corrected(tmp_path, monkeypatch):
    """A folder with a few corrections, on a machine without MNIST."""
    monkeypatch.setenv("INKDIGITS_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    store = CorrectionStore(tmp_path / "kept")
    for form in forms(BARRED_2, 3, seed=1):
        store.add(form, label="2", read="7")
    return tmp_path / "kept"


def wait_for(client, *states):
    """Ask until teaching stands so."""
    deadline_s = time.monotonic() + 900
    while time.monotonic() < deadline_s:
        status = client.get("/v1/teaching").json
        if status["state"] in states:
            return status
        time.sleep(0.1)
    raise AssertionError(status)


def wait_until_it_learns(client):
    while (status := wait_for(client, "running"))["progress"] < 0.06:
        time.sleep(0.05)
    return status


def children(process):
    """Return the numbers of the processes that `process` started."""
    return [
        int(stat.parent.name)
        for stat in Path("/proc").glob("[0-9]*/stat")
        if stat.exists() and int(stat.read_text().rpartition(")")[2].split()[1]) == process
    ]


def test_without_corrections_there_is_nothing_to_teach(client):
    assert client.post("/v1/teaching").code == "too-few"
    assert client.get("/v1/teaching").json["state"] == "idle"


def test_nothing_waits_at_first(client):
    assert client.post("/v1/teaching/accept").code == "nothing-waits"
    assert client.post("/v1/teaching/back").code == "nothing-waits"
    assert client.ask("DELETE", "/v1/teaching").status == 204


def test_what_was_taught_is_used_after_a_yes_and_one_can_go_back(corrected):
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


def test_a_damaged_taught_network_is_never_used(corrected):
    networks = ModelRegistry(corrected)
    with networks.stage({}) as path:
        path.write_bytes(b"damaged")
    with serving(Settings(port=0, data_dir=corrected)) as client:
        assert client.post("/v1/teaching/accept").code == "bad-request"
        assert client.get("/v1/model").json["digit"]["taught"] is False
    networks.accept()
    with serving(Settings(port=0, data_dir=corrected)) as client:
        assert client.get("/v1/model").json["digit"]["taught"] is False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the system has no /proc")
def test_a_teaching_can_be_watched_killed_and_cancelled(corrected):
    with server_process(corrected) as (process, client):
        started = client.post("/v1/teaching")
        assert (started.status, started.json["state"]) == (202, "running")
        assert client.post("/v1/teaching").code == "teaching"
        assert wait_until_it_learns(client)["message"] == "learning"
        (child,) = children(process.pid)
        os.kill(child, signal.SIGKILL)
        assert wait_for(client, "failed")["message"]
        assert client.get("/v1/model").json["digit"]["taught"] is False
        assert client.ask("DELETE", "/v1/teaching").status == 204
        assert client.get("/v1/teaching").json["state"] == "idle"
        assert client.post("/v1/teaching").status == 202
        wait_for(client, "running")
        assert client.ask("DELETE", "/v1/teaching").status == 204
        assert client.get("/v1/teaching").json["state"] == "idle"
    assert ModelRegistry(corrected).state.candidate is None


@pytest.mark.skipif(os.name == "nt", reason="processes take no signals there")
def test_a_teaching_that_is_cancelled_while_it_learns_stages_nothing_and_can_be_resumed(corrected):
    with server_process(corrected) as (_, client):
        client.post("/v1/teaching")
        wait_until_it_learns(client)
        assert client.ask("DELETE", "/v1/teaching").status == 204
        assert client.get("/v1/teaching").json["state"] == "idle"
    assert ModelRegistry(corrected).state.candidate is None
    assert RunFolder.open(run_path(corrected)).status == "interrupted"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the system has no /proc")
def test_a_teaching_ends_with_its_server(corrected):
    with server_process(corrected) as (process, client):
        client.post("/v1/teaching")
        wait_until_it_learns(client)
        (child,) = children(process.pid)
        process.kill()
        process.wait()
        deadline_s = time.monotonic() + PATIENCE_S
        while Path(f"/proc/{child}/stat").exists() and time.monotonic() < deadline_s:
            if Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                break
            time.sleep(0.1)
        else:
            assert not Path(f"/proc/{child}/stat").exists()
    assert ModelRegistry(corrected).current is None
    assert len(CorrectionStore(corrected).list()) == 3


def test_without_the_learn_half_the_page_is_told_how_to_get_it(corrected):
    code = (
        "import sys\nsys.modules['torch'] = None\nfrom inkdigits.cli.app import main\n"
        f"sys.argv = ['inkdigits', 'serve', '--no-open', '--port', '0', '--data-dir', {str(corrected)!r}]\nmain()"
    )
    from helpers.servers import Client

    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        try:
            client = Client(process.stdout.readline().split()[0])
            answer = client.post("/v1/teaching")
            assert (answer.status, answer.code) == (501, "learn-missing")
            assert 'pip install "inkdigits[learn]"' in answer.json["detail"]
            assert client.get("/v1/teaching").json["state"] == "unavailable"
            model = client.get("/v1/model").json
            assert model["teach_obstacle"] == "learn-missing"
            assert 'pip install "inkdigits[learn]"' in model["teach_hint"]
        finally:
            process.kill()
