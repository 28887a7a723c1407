import re

import pytest

from helpers.servers import Client
from inkdigits.cli.watch_page import watch_page


def test_the_page_of_a_run_is_served_while_it_is_trained(tmp_path, capsys):
    with watch_page(tmp_path / "runs" / "my run"):
        address, run = re.fullmatch(r"Watch: (http://127.0.0.1:\d+/)#learn/(.+)\n", capsys.readouterr().err).groups()
        assert run == "my%20run"
        client = Client(address)
        assert client.get("/v1/runs").json == {"runs": [], "training": None}
    with pytest.raises(ConnectionRefusedError):
        client.get("/healthz")


def test_without_the_serve_half_it_says_what_to_install(tmp_path, inkdigits, monkeypatch):
    monkeypatch.setattr("inkdigits.cli.watch_page.find_spec", lambda name: None)
    done = inkdigits("train", "softmax", "--data", "uci", "--out", tmp_path / "run", "--watch")
    assert done.status == 1
    assert 'pip install "inkdigits[serve]"' in done.stderr
    assert not (tmp_path / "run").exists()


def test_only_one_training_is_watched(inkdigits):
    done = inkdigits("train", "softmax", "--data", "uci", "--seeds", "2", "--watch")
    assert done.status == 1
    assert "--watch and --seeds; expected one training to watch" in done.stderr
