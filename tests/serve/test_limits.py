"""What a server takes before it says no."""

import contextlib
import io
import socket
import struct
import threading
import time
import zlib

import numpy as np
import pytest
from PIL import Image

from helpers.pictures import to_png
from helpers.servers import Answer, Client, serving
from inkdigits.serve.settings import Limits, Settings

SMALL = Limits(
    body_bytes=20_000, pixels=100_000, head_s=0.5, body_s=0.5, pictures_at_once=1, pictures_waiting=1, digits_waiting=8
)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A server with small limits."""
    with serving(Settings(port=0, data_dir=tmp_path_factory.mktemp("kept"), limits=SMALL)) as client:
        yield client


def huge_header() -> bytes:
    """A PNG of some bytes that claims a hundred thousand pixels a side."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    size = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def send(client: Client, content: bytes) -> socket.socket:
    connection = socket.create_connection((client.host, client.port), timeout=60)
    connection.sendall(content)
    return connection


def read_all(connection: socket.socket) -> bytes:
    """Return all that comes until the server closes."""
    came = b""
    with connection, contextlib.suppress(ConnectionResetError):
        while chunk := connection.recv(65536):
            came += chunk
    return came


def wait_for_status(client: Client, status: int) -> Answer:
    """Ask until the answer has this status."""
    deadline_s = time.monotonic() + 60
    while (answer := client.get("/healthz")).status != status:
        assert time.monotonic() < deadline_s, answer
        time.sleep(0.01)
    return answer


def test_the_usual_limits_are_those_of_the_contract():
    usual = Limits()
    assert (usual.body_bytes, usual.pixels, usual.batch) == (10_000_000, 40_000_000, 256)


def test_a_long_body_is_refused_by_its_length_before_it_is_sent(small):
    head = f"POST /v1/read HTTP/1.1\r\nHost: 127.0.0.1:{small.port}\r\nContent-Length: 30000000\r\n\r\n"
    answer = read_all(send(small, head.encode()))
    assert answer.startswith(b"HTTP/1.1 413")
    assert b'"code":"too-large"' in answer


def test_a_long_body_without_a_length_is_refused_while_it_comes(small):
    head = f"POST /v1/read HTTP/1.1\r\nHost: 127.0.0.1:{small.port}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    connection = send(small, head + b"3000\r\n" + b"x" * 0x3000 + b"\r\n" + b"3000\r\n" + b"x" * 0x3000 + b"\r\n")
    assert read_all(connection).startswith(b"HTTP/1.1 413")


def test_a_long_file_in_a_form_is_refused(small):
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + b"x" * 21_000 + b"\r\n--x--\r\n"
    )
    assert small.post("/v1/read", body, Content_Type="multipart/form-data; boundary=x").code == "too-large"


def test_many_pixels_are_refused_by_the_header(small):
    start_s = time.process_time()
    assert small.post("/v1/read", huge_header()).code == "too-large"
    assert small.post("/v1/read", to_png(np.full((400, 400), 255, np.uint8))).code == "too-large"
    assert time.process_time() - start_s < 2


def test_the_pages_of_a_file_count_together(small):
    buffer = io.BytesIO()
    pages = [Image.new("1", (200, 200)) for _ in range(3)]
    pages[0].save(buffer, "TIFF", save_all=True, append_images=pages[1:])
    assert small.post("/v1/read", buffer.getvalue()).code == "too-large"


def test_a_client_that_sends_its_body_slowly_is_told(small):
    head = f"POST /v1/read HTTP/1.1\r\nHost: 127.0.0.1:{small.port}\r\nContent-Length: 100\r\n\r\nx"
    answer = read_all(send(small, head.encode()))
    assert answer.startswith(b"HTTP/1.1 408")
    assert b'"code":"timeout"' in answer


@pytest.mark.parametrize("begun", [b"", b"GET / HT", b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "])
def test_a_client_that_sends_its_head_slowly_is_left(small, begun):
    start_s = time.perf_counter()
    assert read_all(send(small, begun)) == b""
    assert time.perf_counter() - start_s > 0.3


def test_a_second_head_on_the_same_connection_may_not_be_slow_either(small):
    whole = f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{small.port}\r\n\r\n".encode()
    connection = send(small, whole)
    assert connection.recv(65536).startswith(b"HTTP/1.1 200")
    connection.sendall(b"GET /hea")
    read_all(connection)  # with a head begun, a connection is no longer idle, and would be kept for ever


def test_slow_clients_keep_nobody_from_being_answered(small):
    slow = [send(small, b"POST /v1/digits HTTP/1.1\r\nHost: ") for _ in range(50)]
    try:
        assert small.get("/healthz").status == 200
    finally:
        for connection in slow:
            connection.close()


def test_a_full_queue_is_told_and_says_when_to_come_back(small):
    crowded = np.random.default_rng(0).integers(0, 2, (300, 300), dtype=np.uint8) * 255
    body = to_png(crowded)
    assert len(body) < SMALL.body_bytes
    answers = []
    askers = [threading.Thread(target=lambda: answers.append(small.post("/v1/read", body))) for _ in range(12)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    refused = [answer for answer in answers if answer.status == 503]
    assert len(refused) < len(answers)
    assert refused
    assert {answer.code for answer in refused} == {"busy"}
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)


def test_more_digits_than_may_wait_are_refused(small, form):
    assert small.post("/v1/digits", [form.tolist()] * 9).code == "busy"
    assert small.post("/v1/digits", [form.tolist()] * 8).status == 200


def test_too_many_open_requests_are_told(tmp_path):
    limits = Limits(requests=2, body_s=60)
    with serving(Settings(port=0, data_dir=tmp_path, limits=limits)) as client:
        head = f"POST /v1/read HTTP/1.1\r\nHost: 127.0.0.1:{client.port}\r\nContent-Length: 100\r\n\r\nx".encode()
        waiting = [send(client, head) for _ in range(2)]
        refused = wait_for_status(client, 503)
        assert refused.code == "busy"
        for connection in waiting:
            connection.close()
        wait_for_status(client, 200)


def test_what_takes_too_long_is_told(tmp_path, one):
    limits = Limits(work_s=1e-4)
    with serving(Settings(port=0, data_dir=tmp_path, limits=limits)) as client:
        assert client.post("/v1/read", one).code == "busy"
