"""What every self-contained page needs: templates, trusted markup, hashes of scripts. Knows no page."""

import base64
import hashlib
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup


def template_text(name: str, package: str = "inkdigits.learn.report") -> str:
    """Return the text of a file in a package's folder `template`.

    Args:
        name: Of the file.
        package: With dots.
    """
    return files(package).joinpath("template", name).read_text(encoding="utf-8")


def templates(package: str = "inkdigits.learn.report") -> Environment:
    """Return Jinja's environment for a package's templates: all text is escaped, and an unknown name is an error.

    Args:
        package: With dots.
    """
    return Environment(
        loader=FunctionLoader(lambda name: template_text(name, package)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def trusted(markup: str) -> Markup:
    """Mark markup as safe to include unescaped: this package made it, and escaped every name in it.

    Args:
        markup: HTML, CSS or JavaScript.
    """
    return Markup(markup)  # noqa: S704


def csp_hash(script: str) -> str:
    """Return the hash with which a page's Content-Security-Policy allows this script and no other.

    Args:
        script: Its text.
    """
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
