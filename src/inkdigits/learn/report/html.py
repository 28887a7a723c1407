"""Fills the templates of this package's pages. Knows Jinja; nothing of what a page shows."""

import base64
import hashlib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from inkdigits.core.formatting import loss_text, percent, percent_with_spread
from inkdigits.learn.report.formatting import duration, shape_text
from inkdigits.learn.report.languages import ENGLISH, Language


class PageTemplate:
    """A page of this package, to be filled with values.

    Args:
        name: The file with its HTML.
        scripts: The files with its JavaScript, in order; they are one module.
        styles: The files with its CSS, in order.
        language: What its words are in.
    """

    def __init__(
        self,
        name: str,
        scripts: tuple[str, ...],
        styles: tuple[str, ...] = ("page.css",),
        language: Language = ENGLISH,
    ) -> None:
        script, style = (trusted("\n".join(map(_package_text, names))) for names in (scripts, styles))
        self._fixed = {"script": script, "style": style, "script_hash": _csp_hash(script), "language": language.code}
        self._template = _environment(language).get_template(name)

    def fill(self, values: Mapping[str, Any]) -> str:
        """Return the page.

        Args:
            values: What its HTML asks for, by name.
        """
        return self._template.render({**self._fixed, **values})


def trusted(markup: str) -> Markup:
    """Return markup marked as safe to include unescaped: this package made it, and escaped every name in it.

    Args:
        markup: HTML, SVG, CSS or JavaScript.
    """
    return Markup(markup)  # noqa: S704


def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=FunctionLoader(_package_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    # `trans` and `_` take the template's own sentences, `say` takes anybody's: it escapes them.
    environment.install_gettext_callables(language.gettext, language.ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.globals["say"] = environment.filters["say"] = language.say
    environment.filters |= {
        "percent": percent,
        "percent_with_spread": percent_with_spread,
        "loss": loss_text,
        "duration": duration,
        "shape": shape_text,
    }
    return environment


def _package_text(name: str) -> str:
    return files("inkdigits.learn.report").joinpath("template", name).read_text(encoding="utf-8")


def _csp_hash(script: str) -> str:
    """Return the hash with which the page's Content-Security-Policy allows this script and no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
