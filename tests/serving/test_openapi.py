"""Requests that a machine made up from the OpenAPI description: each is answered as the description says.

More of them, by hand, against `inkdigits serve --no-open`:

    schemathesis run http://127.0.0.1:8000/openapi.json -n 1000 --max-time 900 -H "Origin: http://127.0.0.1:8000" \
        --exclude-path-regex 'teaching$' --exclude-path /v1/digits --exclude-checks positive_data_acceptance

and once more with `--include-path /v1/digits --suppress-health-check all`: to make up digits takes it long. The check
is left out because no schema can say what bytes are a picture. A 413 that it calls accepted (ST201) is a refusal; it
counts only some statuses as such.
"""

import warnings

import pytest

from helpers.servers import serving
from inkdigits.serving.settings import Settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings
    from schemathesis.checks import not_a_server_error

OPERATIONS = [
    ("POST", "/v1/read"), ("POST", "/v1/digits"), ("GET", "/v1/model"), ("GET", "/healthz"), ("GET", "/metrics"),
    ("GET", "/v1/corrections"), ("POST", "/v1/corrections"), ("GET", "/v1/corrections/export"),
    ("DELETE", "/v1/corrections/{number}"), ("GET", "/v1/teaching"),
]  # fmt: skip


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    with serving(Settings(port=0, data_dir=tmp_path_factory.mktemp("kept"))) as client:
        yield client, schemathesis.openapi.from_url(f"{client.address}/openapi.json")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_made_up_requests_are_answered_as_described(described, method, path):
    client, schema = described

    @given(case=schema[path][method].as_strategy())
    @settings(
        max_examples=25,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def run(case):
        response = case.call(headers={"Origin": client.address})
        case.validate_response(response, checks=[not_a_server_error])
        described = schema[path][method].definition.raw["responses"]
        assert str(response.status_code) in described
        content_type = response.headers.get("content-type", [""])[0].partition(";")[0]
        assert response.status_code == 204 or content_type in described[str(response.status_code)]["content"]

    run()
