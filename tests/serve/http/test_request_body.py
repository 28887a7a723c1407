"""Bodies that are too long or too slow."""

from helpers.servers import receive_all, send


def test_a_long_body_is_refused_by_its_length_before_it_is_sent(small):
    head = f"POST /v1/read HTTP/1.1\r\nHost: 127.0.0.1:{small.port}\r\nContent-Length: 30000000\r\n\r\n"
    answer = receive_all(send(small, head.encode()))
    assert answer.startswith(b"HTTP/1.1 413")
    assert b'"code":"too-large"' in answer


def test_a_long_body_without_a_length_is_refused_while_it_arrives(small):
    head = f"POST /v1/read HTTP/1.1\r\nHost: 127.0.0.1:{small.port}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    connection = send(small, head + b"3000\r\n" + b"x" * 0x3000 + b"\r\n" + b"3000\r\n" + b"x" * 0x3000 + b"\r\n")
    assert receive_all(connection).startswith(b"HTTP/1.1 413")


def test_a_long_file_in_a_form_is_refused(small):
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + b"x" * 21_000 + b"\r\n--x--\r\n"
    )
    assert small.post("/v1/read", body, Content_Type="multipart/form-data; boundary=x").code == "too-large"


def test_a_slow_body_is_a_timeout(small):
    head = f"POST /v1/read HTTP/1.1\r\nHost: 127.0.0.1:{small.port}\r\nContent-Length: 100\r\n\r\nx"
    answer = receive_all(send(small, head.encode()))
    assert answer.startswith(b"HTTP/1.1 408")
    assert b'"code":"timeout"' in answer
