"""A word that is not allowed -> the one that was probably meant. Knows nothing of what the words name."""

import difflib
from collections.abc import Collection


def suggest(word: str, allowed: Collection[str], otherwise: str) -> str:
    """Return advice for a misspelt word.

    Args:
        word: What was given.
        allowed: The words that are possible.
        otherwise: The advice if none of them is similar.

    Examples:
        >>> suggest("mnits", ["mnist", "uci"], "check the name")
        'did you mean mnist?'
    """
    close = difflib.get_close_matches(word, allowed, n=1)
    return f"did you mean {close[0]}?" if close else otherwise
