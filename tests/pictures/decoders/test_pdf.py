"""Pages of PDFs: rendered as a viewer shows them, and whatever is wrong with one stays outside this process."""

import signal
import sys

import numpy as np
import pytest

from helpers.documents import ENCRYPTED, encode_pages, write_pdf
from helpers.files import draw_digit
from inkdigits.core.errors import PictureError, PictureTooLargeError
from inkdigits.pictures.decoders import pdf
from inkdigits.pictures.decoders.pdf import is_pdf, pdf_page_sizes, render_pdf


def pages_of(content):
    return list(render_pdf(content, "form.pdf"))


def test_a_page_has_200_dots_an_inch_and_its_colours():
    content = write_pdf(box="0 0 144 72", content=b"0 0 1 rg 0 0 72 72 re f")
    (page,) = pages_of(content)
    assert page.shape == (200, 400, 3)
    assert page[100, 100].tolist() == [0, 0, 255]
    assert page[100, 300].tolist() == [255, 255, 255]
    assert page.flags.writeable
    assert pdf_page_sizes(content, "form.pdf") == [(400, 200)]


def test_the_pages_come_in_order_and_a_scan_as_it_was():
    scans = [draw_digit(label, 200) for label in (1, 5)]
    pages = pages_of(encode_pages(scans, "PDF", resolution=200))
    assert len(pages) == 2
    for page, scan in zip(pages, scans, strict=True):
        assert page.shape == scan.shape
        assert np.abs(page.astype(int) - scan).mean() < 3  # Pillow stores it as JPEG


def test_pen_strokes_of_a_tablet_are_shown_and_pages_turned():
    ink = "/Annots [<< /Type /Annot /Subtype /Ink /Rect [0 0 200 100] /InkList [[10 10 100 90]] /C [1 0 0] >>]"
    (page,) = pages_of(write_pdf(more=ink))
    assert (page[..., 1] < 100).any()
    (turned,) = pages_of(write_pdf(more="/Rotate 90"))
    assert turned.shape[0] > turned.shape[1]


def test_a_large_page_is_rendered_at_fewer_dots():
    ((width, height),) = pdf_page_sizes(write_pdf(box="0 0 5000 2500"), "plan.pdf")
    assert 45_000_000 < width * height <= 50_000_000


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7 nothing", r"form\.pdf is damaged; expected a whole PDF; export it again"),
        (write_pdf()[:150], "is damaged"),
        (write_pdf(trailer=ENCRYPTED), "is encrypted; expected a PDF without a password; save it without its password"),
        (write_pdf(kids=0), "has no pages; expected a PDF with at least one"),
        (write_pdf(kids=5000), "has 5,000 pages; expected at most 100; split it into several files"),
        (write_pdf(box="0 0 14400 14400"), r"page 1 of .*too large \(14,400 x 14,400 pixels at 72 dpi\)"),
    ],
    ids=["no", "half", "encrypted", "empty", "5,000 pages", "gigantic"],
)
def test_what_can_not_be_rendered_is_told(content, words):
    assert is_pdf(content)
    with pytest.raises(PictureError, match=words):
        pages_of(content)


def test_a_page_that_is_too_large_is_told_as_such():
    with pytest.raises(PictureTooLargeError):
        pdf_page_sizes(write_pdf(box="0 0 14400 14400"), "form.pdf")


@pytest.fixture
def worker(tmp_path, monkeypatch):
    """Run another program in the place of the worker, as if a document had brought PDFium to do so."""

    def replace(code):
        path = tmp_path / "worker.py"
        path.write_text(code)
        monkeypatch.setattr(pdf, "WORKER", path)

    return replace


ONE_PAGE = (
    "import json, os, sys, time\nprint(json.dumps({'count': 2, 'pages': [[4, 3, 200], [4, 3, 200]]}), flush=True)\n"
)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL])
def test_a_crash_costs_the_page_and_not_the_process(worker, number):
    worker(f"{ONE_PAGE}sys.stdout.buffer.write(bytes(36)); sys.stdout.flush(); os.kill(os.getpid(), {int(number)})")
    pages = render_pdf(b"%PDF-", "form.pdf")
    assert next(pages).shape == (3, 4, 3)
    with pytest.raises(PictureError, match=r"page 2 of form\.pdf is damaged"):
        next(pages)
    worker(f"import os; os.kill(os.getpid(), {int(number)})")
    with pytest.raises(PictureError, match=r"form\.pdf is damaged"):
        pages_of(b"%PDF-" + bytes(1_000_000))


def test_a_page_that_never_ends_is_ended(worker, monkeypatch):
    monkeypatch.setattr(pdf, "MAX_SECONDS", 0.5)
    worker(f"{ONE_PAGE}time.sleep(10**6)")
    with pytest.raises(PictureError, match=r"takes over .* to render; expected a simpler PDF"):
        pages_of(b"%PDF-")


def test_without_pypdfium2_it_says_what_to_install(tmp_path, monkeypatch):
    (tmp_path / "pypdfium2.py").write_text("raise ImportError")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(
        PictureError, match=r'form\.pdf is a PDF; expected pypdfium2 .*; pip install "inkdigits\[pdf\]"'
    ):
        pages_of(write_pdf())


def test_a_document_read_in_part_leaves_no_process():
    pages = render_pdf(write_pdf(kids=50), "form.pdf")
    next(pages)
    worker = pages.gi_frame.f_locals["worker"]
    pages.close()
    assert worker._process.returncode is not None
