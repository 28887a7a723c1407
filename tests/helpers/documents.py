"""PDFs and TIFFs, whole and broken."""

import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def encode_pages(pages: Sequence[NDArray[np.uint8]], kind: str, **options: object) -> bytes:
    """Return pictures (H, W, 3), uint8, as the pages of a PDF or TIFF."""
    first, *others = map(Image.fromarray, pages)
    file = io.BytesIO()
    first.save(file, kind, save_all=True, append_images=others, **options)
    return file.getvalue()


def write_pdf(
    kids: int = 1, box: str = "0 0 200 100", content: bytes = b"", more: str = "", trailer: str = ""
) -> bytes:
    """Return a PDF written by hand.

    Args:
        kids: How many times its one page stands in it.
        box: Left, bottom, right and top of the page in points.
        content: What draws it.
        more: Entries of the page.
        trailer: Entries of the trailer.
    """
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b"3 0 R " * kids, kids),
        f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R {more} >>".encode(),
        b"<< /Length %d >> stream\n%s\nendstream" % (len(content), content),
    ]
    file, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(file)
    file += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    file += f"trailer << /Size 5 /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(file)


ENCRYPTED = (
    "/ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>] "
    f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{'ab' * 32}> /U <{'cd' * 32}> >>"
)
"""A trailer that asks for a password which nobody has."""
