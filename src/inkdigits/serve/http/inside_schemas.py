"""OpenAPI schemas of what happens inside a network, with examples. Knows nothing of how it is computed."""

from __future__ import annotations

from inkdigits.serve.http.openapi_schemas import COUNT, STRING, Schema, array, or_null, record

_NUMBER: Schema = {"type": "number"}


def _packed(**more: Schema) -> Schema:
    """Return the schema of an array in base64."""
    return record(
        None,
        (),
        shape=array(COUNT),
        dtype={"type": "string", "enum": ["uint8", "float32"]},
        values={
            "type": "string",
            "contentEncoding": "base64",
            "description": "All values in rows, little-endian. A level of uint8 is low + level / 255 * (high - low).",
        },
        low=_NUMBER,
        high=_NUMBER,
        **more,
    )


_ARRAY = _packed()

_KINDS = ["conv2d", "dense", "max_pool", "average_pool", "global_average_pool", "batch_norm"]
_LAYER = record(
    None,
    (),
    name=STRING,
    kind={"type": "string", "enum": _KINDS},
    activation=or_null({"type": "string", "enum": ["relu", "tanh", "sigmoid", "gelu"]}),
    shape=array(COUNT, minItems=1, maxItems=3),
    parameters=COUNT,
    kernel=array(COUNT, minItems=2, maxItems=2),
    strides=array(COUNT, minItems=2, maxItems=2),
)

_DENSE = {"name": "logits", "kind": "dense", "activation": None, "shape": [10], "parameters": 7850}

LAYERS = record(
    {
        "network": "9f86d081884c7d65",
        "classes": list("0123456789"),
        "parameters": 7850,
        "layers": [_DENSE | {"kernel": [1, 1], "strides": [1, 1]}],
        "filters": None,
    },
    network={"type": "string", "description": "Another one stands here once another network reads."},
    classes=array(STRING),
    parameters=COUNT,
    layers=array(_LAYER),
    filters=or_null(_packed(units=COUNT)),
)

ACTIVATIONS = record(
    {
        "form": "data:image/png;base64,…",
        "layers": [{"shape": [2], "dtype": "uint8", "values": "AP8=", "low": 0.0, "high": 1.5}],
    },
    form={"type": "string", "description": "The digit as the network saw it: a grey PNG of 28x28."},
    layers=array(_ARRAY),
)

CELL = record(
    None,
    (),
    window=or_null(array({"type": "integer"}, minItems=4, maxItems=4)),
    inputs=_ARRAY,
    weights=or_null(_ARRAY),
    bias=_NUMBER,
    sum=_NUMBER,
    value=_NUMBER,
)

EVIDENCE = record(None, (), answer=STRING, evidence=_ARRAY)
