"""A digit and its probabilities drawn with characters. Knows nothing of networks."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inkdigits.core.types import Image

_SHADES = " ░▒▓█"


def digit_to_text(image: "Image") -> str:
    """Return a digit as 14 lines of 28 characters; each stands for two pixels, one above the other.

    Args:
        image: (28, 28), uint8, 0 is empty and 255 is ink.
    """
    pairs = image.reshape(14, 2, 28).mean(axis=1)  # (14, 28)
    shades = (pairs / 256 * len(_SHADES)).astype(int)
    return "\n".join("".join(_SHADES[shade] for shade in row).rstrip() for row in shades)


def bars_to_text(classes: Sequence[str], probabilities: Sequence[float], width: int = 30) -> str:
    """Return one line for each class: its name, a bar, its probability.

    Args:
        classes: The name of each class.
        probabilities: 0 … 1 for each class.
        width: Characters of a bar of probability 1.

    Examples:
        >>> print(bars_to_text(["0", "1"], [0.25, 0.75], width=4))
        0  █      25.00 %
        1  ███    75.00 %
    """
    longest = max(len(name) for name in classes)
    return "\n".join(
        f"{name:>{longest}}  {'█' * round(value * width):<{width}}  {100 * value:6.2f} %"
        for name, value in zip(classes, probabilities, strict=True)
    )
