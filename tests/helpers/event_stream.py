"""A plain client for server-sent events."""

import http.client
import json
from collections.abc import Callable
from typing import Any

from helpers.servers import TIMEOUT_S, Client


class EventStream:
    """The events of one run, as a page gets them.

    `events` are those of the training, `state` and `snapshot` the last of each.
    """

    def __init__(self, client: Client, run: str, last_event_id: str = "0") -> None:
        self.events: list[dict[str, Any]] = []
        self.state: str = ""
        self.message: str | None = None
        self.snapshot: dict[str, Any] | None = None
        self.last_event_id = last_event_id
        self._connection = http.client.HTTPConnection(client.host, client.port, timeout=TIMEOUT_S)
        self._connection.request("GET", f"/v1/runs/{run}/events", headers={"Last-Event-ID": last_event_id})
        self._response = self._connection.getresponse()
        assert self._response.headers["Content-Type"].startswith("text/event-stream")

    def until(self, condition: Callable[["EventStream"], bool]) -> None:
        """Read on until a condition is true; the test fails where the stream ends before."""
        name = ""
        while not condition(self):
            line = self._response.readline().decode().rstrip("\n")
            kind, _, value = line.partition(": ")
            if kind == "event":
                name = value
            elif kind == "id":
                self.last_event_id = value
            elif kind == "data":
                self._take(name, json.loads(value))
            assert line or self._response.fp is not None, "the stream ended"

    def steps(self, kind: str) -> list[int]:
        """Return the steps of the events of a kind."""
        return [event["step"] for event in self.events if event["event"] == kind]

    def close(self) -> None:
        self._response.close()
        self._connection.close()

    def _take(self, name: str, values: Any) -> None:
        if name == "events":
            self.events += values
        elif name == "snapshot":
            self.snapshot = values
        elif name == "state":
            self.state, self.message = values["state"], values["message"]
