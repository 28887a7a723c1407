"""A digit in its form as a data URL, for the page to show and to send back. Knows nothing of networks."""

import base64
import binascii

from inkdigits.core.types import Image
from inkdigits.pictures.png import decode_png, encode_png

_PREFIX = "data:image/png;base64,"


def to_data_url(form: Image) -> str:
    """Return a form (28, 28) uint8 as a data URL of a grey PNG.

    Examples:
        >>> import numpy as np
        >>> form = np.eye(28, dtype=np.uint8) * 255
        >>> bool((from_data_url(to_data_url(form)) == form).all())
        True
    """
    return _PREFIX + base64.b64encode(encode_png(form)).decode()


def from_data_url(url: str) -> Image:
    """Return the form (28, 28) uint8 in a data URL.

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
