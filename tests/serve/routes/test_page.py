import pytest


def test_the_page_is_cached_until_it_changes(client):
    page = client.get("/")
    assert page.headers["content-type"].startswith("text/html")
    again = client.get("/", If_None_Match=page.headers["etag"])
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/../pyproject.toml", "/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/app.py", "/static/",
        "/static//etc/passwd", "//etc/passwd", "/v1", "/docs",
    ],
)  # fmt: skip
def test_no_path_reaches_the_file_system(client, path):
    assert client.get(path).code == "not-found"
