"""Numbers as the page writes them: durations, shapes. Knows nothing of what they measure."""

from inkdigits.core.messages import Message


def duration(seconds: float) -> Message:
    """Return a duration in words.

    Args:
        seconds: At least 0.

    Examples:
        >>> duration(0.41), duration(75), duration(5400)
        ('0.4 s', '1 min 15 s', '1 h 30 min')
    """
    if seconds < 60:
        return Message("{seconds:.1f} s", seconds=seconds)
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return Message("{minutes} min {seconds} s", minutes=minutes, seconds=rest)
    return Message("{hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)


def shape_text(sizes: tuple[int, ...]) -> str:
    """Return the shape of an array in words.

    Args:
        sizes: One for each axis.

    Examples:
        >>> shape_text((1797, 28, 28))
        '1,797 × 28 × 28'
    """
    return " × ".join(f"{size:,}" for size in sizes)
