"""The process that renders a PDF for `pdf.py`: a document in, sizes and pixels out. Imports nothing of the package.

Its argument is JSON with the limits. From standard input it takes the document. To standard output it writes a line of
JSON, {"count", "pages": [[width, height, dpi], …]} or {"fault"}, and then the pixels of each page, three bytes each.
"""

import json
import math
import sys
from contextlib import suppress
from typing import Any

MAX_MEMORY_BYTES = 2 * 1024**3
"""A page of 50 million pixels takes 150 MB, and a picture in it as much again."""

_POINTS_PER_INCH = 72
_WHITE = 0xFFFFFFFF


def main() -> None:
    """Render the document on standard input."""
    limits = json.loads(sys.argv[1])
    _limit_memory()
    try:
        import pypdfium2  # noqa: PLC0415  after the limit
    except ImportError:
        _write_header({"fault": "missing"})
        return
    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
        document.init_forms()
    except pypdfium2.PdfiumError as error:
        _write_header({"fault": _fault(error.err_code)})
        return
    count = len(document)
    pages = [_page_size(document, number, limits) for number in range(min(count, limits["pages"]))]
    _write_header({"count": count, "pages": pages})
    if count > limits["pages"] or any(dpi < _POINTS_PER_INCH for _, _, dpi in pages):
        return
    for number, (width, height, _) in enumerate(pages):
        _write_page(document, number, width, height)


def _fault(code: int | None) -> str:
    """Name what PDFium says of a document that it does not open."""
    from pypdfium2 import raw  # noqa: PLC0415

    if code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
        return "encrypted"
    return "empty" if code == raw.FPDF_ERR_SUCCESS else "damaged"  # it opens no document without pages


def _limit_memory() -> None:
    with suppress(ImportError, ValueError, OSError):  # not on Windows; macOS may refuse
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_DATA, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))


def _write_header(header: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(header).encode() + b"\n")
    sys.stdout.buffer.flush()


def _page_size(document: Any, number: int, limits: dict[str, int]) -> tuple[int, int, float]:
    """Return width and height of a page in pixels, and at which resolution; zeros if it is damaged."""
    try:
        width, height = document.get_page_size(number)
    except Exception:  # a damaged page: the caller says so
        return 0, 0, _POINTS_PER_INCH
    if not (0 < width < math.inf and 0 < height < math.inf):
        return 0, 0, _POINTS_PER_INCH
    # A pixel a side is for rounding up.
    fitting = min(math.sqrt(limits["pixels"] / (width * height)), limits["side"] / max(width, height)) * 0.999
    scale = min(limits["dpi"] / _POINTS_PER_INCH, fitting)
    return max(1, round(width * scale)), max(1, round(height * scale)), scale * _POINTS_PER_INCH


def _write_page(document: Any, number: int, width: int, height: int) -> None:
    from pypdfium2 import PdfBitmap, raw  # noqa: PLC0415

    page = document[number]
    bitmap = PdfBitmap.new_native(width, height, raw.FPDFBitmap_BGR)
    raw.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, _WHITE)
    flags = raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER  # handwriting of tablets is an annotation
    raw.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags)
    if document.formenv:
        raw.FPDF_FFLDraw(document.formenv, bitmap, page, 0, 0, width, height, 0, flags)
    pixels = memoryview(bitmap.buffer).cast("B")
    for top in range(0, height * bitmap.stride, bitmap.stride):  # rows are padded
        sys.stdout.buffer.write(pixels[top : top + 3 * width])
    sys.stdout.buffer.flush()
    bitmap.close()
    page.close()


if __name__ == "__main__":
    main()
