"""Every page and its twin in the other language, and links that lead out of the documents.

A page `docs/NAME.md` has its twin at `docs/ko/NAME.md`; on the site `NAME.html` and `ko/NAME.html`.
"""

import os
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from extensions.pages import has_source

DOCS = Path(__file__).parents[1]
ROOT = DOCS.parent
REPOSITORY = "https://github.com/inkdigits/inkdigits/blob/main/"

_LINK = re.compile(r"\]\((\.\./[^)#\s]+)((?:#[^)\s]*)?)\)")

logger = logging.getLogger(__name__)


def link_to_repository(app: Sphinx, page: str, source: list[str]) -> None:
    """Let links to files outside of the documents lead to the repository, as the site does not hold them.

    Args:
        app: The build.
        page: Its name.
        source: Its text, in a list of one, which is changed.
    """
    folder = Path(app.srcdir, page).parent

    def rewritten(link: re.Match[str]) -> str:
        target = Path(os.path.normpath(folder / link[1]))
        if target.is_relative_to(DOCS) or not target.exists():
            return link[0]
        return f"]({REPOSITORY}{target.relative_to(ROOT).as_posix()}{link[2]})"

    source[0] = _LINK.sub(rewritten, source[0])


def mark_english_sections(app: Sphinx, doctree: nodes.document) -> None:
    """Say of each section of a page with `sections: en` in its head that it is English: its title is not.

    Args:
        app: The build.
        doctree: The page.
    """
    if app.env.metadata[app.env.current_document.docname].get("sections") == "en":
        for title in doctree.findall(nodes.section):
            for section in title.children:
                if isinstance(section, nodes.section):
                    section["classes"].append("language-en")
            return


def add_twin(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Give a page the address of its twin; without one, the build warns.

    Args:
        app: The build.
        page: Its name.
        template: Its template.
        context: What the template gets: `twin` is the address, `twin_language` its language.
        doctree: The page; None for the pages that Sphinx makes.
    """
    korean = app.config.language == "ko"
    source = DOCS / page if korean else DOCS / "ko" / page
    if not has_source(source):
        logger.warning("this page has no twin %s in the other language", source.relative_to(ROOT), location=page)
    context["twin"] = f"{context['content_root']}{'../' if korean else 'ko/'}{page}.html"
    context["twin_language"] = "en" if korean else "ko"


def setup(app: Sphinx) -> dict[str, bool]:
    """Listen to the build.

    Args:
        app: The build.

    Returns:
        That pages may be read and written side by side.
    """
    app.connect("source-read", link_to_repository)
    app.connect("doctree-read", mark_english_sections)
    app.connect("html-page-context", add_twin)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
