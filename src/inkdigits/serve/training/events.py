"""What a training writes -> server-sent events. Knows nothing of pages, and of how networks learn."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

from inkdigits.runs.catalogue import read_metadata
from inkdigits.runs.live import LiveFolder
from inkdigits.runs.lock import is_locked
from inkdigits.runs.paths import is_run

_POLL_S = 0.1
"""From one look at the files to the next."""

_STATE_S = 0.3
"""Likewise for the state, where nothing else has happened."""

_PING_S = 15.0
"""A connection without events for longer may be cut by something in between."""

STATES = ("starting", "training", "paused", "measuring", "killed", "complete", "interrupted", "diverged", "failed")
"""How a training may stand."""


def training_state(path: Path, failure: str | None, last_event: str | None = None) -> dict[str, Any]:
    """Return how a training stands: `state`, one of `STATES`, and `message`, what went wrong.

    Args:
        path: The run folder.
        failure: Why its process failed, if it did.
        last_event: The kind of the last event that tells whether it waits or ends, if that is known.
    """
    if not is_run(path):
        return {"state": "failed" if failure else "starting", "message": failure}
    status = read_metadata(path).get("status")
    if status != "running":
        return {"state": status, "message": failure if status == "diverged" else None}
    if not is_locked(path):
        return {"state": "killed", "message": failure}
    if last_event is None:
        events = [event["event"] for event in LiveFolder.of(path).events_after(0)[0]]
        last_event = next((event for event in reversed(events) if event in _TELLING), "go")
    return {"state": _TELLING.get(last_event, "training"), "message": None}


_TELLING = {"start": "training", "go": "training", "pause": "paused", "end": "measuring"}


async def stream(
    path: Path, offset: int, failure: Callable[[], str | None], is_stopping: Callable[[], bool]
) -> AsyncGenerator[str]:
    """Yield what a training writes, as server-sent events, until the server stops.

    `events` are the lines of its file, with the place in it as id; `snapshot` is the network as it is now; `state` is
    how it stands.

    Args:
        path: The run folder, which need not be there yet.
        offset: Where in the file of events to begin.
        failure: Returns why its process failed, if it did.
        is_stopping: Whether the server is to end.
    """
    live, loop = LiveFolder.of(path), asyncio.get_running_loop()
    version, state, last = 0, None, None
    looked_s = sent_s = 0.0
    while not is_stopping():
        now, parts = loop.time(), []
        events, end = live.events_after(offset)
        if events:
            offset = end
            last = next((event["event"] for event in reversed(events) if event["event"] in _TELLING), last)
            parts.append(_event("events", json.dumps(events), str(offset)))
        if live.snapshot_version != version:
            text, version = live.snapshot()
            parts += [_event("snapshot", text)] if text else []
        if events or now - looked_s > _STATE_S:
            looked_s = now
            found = training_state(path, failure(), last or "start")
            if found != state:
                state = found
                parts.append(_event("state", json.dumps(state)))
        if parts or now - sent_s > _PING_S:
            sent_s = now
            yield "".join(parts) or ": still here\n\n"
        await asyncio.sleep(_POLL_S)


def _event(name: str, data: str, number: str | None = None) -> str:
    return f"event: {name}\n" + (f"id: {number}\n" if number else "") + f"data: {data}\n\n"
