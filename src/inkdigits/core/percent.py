"""A share as a percentage. Knows nothing of what it measures."""


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
