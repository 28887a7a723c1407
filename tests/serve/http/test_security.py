"""Who may ask what, and what every answer carries."""

import time

import pytest

from helpers.servers import Client, Response, send, serving
from inkdigits.serve.settings import Limits, Settings

CHANGES = [
    ("POST", "/v1/corrections"), ("DELETE", "/v1/corrections/1"), ("POST", "/v1/teaching"), ("DELETE", "/v1/teaching"),
    ("POST", "/v1/teaching/accept"), ("POST", "/v1/teaching/back"),
    ("POST", "/v1/runs"), ("POST", "/v1/runs/a/command"), ("DELETE", "/v1/runs/a"), ("POST", "/v1/learn/check"),
]  # fmt: skip


@pytest.mark.parametrize("path", ["/", "/healthz", "/nowhere", "/v1/model", "/static/nothing.js"])
def test_every_answer_carries_the_security_headers(client, path):
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers
    assert "server" not in headers


@pytest.mark.parametrize(("method", "path"), CHANGES)
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": None}, {"origin": "null"}, {"origin": "http://evil.example"}, {"origin": "http://127.0.0.1:1"},
        {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"}, {"Sec_Fetch_Site": "none"},
    ],
)  # fmt: skip
def test_changes_are_made_by_the_page_itself_only(client, method, path, headers):
    assert client.request(method, path, b"{}", **headers).code == "wrong-origin"


def test_the_page_itself_may_make_changes(client):
    assert client.request("DELETE", "/v1/corrections/1", Sec_Fetch_Site="same-origin").code == "not-found"


def test_other_sites_can_not_even_let_pictures_be_read(client, picture):
    assert client.post("/v1/read?single=true", picture, origin="http://evil.example").code == "wrong-origin"
    assert client.post("/v1/read?single=true", picture, origin=None, Sec_Fetch_Site="cross-site").code == "wrong-origin"
    assert client.post("/v1/read?single=true", picture, origin=None).status == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:80", "", "[::2]:80"])
def test_another_host_name_is_refused(client, host):
    assert client.get("/", Host=host).code == "wrong-host"


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:80"])
def test_names_of_this_machine_are_accepted(client, host):
    assert client.get("/healthz", Host=host).status == 200


def test_a_server_for_others_accepts_any_host_name(tmp_path):
    with serving(Settings("0.0.0.0", 0, data_dir=tmp_path)) as client:
        assert client.get("/healthz", Host="pad.example").status == 200
        changed = client.request("DELETE", "/v1/corrections/1", origin="https://pad.example", Host="pad.example")
        assert changed.code == "not-found"


def wait_for_status(client: Client, status: int) -> Response:
    """Ask until the answer has this status."""
    deadline_s = time.monotonic() + 60
    while (answer := client.get("/healthz")).status != status:
        if time.monotonic() > deadline_s:
            pytest.fail(f"it still answers {answer}")
        time.sleep(0.01)
    return answer


def test_too_many_open_requests_are_refused(tmp_path):
    limits = Limits(max_open_requests=2, body_timeout_s=60)
    with serving(Settings(port=0, data_dir=tmp_path, limits=limits)) as client:
        head = f"POST /v1/read HTTP/1.1\r\nHost: 127.0.0.1:{client.port}\r\nContent-Length: 100\r\n\r\nx".encode()
        waiting = [send(client, head) for _ in range(2)]
        refused = wait_for_status(client, 503)
        assert refused.code == "busy"
        for connection in waiting:
            connection.close()
        wait_for_status(client, 200)
