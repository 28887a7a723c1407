import io
import struct
import zlib

import numpy as np
from PIL import Image

from helpers.documents import write_pdf
from helpers.pictures import to_png


def huge_header() -> bytes:
    """A PNG of some bytes that claims a hundred thousand pixels a side."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    size = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def test_many_pixels_are_refused_by_the_header(small):
    assert small.post("/v1/read", huge_header()).code == "too-large"
    assert small.post("/v1/read", to_png(np.full((400, 400), 255, np.uint8))).code == "too-large"


def test_the_pages_of_a_file_count_together(small):
    buffer = io.BytesIO()
    pages = [Image.new("1", (200, 200)) for _ in range(3)]
    pages[0].save(buffer, "TIFF", save_all=True, append_images=pages[1:])
    assert small.post("/v1/read", buffer.getvalue()).code == "too-large"


def test_the_pages_of_a_pdf_count_before_they_are_rendered(small):
    assert small.post("/v1/read", write_pdf(box="0 0 20 20")).status == 200
    assert small.post("/v1/read", write_pdf(kids=9, box="0 0 72 72")).code == "too-large"
    assert small.post("/v1/read", write_pdf(box="0 0 14400 14400")).code == "too-large"
    assert small.post("/v1/read", write_pdf()[:150]).code == "no-picture"
    assert small.post("/v1/read", write_pdf(kids=101)).code == "no-picture"
