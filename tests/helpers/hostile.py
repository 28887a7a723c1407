"""Files that are nearly pictures, and a process of its own that reads them: `python hostile.py COUNT FIRST_SEED`.

It prints one line of JSON: how many were read and refused, how much memory all took, and which seed made the reader
fail, if any did. Each file is a function of its seed alone. Five seconds of a core for each file end the process.
"""

import io
import json
import re
import resource
import struct
import sys
import traceback
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
from PIL import features

_EXTREME = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


@cache
def good_files() -> tuple[tuple[str, bytes], ...]:
    """Return a small sheet of writing in every format and flavour that is opened, each with its usual suffix."""
    from helpers.writing import picture_of, sheet_of

    sheet = PIL.Image.fromarray(picture_of(sheet_of(["314", "27"], 20, gap=0.5)[0], noise_sigma=2))
    grey = sheet.convert("L")
    clear = sheet.convert("RGBA")
    clear.putalpha(grey.point(lambda level: 255 - level))
    deep = PIL.Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    exif = PIL.Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "a picture"
    pages = {"save_all": True, "append_images": [grey.convert("RGB"), sheet.resize((50, 40))]}
    flavours: list[tuple[str, PIL.Image.Image, str, dict[str, Any]]] = [
        (".png", sheet, "PNG", {}),
        (".png", sheet.quantize(8), "PNG", {"transparency": bytes([0, 100, 255])}),
        (".png", deep, "PNG", {}),
        (".png", clear, "PNG", {"exif": exif}),
        (".png", sheet, "PNG", pages),
        (".jpg", sheet, "JPEG", {"exif": exif, "comment": "x" * 40}),
        (".jpg", sheet, "JPEG", {"progressive": True}),
        (".jpg", sheet.convert("CMYK"), "JPEG", {}),
        (".gif", sheet, "GIF", pages),
        (".bmp", sheet, "BMP", {}),
        (".bmp", sheet.quantize(16), "BMP", {}),
        (".dib", grey, "DIB", {}),
        (".tif", sheet, "TIFF", pages),
        (".tif", grey, "TIFF", {"compression": "tiff_lzw"}),
        (".tif", sheet, "TIFF", {"compression": "tiff_adobe_deflate", "exif": exif}),
        (".tif", sheet, "TIFF", {"compression": "jpeg"}),
        (".tif", grey.convert("1"), "TIFF", {"compression": "group4"}),
        (".tif", PIL.Image.fromarray(np.asarray(grey, np.float32)), "TIFF", {}),
        (".webp", sheet, "WEBP", {"quality": 60, "exif": exif}),
        (".webp", clear, "WEBP", {"lossless": True}),
        (".webp", sheet, "WEBP", {"save_all": True, "append_images": [grey.convert("RGB")]}),
        (".ppm", sheet, "PPM", {}),
        (".pgm", deep, "PPM", {}),
        (".pbm", grey.convert("1"), "PPM", {}),
        (".ico", sheet.resize((64, 64)), "ICO", {"sizes": [(64, 64), (16, 16)]}),
    ]
    if features.check("avif"):
        flavours.append((".avif", sheet, "AVIF", {"quality": 60, "speed": 10}))
    files = []
    for suffix, picture, kind, options in flavours:
        file = io.BytesIO()
        picture.save(file, kind, **options)
        files.append((suffix, file.getvalue()))
    return tuple(files)


def mutant(seed: int) -> tuple[str, bytes]:
    """Return a damaged file and its suffix, which may be that of another format."""
    generator = np.random.default_rng(seed)
    files = good_files()
    suffix, original = files[seed % len(files)]
    content = bytearray(original)
    for _ in range(int(generator.integers(1, 4))):
        content = _MUTATIONS[generator.integers(len(_MUTATIONS))](content, generator)
    if original.startswith(b"\x89PNG") and generator.random() < 0.7:
        content = _with_right_sums(content)
    if generator.random() < 0.2:
        suffix = files[generator.integers(len(files))][0]
    return suffix, bytes(content)


def _place(content: bytearray, generator: np.random.Generator) -> int:
    """Choose a place, half of the time near the beginning, where headers are."""
    reach = min(len(content), 120) if generator.random() < 0.5 else len(content)
    return int(generator.integers(max(1, reach)))


def _set_bytes(content: bytearray, generator: np.random.Generator) -> bytearray:
    for _ in range(int(generator.integers(1, 6))):
        place = _place(content, generator)
        content[place : place + 1] = generator.bytes(1)
    return content


def _flip_bits(content: bytearray, generator: np.random.Generator) -> bytearray:
    for _ in range(int(generator.integers(1, 6))):
        place = _place(content, generator)
        if place < len(content):
            content[place] ^= 1 << int(generator.integers(8))
    return content


def _set_number(content: bytearray, generator: np.random.Generator) -> bytearray:
    place = _place(content, generator)
    value, order = int(generator.choice(_EXTREME)), str(generator.choice(["<", ">"]))
    size = int(generator.choice([1, 2, 4]))
    content[place : place + size] = (value & (256**size - 1)).to_bytes(size, "little" if order == "<" else "big")
    return content


def _cut_out(content: bytearray, generator: np.random.Generator) -> bytearray:
    place = _place(content, generator)
    del content[place : place + int(generator.integers(1, 60))]
    return content


def _cut_off(content: bytearray, generator: np.random.Generator) -> bytearray:
    return content[: int(generator.integers(len(content) + 1))]


def _repeat(content: bytearray, generator: np.random.Generator) -> bytearray:
    place, other = _place(content, generator), _place(content, generator)
    content[place:place] = content[other : other + int(generator.integers(1, 200))]
    return content


def _put_in(content: bytearray, generator: np.random.Generator) -> bytearray:
    place = _place(content, generator)
    content[place:place] = generator.bytes(int(generator.integers(1, 50)))
    return content


def _splice(content: bytearray, generator: np.random.Generator) -> bytearray:
    files = good_files()
    other = files[generator.integers(len(files))][1]
    return content[: _place(content, generator)] + other[int(generator.integers(len(other))) :]


_MUTATIONS = (_set_bytes, _flip_bits, _set_number, _set_number, _cut_out, _cut_off, _repeat, _put_in, _splice)


def _with_right_sums(content: bytearray) -> bytearray:
    """Mend the checksums of a PNG, so that what was changed is not refused for them alone."""
    place = 8
    while place + 12 <= len(content):
        (length,) = struct.unpack(">I", content[place : place + 4])
        end = place + 8 + length
        if end + 4 > len(content):
            break
        content[end : end + 4] = struct.pack(">I", zlib.crc32(content[place + 4 : end]))
        place = end + 4
    return content


def memory_mib(name: str) -> float:
    """Return a figure of this process's memory as Linux tells it: VmSize, VmPeak, VmHWM."""
    found = re.search(rf"{name}:\s+(\d+)", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def main(count: int, first: int, folder: Path) -> None:
    """Read `count` mutants and tell what came of it."""
    from inkdigits.core.errors import PictureError
    from inkdigits.read.reader import Reader

    resource.setrlimit(resource.RLIMIT_CPU, (60 + 5 * count, 60 + 5 * count))  # far more than they take
    reader = Reader(min_confidence=0)
    for _, content in good_files():
        reader.read(content)
        reader.read(content, single=True)
    before = memory_mib("VmSize")
    result: dict[str, Any] = {"read": 0, "refused": 0, "growth_mib": 0.0, "failed": None}
    for seed in range(first, first + count):
        suffix, content = mutant(seed)
        file = folder / f"mutant{suffix}"
        file.write_bytes(content)
        (folder / "seed").write_text(str(seed))  # of a crash nothing else would be left
        try:
            json.dumps(reader.read(file, single=seed % 3 == 0).to_dict(), allow_nan=False)
            result["read"] += 1
        except PictureError:
            result["refused"] += 1
        except Exception:
            result["failed"] = [seed, traceback.format_exc()]
            break
    result["growth_mib"] = memory_mib("VmPeak") - before
    print(json.dumps(result))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
