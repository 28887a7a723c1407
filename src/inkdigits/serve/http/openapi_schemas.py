"""What OpenAPI says of requests and answers, with examples. Knows nothing of how they are made."""

from __future__ import annotations

from typing import Any

import numpy as np

from inkdigits.serve.digit_images import to_data_url

Schema = dict[str, Any]


def json_answer(description: str, schema: Schema) -> Schema:
    """Return the description of an answer in JSON; the schema brings its example."""
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def json_body(schema: Schema) -> Schema:
    """Return the description of a body in JSON."""
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def record(example: Schema | None = None, optional: tuple[str, ...] = (), **properties: Schema) -> Schema:
    """Return the schema of an object; all that is not optional is always there."""
    required = [name for name in properties if name not in optional]
    described: Schema = {"type": "object", "required": required, "properties": properties}
    return described | ({"example": example} if example else {})


def array(items: Schema, **limits: int) -> Schema:
    """Return the schema of an array."""
    return {"type": "array", "items": items, **limits}


def or_null(schema: Schema) -> Schema:
    """Return the schema of what may also be null."""
    return {"anyOf": [schema, {"type": "null"}]}


STRING: Schema = {"type": "string"}
BOOLEAN: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
LABEL: Schema = {"type": "string", "enum": list("0123456789")}

BOX = array({"type": "integer"}, minItems=4, maxItems=4)
ALTERNATIVE = record(digit=STRING, confidence=SHARE)
DIGIT = record(digit=STRING, confidence=SHARE, box=BOX, alternatives=array(ALTERNATIVE))
LINE = record(text=STRING, confidence=SHARE, box=BOX, digits=array(DIGIT))

_SEVEN = {"digit": "7", "confidence": 0.98, "alternatives": [{"digit": "1", "confidence": 0.012}]}
_SEVEN_IN_PLACE = _SEVEN | {"box": [4, 2, 20, 30]}
_LINE = {"text": "7", "confidence": 0.98, "box": [4, 2, 20, 30], "digits": [_SEVEN_IN_PLACE]}

READING = record(
    {"file": None, "text": "7", "lines": [_LINE], "refused": []},
    optional=("forms", "width", "height"),
    file=or_null(STRING),
    text=STRING,
    lines=array(LINE),
    refused=array(LINE),
    forms=array(STRING),
    width=COUNT,
    height=COUNT,
)

_BINARY: Schema = {"type": "string", "format": "binary"}

PICTURE_BODY: Schema = {
    "required": True,
    "description": "A PNG, JPEG, TIFF, WebP, GIF or BMP of at most 10 MB and 40 million pixels.",
    "content": {
        "application/octet-stream": {"schema": _BINARY},
        "multipart/form-data": {"schema": record(file=_BINARY)},
    },
}

_ONE = [[255 if 4 <= row < 24 and 13 <= column < 15 else 0 for column in range(28)] for row in range(28)]

DIGITS_BODY = json_body(
    array(
        array(
            array({"type": "integer", "minimum": 0, "maximum": 255}, minItems=28, maxItems=28), minItems=28, maxItems=28
        ),
        minItems=1,
        maxItems=256,
    )
    | {"example": [_ONE]}
)

DIGITS = record(
    {"digits": [_SEVEN]}, digits=array(record(digit=STRING, confidence=SHARE, alternatives=array(ALTERNATIVE)))
)

NETWORK = record(classes=array(STRING), provenance={"type": "object"}, measured={"type": "object"}, taught=BOOLEAN)
MODEL = record(
    {
        "digit": {
            "classes": list("0123456789"),
            "provenance": {"recipe": "reader", "seed": 1},
            "measured": {"split": "test", "examples": 10000, "errors": 40, "accuracy": 0.996},
            "taught": False,
        },
        "lines": [],
        "version": "0.1.0",
        "can_teach": True,
        "teach_obstacle": None,
        "teach_hint": None,
    },
    digit=NETWORK,
    lines=array(record(classes=array(STRING), provenance={"type": "object"}, measured={"type": "object"})),
    version=STRING,
    can_teach=BOOLEAN,
    teach_obstacle=or_null({"type": "string", "enum": ["read-only", "own-model", "learn-missing"]}),
    teach_hint=or_null(STRING),
)

_FORM = to_data_url(np.array(_ONE, np.uint8))

CORRECTION_BODY = json_body(
    record(
        {"form": _FORM, "label": "7", "read": "1"},
        optional=("read",),
        form={"type": "string", "description": "A grey PNG of 28x28, as /v1/read gave it.", "maxLength": 8000},
        label=or_null(LABEL),
        read=or_null(LABEL),
    )
)
CORRECTION = record(
    {"id": 1, "label": "7", "read": "1", "time": "2026-01-31T12:00:00+00:00", "form": _FORM},
    id={"type": "integer", "minimum": 1},
    label=or_null(LABEL),
    read=or_null(STRING),
    time=STRING,
    form=STRING,
)
CORRECTIONS = record(corrections=array(CORRECTION), count=COUNT)

_SIDE_BY_SIDE = record(old=SHARE, new=SHARE, examples=COUNT)
RESULT = record(
    mnist=record(old=SHARE, new=SHARE, examples=COUNT, name={"type": "string", "enum": ["mnist", "uci"]}),
    corrections=record(old=or_null(SHARE), new=or_null(SHARE), examples=COUNT),
    seconds={"type": "number"},
)
TEACHING = record(
    {
        "state": "ready",
        "progress": 1.0,
        "message": None,
        "result": {
            "mnist": {"old": 0.9961, "new": 0.9959, "examples": 10000, "name": "mnist"},
            "corrections": {"old": 0.0, "new": 1.0, "examples": 2},
            "seconds": 31.2,
        },
        "taught": False,
    },
    state={"type": "string", "enum": ["idle", "running", "ready", "failed", "unavailable"]},
    progress=SHARE,
    message=or_null(STRING),
    result=or_null(RESULT),
    taught=BOOLEAN,
)
