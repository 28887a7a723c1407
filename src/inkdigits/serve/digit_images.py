"""Pictures of digits and lines as data URLs, which the page shows and sends back. Knows nothing of networks."""

import base64
import binascii

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Image
from inkdigits.pictures.png import decode_png, encode_png

_PREFIX = "data:image/png;base64,"


def to_data_url(picture: NDArray[np.uint8]) -> str:
    """Return a normalized digit or a line as a data URL of a grey PNG.

    Args:
        picture: (H, W), uint8, 0 … 255.

    Examples:
        >>> digit = np.eye(28, dtype=np.uint8) * 255
        >>> bool((from_data_url(to_data_url(digit)) == digit).all())
        True
    """
    return _PREFIX + base64.b64encode(encode_png(picture)).decode()


def from_data_url(url: str) -> Image:
    """Return the normalized digit in a data URL, (28, 28), uint8, 0 is empty and 255 is ink.

    Args:
        url: From `to_data_url`.

    Raises:
        ValueError: It is no data URL of a grey PNG of 28x28.
    """
    if not url.startswith(_PREFIX):
        raise ValueError(f"the form starts with {url[:30]!r}")
    try:
        content = base64.b64decode(url.removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError(f"the form is no base64 ({error})") from error
    return decode_png(content)
