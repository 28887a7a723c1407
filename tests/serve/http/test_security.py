"""Who may ask what, and what every answer carries."""

import pytest

from helpers.servers import serving
from inkdigits.serve.settings import Settings

CHANGES = [
    ("POST", "/v1/corrections"), ("DELETE", "/v1/corrections/1"), ("POST", "/v1/teaching"), ("DELETE", "/v1/teaching"),
    ("POST", "/v1/teaching/accept"), ("POST", "/v1/teaching/back"),
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
    assert client.ask(method, path, b"{}", **headers).code == "wrong-origin"


def test_the_page_itself_may(client):
    assert client.ask("DELETE", "/v1/corrections/1", Sec_Fetch_Site="same-origin").code == "not-found"


def test_other_sites_can_not_even_let_pictures_be_read(client, one):
    assert client.post("/v1/read?single=true", one, origin="http://evil.example").code == "wrong-origin"
    assert client.post("/v1/read?single=true", one, origin=None, Sec_Fetch_Site="cross-site").code == "wrong-origin"
    assert client.post("/v1/read?single=true", one, origin=None).status == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:80", "", "[::2]:80"])
def test_a_foreign_name_for_this_machine_is_refused(client, host):
    assert client.get("/", Host=host).code == "wrong-host"


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:80"])
def test_its_own_names_are_not(client, host):
    assert client.get("/healthz", Host=host).status == 200


def test_whoever_serves_others_is_asked_by_any_name(tmp_path):
    with serving(Settings("0.0.0.0", 0, data_dir=tmp_path)) as client:
        assert client.get("/healthz", Host="pad.example").status == 200
        changed = client.ask("DELETE", "/v1/corrections/1", origin="https://pad.example", Host="pad.example")
        assert changed.code == "not-found"


@pytest.mark.parametrize(
    "path",
    [
        "/../pyproject.toml", "/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/app.py", "/static/",
        "/static//etc/passwd", "//etc/passwd", "/v1", "/docs",
    ],
)  # fmt: skip
def test_no_path_reaches_the_file_system(client, path):
    assert client.get(path).code == "not-found"


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/v1/read", "POST"), ("/v1/teaching", "DELETE, GET, POST"), ("/v1/corrections/export", "GET"), ("/", "GET")],
)
def test_a_wrong_method_is_told_which_are_right(client, path, allowed):
    answer = client.ask("PUT", path)
    assert answer.code == "method"
    assert answer.headers["allow"] == allowed
