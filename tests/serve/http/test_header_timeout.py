"""Request heads that are too slow, and those in time. Fails if uvicorn changes what the protocol relies on."""

import time
from dataclasses import replace

import pytest

from helpers.servers import SMALL_LIMITS, receive_all, send, serving
from inkdigits.serve.settings import Settings


@pytest.mark.parametrize("begun", [b"", b"GET / HT", b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "])
def test_a_slow_head_closes_the_connection(small, begun):
    assert receive_all(send(small, begun)) == b""


def test_a_slow_second_head_closes_the_connection(small):
    whole = f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{small.port}\r\n\r\n".encode()
    connection = send(small, whole)
    assert connection.recv(65536).startswith(b"HTTP/1.1 200")
    connection.sendall(b"GET /hea")
    receive_all(connection)  # with a head begun, a connection is no longer idle, and would be kept for ever


def test_slow_clients_do_not_block_others(small):
    slow = [send(small, b"POST /v1/digits HTTP/1.1\r\nHost: ") for _ in range(50)]
    try:
        assert small.get("/healthz").status == 200
    finally:
        for connection in slow:
            connection.close()


def test_a_connection_is_kept_for_requests_whose_heads_are_in_time(tmp_path):
    limits = replace(SMALL_LIMITS, header_timeout_s=60)
    with serving(Settings(port=0, data_dir=tmp_path, limits=limits)) as client:
        head = f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{client.port}\r\n\r\n".encode()
        with send(client, head) as connection:
            for _ in range(3):
                assert connection.recv(65536).startswith(b"HTTP/1.1 200")
                connection.sendall(head[:9])
                connection.sendall(head[9:])
            assert connection.recv(65536).startswith(b"HTTP/1.1 200")


def test_a_body_may_take_longer_than_a_head(tmp_path):
    limits = replace(SMALL_LIMITS, body_timeout_s=60)
    with serving(Settings(port=0, data_dir=tmp_path, limits=limits)) as client:
        head = f"POST /v1/digits HTTP/1.1\r\nHost: 127.0.0.1:{client.port}\r\nContent-Length: 4\r\n\r\n".encode()
        with send(client, head) as connection:
            for part in (b"nu", b"ll"):
                time.sleep(limits.header_timeout_s)  # so long that a head would be too slow
                connection.sendall(part)
            assert b'"code":"bad-request"' in connection.recv(65536)
