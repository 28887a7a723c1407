import os
import re
import signal
import subprocess
import sys
import time

import pytest

from helpers.odd_digits import BARRED_2, draw_normalized
from helpers.servers import TIMEOUT_S, server_process
from inkdigits.corrections.model_registry import ModelRegistry
from inkdigits.corrections.store import CorrectionStore


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_its_address_answers_and_ends_in_peace(tmp_path, end):
    with server_process(tmp_path) as (process, client):
        assert client.get("/healthz").status == 200
        process.send_signal(end)
        out, error = process.communicate(timeout=TIMEOUT_S)
    assert (process.returncode, error) == (0, "")
    assert not out


def test_a_server_that_only_reads_leaves_no_trace_at_home(tmp_path, one_digit):
    with server_process(tmp_path / "kept", "--read-only", environment={"HOME": str(tmp_path)}) as (process, client):
        assert client.post("/v1/digits", one_digit).status == 200
        process.terminate()
        process.communicate(timeout=TIMEOUT_S)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def one_digit():
    return [[[0] * 28] * 28]


@pytest.mark.skipif(sys.platform == "win32", reason="browsers are found in another way there")
def test_it_opens_the_browser_at_its_address(tmp_path):
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/opening && mv {tmp_path}/opening {tmp_path}/opened\n')
    browser.chmod(0o755)
    with subprocess.Popen(
        [sys.executable, "-m", "inkdigits", "serve", "--port", "0", "--read-only"],
        env=os.environ | {"BROWSER": f"{browser} %s"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        address = process.stdout.readline().split()[0]
        deadline_s = time.monotonic() + TIMEOUT_S
        while not (tmp_path / "opened").exists() and time.monotonic() < deadline_s:
            time.sleep(0.02)
        process.terminate()
    assert (tmp_path / "opened").read_text().strip() == address


def test_a_port_that_is_taken_is_told(tmp_path, inkdigits):
    with server_process(tmp_path) as (_, client):
        done = inkdigits("serve", "--no-open", "--port", client.port)
    assert done.status == 1
    assert re.fullmatch(r"error: 127\.0\.0\.1:\d+ can't be listened on .*; choose another --port.*\n", done.stderr)


def test_an_address_of_another_machine_is_told(inkdigits):
    done = inkdigits("serve", "--no-open", "--host", "192.0.2.1")
    assert done.status == 1
    assert "can't be listened on" in done.stderr


def test_a_model_that_is_none_is_told(inkdigits, tmp_path):
    (tmp_path / "no.onnx").write_bytes(b"no")
    done = inkdigits("serve", "--no-open", "--port", 0, "--model", tmp_path / "no.onnx")
    assert done.status == 1
    assert done.stderr.startswith("error: ")


def test_serving_others_is_warned_of(tmp_path):
    with server_process(tmp_path, "--host", "0.0.0.0") as (process, client):
        assert client.get("/healthz").status == 200
        process.terminate()
        _, error = process.communicate(timeout=TIMEOUT_S)
    assert error.splitlines() == [
        "warning: everyone who reaches 0.0.0.0 can read pictures here, correct and teach (--read-only forbids that)"
    ]


def test_a_missing_serve_half_is_told_of():
    code = (
        "import sys\nsys.modules['fastapi'] = None\nfrom inkdigits.cli.app import main\n"
        "sys.argv = ['inkdigits', 'serve', '--no-open']\nmain()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("error: fastapi is not installed; expected the serve half")
    assert 'pip install "inkdigits[serve]"' in done.stderr


def test_serving_imports_nothing_of_the_learn_half():
    code = (
        "import sys\nfrom inkdigits.serve.run import Server\n"
        "heavy = {'torch', 'matplotlib', 'sklearn', 'onnx', 'scipy', 'safetensors'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_there_is_help_with_an_example(inkdigits):
    for command in ("serve", "teach"):
        done = inkdigits(command, "--help")
        assert f"Example: inkdigits {command}" in " ".join(done.stdout.split())


def test_teaching_without_corrections_is_told(inkdigits, tmp_path):
    done = inkdigits("teach", "--data-dir", tmp_path, "--data", "uci")
    assert done.status == 1
    assert "there are no corrections" in done.stderr


def test_what_waits_is_accepted_and_taken_back(inkdigits, tmp_path):
    with ModelRegistry(tmp_path).stage({}) as path:
        (path / "digits.onnx").write_bytes(b"a network")
    accepted = inkdigits("teach", "--accept", "--data-dir", tmp_path, "--json").json
    assert accepted["in_use"].endswith("taught-0001")
    assert inkdigits("teach", "--back", "--data-dir", tmp_path, "--json").json["in_use"] is None
    again = inkdigits("teach", "--back", "--data-dir", tmp_path)
    assert (again.status, again.stderr[:6]) == (1, "error:")


def test_a_teaching_shows_both_figures_and_waits(inkdigits, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "inkdigits.learn.adaptation.adapt.adapt.__kwdefaults__", {"replay": None, "steps": 3, "seed": 1}
    )
    store = CorrectionStore(tmp_path)
    for form in draw_normalized(BARRED_2, 6, seed=1):
        store.add(form, label="2", read="7")
    done = inkdigits("teach", "--data-dir", tmp_path, "--data", "uci")
    assert done.status == 0
    assert re.search(r"uci test: \d+\.\d\d\s% before, \d+\.\d\d\s% after \(359 digits\)", done.stdout)
    assert re.search(r"digits held back: .* \(1 digits\)", done.stdout)
    assert "inkdigits teach --accept" in done.stdout
    assert "in use: the shipped network" in done.stdout
