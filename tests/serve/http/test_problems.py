import pytest


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/v1/read", "POST"), ("/v1/teaching", "DELETE, GET, POST"), ("/v1/corrections/export", "GET"), ("/", "GET")],
)
def test_a_wrong_method_gets_the_allowed_ones(client, path, allowed):
    answer = client.request("PUT", path)
    assert answer.code == "method"
    assert answer.headers["allow"] == allowed
