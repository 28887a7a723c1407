"""OpenAPI schemas of requests and answers, with examples. Knows nothing of how answers are made."""

from __future__ import annotations

from typing import Any

import numpy as np

from inkdigits.core.types import SIDE
from inkdigits.corrections.store import LABELS
from inkdigits.read.refusal import RefusalReason
from inkdigits.serve.adaptation_process import OBSTACLES, STATES
from inkdigits.serve.digit_images import to_data_url
from inkdigits.serve.settings import Limits

Schema = dict[str, Any]


def json_answer(description: str, schema: Schema) -> Schema:
    """Return the description of an answer in JSON.

    Args:
        description: Of the answer.
        schema: Of its content, with an example.
    """
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def json_body(schema: Schema) -> Schema:
    """Return the description of a request's body in JSON.

    Args:
        schema: Of its content.
    """
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def record(example: Schema | None = None, optional: tuple[str, ...] = (), **properties: Schema) -> Schema:
    """Return the schema of an object.

    Args:
        example: One such object.
        optional: Names of properties that may be missing.
        **properties: The schema of each property.
    """
    required = [name for name in properties if name not in optional]
    schema: Schema = {"type": "object", "required": required, "properties": properties}
    return schema | ({"example": example} if example else {})


def array(items: Schema, **limits: int) -> Schema:
    """Return the schema of an array.

    Args:
        items: The schema of each item.
        **limits: Such as `minItems`.
    """
    return {"type": "array", "items": items, **limits}


def or_null(schema: Schema) -> Schema:
    """Return a schema that also accepts null.

    Args:
        schema: Of the other values.
    """
    return {"anyOf": [schema, {"type": "null"}]}


def _square(pixel: Schema) -> Schema:
    """Return the schema of a digit, an array of rows."""
    return array(array(pixel, minItems=SIDE, maxItems=SIDE), minItems=SIDE, maxItems=SIDE)


STRING: Schema = {"type": "string"}
BOOLEAN: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
LABEL: Schema = {"type": "string", "enum": list(LABELS)}

BOX = array({"type": "integer"}, minItems=4, maxItems=4)
ALTERNATIVE = record(digit=STRING, confidence=SHARE)
_PRINTED: Schema = {"enum": [True], "description": "It surely is print; otherwise the key is missing."}
DIGIT = record(
    optional=("printed",),
    digit=STRING,
    confidence=SHARE,
    box=BOX,
    alternatives=array(ALTERNATIVE),
    printed=BOOLEAN | _PRINTED,
)
_DIGIT_WITHOUT_BOX = record(digit=STRING, confidence=SHARE, alternatives=array(ALTERNATIVE))
NUMBER = record(text=STRING, written=STRING, confidence=SHARE, box=BOX)
CANDIDATE = record(text=STRING, confidence=SHARE)
_OF_LINE: dict[str, Schema] = {
    "text": STRING,
    "confidence": SHARE,
    "box": BOX,
    "digits": array(DIGIT),
    "numbers": array(NUMBER),
    "candidates": array(CANDIDATE),
    "page": COUNT,
}
LINE = record(optional=("candidates", "page"), **_OF_LINE)
CELL = record(text=STRING, written=STRING, confidence=SHARE, box=BOX)
TABLE = record(optional=("page",), box=BOX, rows=array(array(CELL)), page=COUNT)
_REASON: Schema = {
    "type": "string",
    "enum": [reason.value for reason in RefusalReason],
    "description": " ".join(f"`{reason.value}`: {reason.sentence}" for reason in RefusalReason),
}
REFUSED_LINE = record(optional=("candidates", "page"), **_OF_LINE, reason=_REASON)

_SEVEN = {"digit": "7", "confidence": 0.98, "alternatives": [{"digit": "1", "confidence": 0.012}]}
_SEVEN_WITH_BOX = _SEVEN | {"box": [4, 2, 20, 30]}
_PLACE = {"confidence": 0.98, "box": [4, 2, 20, 30]}
_LINE = {"text": "7"} | _PLACE | {"digits": [_SEVEN_WITH_BOX], "numbers": [{"text": "7", "written": "7"} | _PLACE]}

READING = record(
    {"file": None, "text": "7", "lines": [_LINE], "refused": [], "tables": []},
    optional=("forms", "width", "height"),
    file=or_null(STRING),
    text=STRING,
    lines=array(LINE),
    refused=array(REFUSED_LINE),
    tables=array(TABLE),
    forms=array(STRING),
    width=COUNT,
    height=COUNT,
)

_LIMITS = Limits()

_BINARY: Schema = {"type": "string", "format": "binary"}

PICTURE_BODY: Schema = {
    "required": True,
    "description": (
        f"A PNG, JPEG, TIFF, WebP, GIF, BMP, AVIF or PDF of at most {_LIMITS.max_picture_bytes // 10**6} MB "
        f"and {_LIMITS.max_pixels // 10**6} million pixels."
    ),
    "content": {
        "application/octet-stream": {"schema": _BINARY},
        "multipart/form-data": {"schema": record(file=_BINARY)},
    },
}

_ONE = [[255 if 4 <= row < 24 and 13 <= column < 15 else 0 for column in range(SIDE)] for row in range(SIDE)]

DIGITS_BODY = json_body(
    array(_square({"type": "integer", "minimum": 0, "maximum": 255}), minItems=1, maxItems=_LIMITS.max_batch)
    | {"example": [_ONE]}
)

DIGITS = record({"digits": [_SEVEN]}, digits=array(_DIGIT_WITHOUT_BOX))


def _network(**more: Schema) -> Schema:
    """Return the schema of a network's metadata."""
    return record(
        None,
        (),
        classes=array(STRING),
        provenance={"type": "object"},
        measured={"type": "object"},
        file=STRING,
        origin={"type": "string", "enum": ["shipped", "taught", "given"]},
        **more,
    )


MODEL = record(
    {
        "digit": {
            "classes": list(LABELS),
            "provenance": {"recipe": "reader", "seed": 1},
            "measured": {"split": "test", "examples": 10000, "errors": 40, "accuracy": 0.996},
            "file": "digits.onnx",
            "origin": "shipped",
            "taught": False,
            "run": None,
            "report": None,
        },
        "lines": [],
        "version": "0.1.0",
        "can_teach": True,
        "teach_obstacle": None,
        "teach_hint": None,
        "has_review": False,
    },
    digit=_network(taught=BOOLEAN, run=or_null(STRING), report=or_null(STRING)),
    lines=array(_network()),
    version=STRING,
    can_teach=BOOLEAN,
    teach_obstacle=or_null({"type": "string", "enum": list(OBSTACLES)}),
    teach_hint=or_null(STRING),
    has_review=BOOLEAN,
)

_DIGIT_URL = to_data_url(np.array(_ONE, np.uint8))

CORRECTION_BODY = json_body(
    record(
        {"form": _DIGIT_URL, "label": "7", "read": "1"},
        optional=("read",),
        form={"type": "string", "description": "A grey PNG of 28x28, as /v1/read gave it.", "maxLength": 8000},
        label=or_null(LABEL),
        read=or_null(LABEL),
    )
)
CORRECTION = record(
    {"id": 1, "label": "7", "read": "1", "time": "2026-01-31T12:00:00+00:00", "form": _DIGIT_URL},
    id={"type": "integer", "minimum": 1},
    label=or_null(LABEL),
    read=or_null(STRING),
    time=STRING,
    form=STRING,
)
CORRECTIONS = record(corrections=array(CORRECTION), count=COUNT)

LABELLED_LINE = record(
    {"id": 1, "text": "1 250.-", "read": "1250", "time": "2026-01-31T12:00:00+00:00", "form": _DIGIT_URL},
    id={"type": "integer", "minimum": 1},
    text=STRING,
    read=or_null(STRING),
    time=STRING,
    form={"type": "string", "description": "The part of the picture with the line, a data URL of a grey PNG."},
)
LINES = record(lines=array(LABELLED_LINE), count=COUNT)

_FIGURES = record(old=or_null(SHARE), new=or_null(SHARE), examples=COUNT)
_OPTIONAL = ("lines", "composed", "learned", "strength", "recommended", "reason")  # not measured before 0.2
RESULT = record(
    optional=_OPTIONAL,
    mnist=record(old=SHARE, new=SHARE, examples=COUNT, name=STRING),
    corrections=_FIGURES,
    lines=_FIGURES,
    composed=_FIGURES,
    learned=record(digits=_FIGURES, lines=_FIGURES),
    strength=record(digits=SHARE, lines=SHARE),
    recommended=BOOLEAN,
    reason={"type": "string", "enum": ["better", "forgets", "no-better"]},
    seconds={"type": "number"},
)
VERSION = record(name=STRING, date=STRING, result=or_null(RESULT))
TEACHING = record(
    {
        "state": "ready",
        "progress": 1.0,
        "message": None,
        "result": {
            "mnist": {"old": 0.9961, "new": 0.9959, "examples": 10000, "name": "mnist"},
            "corrections": {"old": 0.0, "new": 1.0, "examples": 2},
            "lines": {"old": 0.7, "new": 0.9, "examples": 10},
            "composed": {"old": 0.5, "new": 0.499, "examples": 1000},
            "learned": {
                "digits": {"old": 0.0, "new": 1.0, "examples": 8},
                "lines": {"old": 0.625, "new": 0.95, "examples": 40},
            },
            "strength": {"digits": 1.0, "lines": 0.75},
            "recommended": True,
            "reason": "better",
            "seconds": 31.2,
        },
        "taught": False,
        "in_use": None,
    },
    state={"type": "string", "enum": list(STATES)},
    progress=SHARE,
    message=or_null(STRING),
    result=or_null(RESULT),
    taught=BOOLEAN,
    in_use=or_null(VERSION),
)
