"""The wire format of protobuf: messages -> their fields, and fields -> bytes. Knows no ONNX."""

from collections.abc import Iterator

Value = int | memoryview
"""A number, or the bytes of a text, a message or packed numbers."""

_VARINT, _FIXED_64, _LENGTH, _FIXED_32 = 0, 1, 2, 5
_FIXED_SIZES = {_FIXED_64: 8, _FIXED_32: 4}
_MAX_VARINT_BYTES = 10


def read_fields(message: memoryview) -> Iterator[tuple[int, Value]]:
    """Yield the number and the value of each field of a message, in their order.

    Args:
        message: Its bytes.

    Yields:
        The field's number; and an unsigned number, or bytes that share memory with `message`.

    Raises:
        ValueError: The message is truncated, or has a wire type that is not in use.

    Examples:
        >>> content = write_field(1, b"conv2d") + bytes([16, 200, 1])
        >>> [(number, value if isinstance(value, int) else bytes(value)) for number, value in
        ...  read_fields(memoryview(content))]
        [(1, b'conv2d'), (2, 200)]
    """
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        number, wire_type = key >> 3, key & 7
        if wire_type == _VARINT:
            value, place = _varint(message, place)
            yield number, value
            continue
        if wire_type == _LENGTH:
            size, place = _varint(message, place)
        elif wire_type in _FIXED_SIZES:
            size = _FIXED_SIZES[wire_type]
        else:
            raise ValueError(f"a field of wire type {wire_type}")
        if place + size > len(message):
            raise ValueError("a truncated field")
        yield number, message[place : place + size]
        place += size


def read_varints(packed: memoryview) -> Iterator[int]:
    """Yield the numbers of a packed field.

    Args:
        packed: Its bytes.

    Raises:
        ValueError: It is truncated.
    """
    place = 0
    while place < len(packed):
        value, place = _varint(packed, place)
        yield value


def to_signed(value: int) -> int:
    """Return an int64 that is written as an unsigned number.

    Args:
        value: 0 … 2⁶⁴ - 1.

    Examples:
        >>> to_signed(2**64 - 1)
        -1
    """
    return value - (1 << 64) if value >> 63 else value


def write_field(number: int, content: bytes) -> bytes:
    """Return a field that holds a text or a message.

    Args:
        number: The field's.
        content: Its bytes.
    """
    return _to_varint(number << 3 | _LENGTH) + _to_varint(len(content)) + content


def _varint(message: memoryview, place: int) -> tuple[int, int]:
    """Return the number at a place and the place after it."""
    value = 0
    for shift, byte in enumerate(message[place : place + _MAX_VARINT_BYTES]):
        value |= (byte & 0x7F) << 7 * shift
        if not byte & 0x80:
            return value & (1 << 64) - 1, place + shift + 1
    raise ValueError("a truncated number")


def _to_varint(value: int) -> bytes:
    content = bytearray()
    while value > 0x7F:
        content.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*content, value])
