"""Percentages in texts that people read: 97.66 %, with a space, everywhere."""

import re

_OTHER = re.compile(r"\d[\d.,]*%(?![\dA-Fa-f]{2})")
"""A number and its sign without a space; not an escape in an address, such as %20."""

_NOT_READ = re.compile(r"<(style|script)\b.*?</\1>|<[^>]*>", re.DOTALL)


def other_percentages(text: str) -> list[str]:
    """Return the percentages in a text that have another form."""
    return _OTHER.findall(text)


def text_of_markup(markup: str) -> str:
    """Return what people read of HTML or SVG."""
    return _NOT_READ.sub(" ", markup)
