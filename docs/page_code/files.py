"""The pictures that the pages speak of, drawn with strokes: sheets, forms, digits, folders and archives of them."""

import shutil
from pathlib import Path

import numpy as np
from PIL import Image

from helpers.forms import comb, table
from helpers.writing import picture_of, sheet_of
from inkdigits.data.load import load

ROWS = [["101", "17", "85"], ["102", "9", "70"], ["103", "24", "91"]]


def make_files(folder: Path) -> None:
    """Write the files that any page may use.

    Args:
        folder: An empty folder.
    """
    sheet(folder / "sheet.jpg", "31415926", "27182", "1618")
    sheet(folder / "cheque.jpg", "4250")
    sheet(folder / "phone.jpg", "0612345678")
    sheet(folder / "card.jpg", "4539578763621486")
    Image.fromarray(comb("20250731").picture).save(folder / "comb.jpg", quality=95)
    form = Image.fromarray(table(ROWS).picture)
    form.save(folder / "form.jpg", quality=95)
    form.save(folder / "form.pdf")
    for name in ("scans", "photos", "digits"):
        (folder / name).mkdir()
    for number, text in enumerate(("2718", "31415", "161803")):
        sheet(folder / "scans" / f"{number}.png", text)
    for digit in range(10):
        sheet(folder / "digits" / f"{digit}.png", str(digit))
    for digit in (3, 7):
        shutil.copy(folder / "digits" / f"{digit}.png", folder / "photos")
    shutil.copy(folder / "digits" / "7.png", folder / "seven.png")
    shutil.make_archive(str(folder / "archive"), "zip", folder / "scans")
    digits = load("uci")
    for split, part, count in (("train", digits.train, 400), ("test", digits.test, 100)):
        for number in range(count):
            path = folder / "my-digits" / split / str(part.labels[number]) / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(part.images[number]).save(path)


def sheet(path: Path, *lines: str) -> None:
    """Write a picture with lines of digits.

    Args:
        path: The file.
        *lines: Their digits.
    """
    picture = picture_of(sheet_of(list(lines), 48, gap=0.5)[0], noise_sigma=2)
    Image.fromarray(np.asarray(picture)).save(path, quality=95)
