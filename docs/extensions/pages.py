"""Which pages have a source. Knows nothing of Sphinx."""

from pathlib import Path

_ENDINGS = (".md", ".ipynb")
_MADE_BY_SPHINX = ("genindex", "search", "py-modindex")


def has_source(page: Path) -> bool:
    """Tell whether a page is written by hand, or made by Sphinx in any case.

    Args:
        page: Where its source would be, without the ending.
    """
    return page.name in _MADE_BY_SPHINX or any(page.with_name(page.name + ending).exists() for ending in _ENDINGS)
