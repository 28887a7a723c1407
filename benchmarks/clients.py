"""A load generator: many HTTP clients in one thread, cheap enough not to disturb the server. Knows no digits.

Requests are bytes made beforehand; of an answer only its status and its length are parsed. The clock is read right
before a request is handed to the kernel and right after the last byte of its answer arrived. So a latency is what a
client on the same machine sees: the server, the kernel, and the wait for a core. The clients' own CPU time is reported.
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

Address = tuple[str, int]
"""Host and port."""


@dataclass(frozen=True)
class LoadResult:
    """What the clients measured.

    Attributes:
        latencies_s: The seconds from each request to its answer.
        duration_s: The seconds from the first request to the last answer.
        client_cpu_s: The clients' CPU time.
    """

    latencies_s: list[float]
    duration_s: float
    client_cpu_s: float


@dataclass
class Client:
    """One connection with at most one open request.

    Attributes:
        socket: Connected to the server.
        requests: What it sends, in turn.
        due_s: When it sends next.
        started_s: When the latency of the open request began.
        answered_s: When the last answer was complete.
    """

    socket: socket.socket
    requests: Iterator[bytes]
    due_s: float = 0.0
    started_s: float = 0.0
    answered_s: float = 0.0
    _received: bytes = field(default=b"", repr=False)

    def send(self) -> None:
        """Send a request. If it was due before the last answer, its latency counts from when it was due."""
        request = next(self.requests)
        self.started_s = self.due_s if self.due_s < self.answered_s else time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bytes | None:
        """Receive once; returns the body of the answer when it is complete, before that None.

        Raises:
            RuntimeError: The answer is not 200, or the server closed the connection.
        """
        chunk = self.socket.recv(1 << 18)
        self._received = self._received + chunk if self._received else chunk
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not chunk:
            raise RuntimeError(
                "the server closed a connection, as it does after 5 s without data: clients got no core for so long;"
                " measure on a machine that does nothing else"
            )
        if end and not head.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(f"the server answered {self._received[:2000]!r}")
        if not end or len(body) < int(head.partition(b"\r\ncontent-length: ")[2].partition(b"\r\n")[0]):
            return None
        self.answered_s = time.perf_counter()
        self._received = b""
        return body


def connect(address: Address, requests: Iterator[bytes]) -> Client:
    """Return a connected client.

    Args:
        address: The server.
        requests: What it sends, in turn.
    """
    connected = socket.create_connection(address)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Client(connected, requests)


def send_once(address: Address, request: bytes) -> bytes:
    """Send a request on a connection of its own and return the body of the answer.

    Args:
        address: The server.
        request: A whole request.
    """
    client = connect(address, iter([request]))
    with client.socket:
        client.send()
        while (body := client.receive()) is None:
            pass
    return body


def run_clients(
    address: Address, requests: Sequence[bytes], count: int, duration_s: float, period_s: float = 0.0
) -> LoadResult:
    """Let clients send requests for a while.

    Args:
        address: The server.
        requests: Whole requests; each client starts with a different one.
        count: How many clients.
        duration_s: How long they send. After that they wait for the answers to open requests.
        period_s: The mean time from one request of a client to its next. Each time is drawn from 0.5 to 1.5 times the
            mean, so that the clients don't send in step. With 0 each sends its next request when it is answered.

    Returns:
        Latencies, duration and the clients' CPU time.
    """
    rng = random.Random(0)  # noqa: S311  nothing secret
    clients = [connect(address, itertools.islice(itertools.cycle(requests), number, None)) for number in range(count)]
    gc.collect()
    gc.disable()  # a pause of the clients would count as the server's
    try:
        return _run(clients, rng, duration_s, period_s)
    finally:
        gc.enable()
        for client in clients:
            client.socket.close()


def _run(clients: list[Client], rng: random.Random, duration_s: float, period_s: float) -> LoadResult:
    latencies_s: list[float] = []
    cpu_s, start_s = time.process_time(), time.perf_counter()
    end_s = start_s + duration_s
    for client in clients:
        client.due_s = client.answered_s = start_s + rng.random() * period_s
    ready = [(client.due_s, number) for number, client in enumerate(clients)]
    heapq.heapify(ready)
    open_requests = 0
    with selectors.DefaultSelector() as selector:
        for number, client in enumerate(clients):
            selector.register(client.socket, selectors.EVENT_READ, number)
        while open_requests or (ready and time.perf_counter() < end_s):
            while ready and ready[0][0] <= time.perf_counter() < end_s:
                clients[heapq.heappop(ready)[1]].send()
                open_requests += 1
            pause_s = max(0.0, min(ready[0][0], end_s) - time.perf_counter()) if ready else None
            for key, _ in selector.select(pause_s if time.perf_counter() < end_s else None):
                client = clients[key.data]
                if client.receive() is None:
                    continue
                open_requests -= 1
                latencies_s.append(client.answered_s - client.started_s)
                client.due_s = client.due_s + period_s * rng.uniform(0.5, 1.5) if period_s else client.answered_s
                heapq.heappush(ready, (client.due_s, key.data))
    return LoadResult(latencies_s, time.perf_counter() - start_s, time.process_time() - cpu_s)
