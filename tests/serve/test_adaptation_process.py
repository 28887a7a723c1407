import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpers.servers import TIMEOUT_S, Client, server_process
from inkdigits.corrections.model_registry import ModelRegistry
from inkdigits.corrections.store import CorrectionStore
from inkdigits.learn.adaptation.train import runs_path
from inkdigits.runs.folder import RunFolder


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


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the system has no /proc")
def test_an_adaptation_can_be_monitored_killed_and_cancelled(corrected):
    with server_process(corrected) as (process, client):
        started = client.post("/v1/teaching")
        assert (started.status, started.json["state"]) == (202, "running")
        assert client.post("/v1/teaching").code == "teaching"
        assert wait_until_it_learns(client)["message"] == "learning"
        (child,) = children(process.pid)
        os.kill(child, signal.SIGKILL)
        assert wait_for(client, "failed")["message"]
        assert client.get("/v1/model").json["digit"]["taught"] is False
        assert client.request("DELETE", "/v1/teaching").status == 204
        assert client.get("/v1/teaching").json["state"] == "idle"
        assert client.post("/v1/teaching").status == 202
        wait_for(client, "running")
        assert client.request("DELETE", "/v1/teaching").status == 204
        assert client.get("/v1/teaching").json["state"] == "idle"
    assert ModelRegistry(corrected).state.candidate is None


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="processes take no signals there")
def test_a_teaching_that_is_cancelled_while_it_learns_stages_nothing_and_can_be_resumed(corrected):
    with server_process(corrected) as (_, client):
        client.post("/v1/teaching")
        wait_until_it_learns(client)
        assert client.request("DELETE", "/v1/teaching").status == 204
        assert client.get("/v1/teaching").json["state"] == "idle"
    assert ModelRegistry(corrected).state.candidate is None
    assert RunFolder.open(runs_path(corrected) / "digits").status == "interrupted"


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the system has no /proc")
def test_an_adaptation_ends_with_its_server(corrected):
    with server_process(corrected) as (process, client):
        client.post("/v1/teaching")
        wait_until_it_learns(client)
        (child,) = children(process.pid)
        process.kill()
        process.wait()
        deadline_s = time.monotonic() + TIMEOUT_S
        while Path(f"/proc/{child}/stat").exists() and time.monotonic() < deadline_s:
            if Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                break
            time.sleep(0.1)
        else:
            assert not Path(f"/proc/{child}/stat").exists()
    assert ModelRegistry(corrected).current is None
    assert len(CorrectionStore(corrected).list()) == 3


def test_without_the_learn_extra_the_answer_says_how_to_install_it(corrected):
    code = (
        "import sys\nsys.modules['torch'] = None\nfrom inkdigits.cli.app import main\n"
        f"sys.argv = ['inkdigits', 'serve', '--no-open', '--port', '0', '--data-dir', {str(corrected)!r}]\nmain()"
    )
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
