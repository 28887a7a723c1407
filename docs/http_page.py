"""The reference of the HTTP interface, made from the description that the server gives of itself."""

import asyncio
import json
import re
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from inkdigits.serve.app import create_app
from inkdigits.serve.settings import Settings

Json = dict[str, Any]


def openapi() -> Json:
    """Return what `GET /openapi.json` answers."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(data_dir=Path(folder)))
        body = b""

        async def ask() -> None:
            async def receive() -> Json:
                return {"type": "http.request", "body": b"", "more_body": False}

            async def send(message: Any) -> None:
                nonlocal body
                body += message.get("body", b"")

            head = {
                "type": "http",
                "asgi": {"version": "3.0"},
                "http_version": "1.1",
                "method": "GET",
                "scheme": "http",
            }
            place = {"path": "/openapi.json", "raw_path": b"/openapi.json", "query_string": b"", "root_path": ""}
            peers = {
                "client": ("127.0.0.1", 1),
                "server": ("127.0.0.1", 8000),
                "headers": [(b"host", b"127.0.0.1:8000")],
            }
            await app(head | place | peers, receive, send)

        # In a thread, because the caller may run a loop of its own: tests with a browser do.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, ask()).result()
    described: Json = json.loads(body)
    return described


_TITLES = {
    "reading": "Reading",
    "about": "About the server",
    "inside": "Inside the network",
    "corrections": "Corrections",
    "teaching": "Teaching",
}

_INTRODUCTION = """`inkdigits serve` listens on `http://127.0.0.1:8000` unless told otherwise. A problem is
answered as `application/problem+json`: `code` stays the same, `detail` says what was given, what was expected and how
to mend it."""


def http_page(body: str) -> str:
    """Return the page of all addresses that programs may use.

    Args:
        body: The comment that stands between the title and what is shown in every language.
    """
    described = openapi()
    lines = [
        "# HTTP",
        "",
        "Made by `make docs` from `GET /openapi.json`, which any OpenAPI tool can read.",
        "",
        body,
        "",
    ]
    lines += [_INTRODUCTION, ""]
    tags: dict[str, list[str]] = {}
    for path, methods in described["paths"].items():
        for method, route in methods.items():
            tags.setdefault(route["tags"][0], []).extend([f"### {method.upper()} {path}", "", *_route(route)])
    for tag, routes in tags.items():
        lines += [f"## {_TITLES[tag]}", "", *routes]
    return "\n".join(lines)


def _route(route: Json) -> Iterator[str]:
    yield from (f"{route['summary']}.", "")
    if parameters := route.get("parameters"):
        yield from ("| parameter | type | default | meaning |", "|---|---|---|---|")
        yield from (_parameter(parameter) for parameter in parameters)
        yield ""
    if body := route.get("requestBody"):
        kinds = " or ".join(f"`{kind}`" for kind in body["content"])
        yield from (f"Body: {kinds}. {body.get('description', '')}".strip(), "")
    statuses = sorted(route["responses"])
    for status in (status for status in statuses if status < "4"):
        answer = route["responses"][status]
        kinds = ", ".join(f"`{kind}`" for kind in answer.get("content", {}))
        yield f"**{status}**: {answer['description']}{f' ({kinds})' if kinds else ''}."
        yield ""
        yield from _answer(answer.get("content", {}).get("application/json", {}).get("schema", {}))
    problems = [f"{status} ({route['responses'][status]['description']})" for status in statuses if status >= "4"]
    yield from (f"Problems: {', '.join(problems)}.", "")


def _answer(schema: Json) -> Iterator[str]:
    """Yield an example of an answer, or the names in it where the description has no example."""
    if "example" in schema:
        text = json.dumps(schema["example"], indent=2, ensure_ascii=False)
        boxes_in_a_line = re.sub(r"\[\s+([\d\s,.]+?)\s+\]", lambda box: f"[{' '.join(box[1].split())}]", text)
        yield from ("```json", boxes_in_a_line, "```", "")
    elif "properties" in schema:
        yield from (f"Keys: {', '.join(f'`{name}`' for name in schema['properties'])}.", "")


def _parameter(parameter: Json) -> str:
    schema = parameter["schema"]
    kinds = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    kind = kinds[0]
    low = kind.get("minimum", "")
    high = kind.get("maximum", kind.get("exclusiveMaximum", 0) - 1 if "exclusiveMaximum" in kind else "")
    bounds = f", {low} … {high}" if low != "" and high != "" else ""
    needed = "required" if parameter.get("required") else ""
    default = schema.get("default")
    shown = needed or ("" if default is None else f"`{json.dumps(default)}`")
    text = (parameter.get("description") or "").replace("|", "\\|")
    return f"| `{parameter['name']}` | {kind['type']}{bounds} | {shown} | {text} |"
