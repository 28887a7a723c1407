"""Shares, losses and cells of spreadsheets as text. Knows nothing of what they measure."""

import re

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula."""

_NEGATIVE = re.compile(r"-\.?\d[\d.,']*")
"""A negative number, which begins like a formula."""


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


def percent_with_spread(mean: float, spread: float | None) -> str:
    """Return a mean of shares with its spread as percentages.

    Args:
        mean: 0 … 1.
        spread: The standard deviation, 0 … 1; None where there is only one share.

    Examples:
        >>> percent_with_spread(0.97912, 0.0035), percent_with_spread(0.97912, None)
        ('97.91 ± 0.35 %', '97.91 %')
    """
    return percent(mean) if spread is None else f"{100 * mean:.2f} ± {100 * spread:.2f} %"


def loss_text(loss: float) -> str:
    """Return a loss with four decimals, or with three digits where it is large.

    Args:
        loss: At least 0, finite.

    Examples:
        >>> loss_text(0.27779), loss_text(51803744.0)
        ('0.2778', '5.18e+07')
    """
    return f"{loss:.4f}" if loss < 1000 else f"{loss:.3g}"


def harmless_cell(text: str) -> str:
    """Return the text of a cell so that no spreadsheet takes it for a formula.

    Args:
        text: Of a cell.

    Examples:
        >>> harmless_cell("=1+1"), harmless_cell("-12.5")
        ("'=1+1", '-12.5')
    """
    is_formula = text.startswith(_FORMULA_STARTS) and not _NEGATIVE.fullmatch(text)
    return f"'{text}" if is_formula else text
