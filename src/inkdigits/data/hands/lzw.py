"""Unpacks `.Z` files, the LZW of Unix's compress, for which Python has no reader. Knows nothing of what is in them."""

from inkdigits.core.errors import DataError

_MAGIC = b"\x1f\x9d"
_FIRST_BITS = 9
_MOST_BITS = 16
_CLEAR = 256
"""In block mode, the code that empties the table."""


def unpack_lzw(packed: bytes, name: str, *, max_bytes: int) -> bytes:
    """Return the content of a `.Z` file.

    Args:
        packed: The file's bytes.
        name: What to call it in an error.
        max_bytes: The largest unpacked length.

    Raises:
        DataError: It is no `.Z` file, is damaged, or unpacks to more than `max_bytes`.

    Source:
        T. A. Welch: A Technique for High-Performance Data Compression. Computer 17 (6), 1984; the header and the
        groups of codes are those of compress.

    Examples:
        >>> unpack_lzw(bytes([0x1F, 0x9D, 0x90, 0x37, 0x01]), "seven.Z", max_bytes=10)
        Traceback (most recent call last):
        ...
        inkdigits.core.errors.DataError: seven.Z is damaged (code 311 before any other); expected a .Z file of \
compress; download or copy it again
        >>> unpack_lzw(bytes([0x1F, 0x9D, 0x90, 0x37, 0x00]), "seven.Z", max_bytes=10)
        b'7'
    """
    if packed[:2] != _MAGIC or len(packed) < 3:
        raise _damaged(name, "it begins otherwise")
    most_bits, has_clear = packed[2] & 0x1F, bool(packed[2] & 0x80)
    if not _FIRST_BITS <= most_bits <= _MOST_BITS:
        raise _damaged(name, f"codes of {most_bits} bits")
    table = _new_table(has_clear=has_clear)
    unpacked, before, bits, place = bytearray(), b"", _FIRST_BITS, 3
    while place < len(packed):
        # Codes come in groups of eight, which take as many bytes as a code has bits; a change of bits ends a group.
        group = packed[place : place + bits]
        place += bits
        number = int.from_bytes(group, "little")
        for index in range(8 * len(group) // bits):
            code = number >> (index * bits) & ((1 << bits) - 1)
            if has_clear and code == _CLEAR:
                table, before, bits = _new_table(has_clear=True), b"", _FIRST_BITS
                break
            if code < len(table):
                entry = table[code]
            elif code == len(table) and before:
                entry = before + before[:1]
            else:
                raise _damaged(name, f"code {code} {'of an empty table' if before else 'before any other'}")
            unpacked += entry
            if before and len(table) < 1 << most_bits:
                table.append(before + entry[:1])
            before = entry
            if len(table) == 1 << bits and bits < most_bits:
                bits += 1
                break
        if len(unpacked) > max_bytes:
            raise DataError(
                f"{name} unpacks to more than {max_bytes:,} bytes",
                expected="a data set of ordinary size",
                mend="check where it came from",
            )
    return bytes(unpacked)


def _new_table(*, has_clear: bool) -> list[bytes]:
    """Return the strings that codes stand for at the beginning: all bytes, and a place for the code that clears."""
    return [bytes([value]) for value in range(256)] + [b""] * has_clear


def _damaged(name: str, found: str) -> DataError:
    return DataError(f"{name} is damaged ({found})", expected="a .Z file of compress", mend="download or copy it again")
