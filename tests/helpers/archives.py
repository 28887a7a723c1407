"""Files as publishers of digits have them, made of a few: zip, the LZW of compress, UNIPEN text, IDX tables."""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence

import numpy as np


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def pack_lzw(content: bytes, most_bits: int = 16, clear_after: int | None = None) -> bytes:
    """Pack as compress does; `clear_after` so many codes the table is emptied."""
    packed = bytearray([0x1F, 0x9D, 0x80 | most_bits])
    table = {bytes([value]): value for value in range(256)}
    bits, free, written = 9, 257, 0
    group: list[int] = []

    def flush() -> None:
        number = sum(code << (index * bits) for index, code in enumerate(group))
        packed.extend(number.to_bytes(bits, "little"))
        group.clear()

    def write(code: int) -> None:
        group.append(code)
        if len(group) == 8:
            flush()

    def end_group() -> None:
        if group:
            flush()

    word = b""
    for place, value in enumerate(content):
        longer = word + bytes([value])
        if longer in table:
            word = longer
            continue
        write(table[word])
        written += 1
        if free < 1 << most_bits:
            table[longer] = free
            free += 1
        # The reader knows each string one code later than the writer.
        if free - 1 == 1 << bits and bits < most_bits:
            end_group()
            bits += 1
        word = longer[-1:]
        if clear_after and written % clear_after == 0 and place < len(content) - 1:
            write(256)
            end_group()
            table = {bytes([value]): value for value in range(256)}
            bits, free = 9, 257
    if word:
        write(table[word])
    if group:
        used = -(-len(group) * bits // 8)
        flush()
        del packed[len(packed) - (bits - used) :]
    return bytes(packed)


def unipen_text(digits: Sequence[tuple[str, int, list[list[tuple[int, int]]]]]) -> str:
    """Return label, writer and strokes of each character as UCI's files have them."""
    lines = [".INCLUDE\tdoc", ".LEXICON", ""]
    for number, (label, writer, strokes) in enumerate(digits):
        lines += [f'.SEGMENT DIGIT {number} ? "{label}"', f".COMMENT {label} {writer} {number}"]
        for stroke in strokes:
            lines += [".PEN_DOWN", *(f" {x}  {y} " for x, y in stroke), ".PEN_UP", ".DT 100"]
        lines.append("")
    return "\n".join(lines)


def idx_table(rows: np.ndarray) -> bytes:
    """Return whole numbers in rows and columns as an IDX file."""
    return struct.pack(">HBBII", 0, 0x0C, 2, *rows.shape) + rows.astype(">i4").tobytes()
