"""Empty heads of tables become plain cells: a screen reader would announce a head without a name.

They stand above the first column, in tables of pages and of pandas in notebooks.
"""

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

_EMPTY_HEAD = re.compile(r"<th(?: class=\"head\")?>\s*(?:<p>\s*</p>)?\s*</th>")


def without_empty_heads(html: str) -> str:
    """Return a page with a cell in place of each empty head.

    Args:
        html: A page.

    Examples:
        >>> without_empty_heads("<tr><th></th><th>loss</th></tr>")
        '<tr><td></td><th>loss</th></tr>'
    """
    return _EMPTY_HEAD.sub("<td></td>", html)


def _change(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    if "body" in context:
        context["body"] = without_empty_heads(context["body"])


def setup(app: Sphinx) -> dict[str, bool]:
    """Listen to the build.

    Args:
        app: The build.

    Returns:
        That pages may be read and written side by side.
    """
    app.connect("html-page-context", _change)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
