"""Numbers as the page writes them: percentages, durations, shapes. Knows nothing of what they measure."""


def percent(share: float | None, decimals: int = 2) -> str:
    """Return a share as a percentage, "none" for None. Rounding never turns a share below 1 into 100 %.

    Args:
        share: 0 … 1; None where there was nothing to measure.
        decimals: Digits after the point.

    Examples:
        >>> percent(0.97912), percent(None), percent(0.99999)
        ('97.91 %', 'none', '99.99 %')
    """
    if share is None:
        return "none"
    text = f"{share * 100:.{decimals}f}"
    if share < 1 and float(text) >= 100:
        text = f"{100 - 10**-decimals:.{decimals}f}"
    return text + " %"


def duration(seconds: float) -> str:
    """Return a duration in words.

    Args:
        seconds: At least 0.

    Examples:
        >>> duration(0.41), duration(75), duration(5400)
        ('0.4 s', '1 min 15 s', '1 h 30 min')
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def shape_text(sizes: tuple[int, ...]) -> str:
    """Return the shape of an array in words.

    Args:
        sizes: One for each axis.

    Examples:
        >>> shape_text((1797, 28, 28))
        '1,797 × 28 × 28'
    """
    return " × ".join(f"{size:,}" for size in sizes)
