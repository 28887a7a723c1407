"""Many HTTP clients in one thread, cheap enough to measure the server and not themselves. Knows no digits.

Requests are bytes made beforehand; of an answer only its status and its length are looked at. A clock is read right
before a request is handed to the kernel and right after the last byte of its answer came, so that a time holds what
a client on the same machine would wait: the server, the kernel, and the wait for a core where others want it too.
What the clients themselves took of the cores is counted and told.
"""

import gc
import heapq
import itertools
import random
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

Place = tuple[str, int]
"""Host and port."""


@dataclass(frozen=True)
class Answers:
    """What clients saw.

    Attributes:
        times_s: The seconds that each answer took.
        duration_s: The seconds from the first request to the last answer.
        client_cpu_s: The seconds of a core that the clients took.
    """

    times_s: list[float]
    duration_s: float
    client_cpu_s: float


@dataclass
class Client:
    """One connection, with at most one request under way.

    Attributes:
        socket: Connected to the server.
        requests: What it asks, in turn.
        due_s: When it wants to ask next.
        counted_from_s: Since when the answer under way is waited for.
        answered_s: When the last answer was there.
        is_busy: Whether an answer is under way.
    """

    socket: socket.socket
    requests: Iterator[bytes]
    due_s: float = 0.0
    counted_from_s: float = 0.0
    answered_s: float = 0.0
    is_busy: bool = False
    _came: bytes = field(default=b"", repr=False)

    def send(self) -> None:
        """Ask; a request that was due while the one before was still under way counts from when it was due."""
        request = next(self.requests)
        self.is_busy = True
        self.counted_from_s = self.due_s if self.due_s < self.answered_s else time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bytes | None:
        """Take what came; returns the body of the answer once it is whole.

        Raises:
            RuntimeError: The answer is not 200, or the server closed the connection.
        """
        chunk = self.socket.recv(1 << 18)
        self._came = self._came + chunk if self._came else chunk
        head, end, body = self._came.partition(b"\r\n\r\n")
        if not chunk:
            raise RuntimeError(
                "the server closed a connection, as it does where nothing comes for 5 s: clients that get no core are"
                " so late; measure on a machine that does nothing else"
            )
        if end and not head.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(f"the server answered {self._came[:2000]!r}")
        if not end or len(body) < int(head.partition(b"\r\ncontent-length: ")[2].partition(b"\r\n")[0]):
            return None
        self.answered_s = time.perf_counter()
        self._came, self.is_busy = b"", False
        return body


def connect(place: Place, requests: Iterator[bytes]) -> Client:
    """Return a client that is connected."""
    connected = socket.create_connection(place)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Client(connected, requests)


def ask_once(place: Place, request: bytes) -> bytes:
    """Ask on a connection of its own and return the body of the answer."""
    client = connect(place, iter([request]))
    with client.socket:
        client.send()
        while (body := client.receive()) is None:
            pass
    return body


def ask(place: Place, requests: Sequence[bytes], count: int, duration_s: float, period_s: float = 0.0) -> Answers:
    """Let clients ask for a while.

    Args:
        place: The server.
        requests: Whole requests; each client begins with another one.
        count: How many clients.
        duration_s: For how long they send; what is under way then is still waited for.
        period_s: The mean time from one request of a client to its next. Each is drawn from half to one and a half
            times of it, so that clients neither march in step nor ask at the same instant. With 0 each asks again
            the moment it is answered.
    """
    chance = random.Random(0)  # noqa: S311  nothing secret
    clients = [connect(place, itertools.islice(itertools.cycle(requests), number, None)) for number in range(count)]
    gc.collect()
    gc.disable()  # a pause of the clients would look like one of the server
    try:
        return _run(clients, chance, duration_s, period_s)
    finally:
        gc.enable()
        for client in clients:
            client.socket.close()


def _run(clients: list[Client], chance: random.Random, duration_s: float, period_s: float) -> Answers:
    times_s: list[float] = []
    cpu_s, start_s = time.process_time(), time.perf_counter()
    end_s = start_s + duration_s
    for client in clients:
        client.due_s = client.answered_s = start_s + chance.random() * period_s
    ready = [(client.due_s, number) for number, client in enumerate(clients)]
    heapq.heapify(ready)
    under_way = 0
    with selectors.DefaultSelector() as selector:
        for number, client in enumerate(clients):
            selector.register(client.socket, selectors.EVENT_READ, number)
        while under_way or (ready and time.perf_counter() < end_s):
            while ready and ready[0][0] <= time.perf_counter() < end_s:
                clients[heapq.heappop(ready)[1]].send()
                under_way += 1
            pause_s = max(0.0, min(ready[0][0], end_s) - time.perf_counter()) if ready else None
            for key, _ in selector.select(pause_s if time.perf_counter() < end_s else None):
                client = clients[key.data]
                if client.receive() is None:
                    continue
                under_way -= 1
                times_s.append(client.answered_s - client.counted_from_s)
                client.due_s = client.due_s + period_s * chance.uniform(0.5, 1.5) if period_s else client.answered_s
                heapq.heappush(ready, (client.due_s, key.data))
    return Answers(times_s, time.perf_counter() - start_s, time.process_time() - cpu_s)
