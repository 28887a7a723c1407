"""Requests generated from the OpenAPI description are answered as it says.

`python benchmarks/serving_fuzz.py` sends ten thousand of them.
"""

import warnings

import pytest

from helpers.servers import serving
from inkdigits.serve.settings import Settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import response_schema_conformance

FEW, MANY = 3, 25
"""Generating a digit of 784 numbers takes as long as generating hundreds of other requests."""

OPERATIONS = [
    ("POST", "/v1/read"), ("POST", "/v1/digits"), ("GET", "/v1/model"), ("GET", "/healthz"), ("GET", "/metrics"),
    ("GET", "/v1/corrections"), ("POST", "/v1/corrections"), ("GET", "/v1/corrections/export"),
    ("DELETE", "/v1/corrections/{number}"), ("GET", "/v1/corrections/lines"), ("POST", "/v1/corrections/lines"),
    ("DELETE", "/v1/corrections/lines/{number}"), ("GET", "/v1/teaching"), ("GET", "/v1/layers"),
    ("POST", "/v1/activations"), ("POST", "/v1/activations/cell"), ("POST", "/v1/activations/evidence"),
]  # fmt: skip


@pytest.fixture(scope="module")
def client_and_schema(tmp_path_factory):
    with serving(Settings(port=0, data_dir=tmp_path_factory.mktemp("data"))) as client:
        yield client, schemathesis.openapi.from_url(f"{client.address}/openapi.json")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_generated_requests_are_answered_as_described(client_and_schema, method, path):
    client, schema = client_and_schema

    @given(case=schema[path][method].as_strategy())
    @settings(
        max_examples=FEW if path == "/v1/digits" else MANY,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def run(case):
        response = case.call(headers={"Origin": client.address})
        case.validate_response(response, checks=[not_a_server_error, response_schema_conformance])
        responses = schema[path][method].definition.raw["responses"]
        assert str(response.status_code) in responses
        content_type = response.headers.get("content-type", [""])[0].partition(";")[0]
        assert response.status_code == 204 or content_type in responses[str(response.status_code)]["content"]

    run()


def test_examples_are_valid_requests(client):
    spec = client.get("/openapi.json").json
    assert {"/v1/read", "/v1/digits", "/v1/model", "/healthz", "/metrics"} <= set(spec["paths"])
    body = spec["paths"]["/v1/digits"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert client.post("/v1/digits", body["example"]).json["digits"][0]["digit"] == "1"
    correction = spec["paths"]["/v1/corrections"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert client.post("/v1/corrections", correction["example"]).status == 201
    answer = spec["paths"]["/v1/read"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert answer["example"]["text"] == "7"
