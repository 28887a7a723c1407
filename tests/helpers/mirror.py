"""A real HTTP server on this machine that responds as mirrors do: right, wrong, late or not at all."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Mirror:
    """The server's address, and the names of the files that were requested."""

    address: str
    requests: list[str] = field(default_factory=list)


Response = Callable[[BaseHTTPRequestHandler, bytes], None]


def send(handler: BaseHTTPRequestHandler, content: bytes, *, status: int = 200, length: int | None = None) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(content) if length is None else length))
    handler.end_headers()
    handler.wfile.write(content)


def right(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    send(handler, content)


def forbidden(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    send(handler, b"<Error>AccessDenied</Error>", status=403)


def page(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    send(handler, b"<!DOCTYPE html><html>Service moved</html>")


def lies(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    send(handler, b"other bytes")


def truncates(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    send(handler, content[: len(content) // 2], length=len(content))


def truncates_silently(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    send(handler, content[: len(content) // 2])


def stalls(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content[:10])
    handler.wfile.flush()
    time.sleep(1.0)


def trickles(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    handler.send_response(200)
    handler.end_headers()
    for byte in content[:20]:
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        time.sleep(0.05)


def claims_too_much(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    send(handler, content, length=10**12)


def never_ends(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(80):
        handler.wfile.write(bytes(1024 * 1024))


def talks_nonsense(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    handler.wfile.write(b"nonsense\r\n\r\n")


@contextmanager
def serve(files: Mapping[str, bytes], respond: Response = right) -> Iterator[Mirror]:
    """Serve `files` by name, each with the response `respond`, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.removeprefix("/")
            mirror.requests.append(name)
            try:
                if name in files:
                    respond(self, files[name])
                else:
                    send(self, b"not here", status=404)
            except (BrokenPipeError, ConnectionResetError):
                pass  # the client closed the connection

        def log_message(self, *parts: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    mirror = Mirror(f"http://127.0.0.1:{server.server_address[1]}/")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield mirror
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
