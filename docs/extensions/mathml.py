"""Writes formulas as MathML, which browsers draw without a script. Knows nothing of languages."""

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write a formula of a line.

    Args:
        self: Writes the page.
        node: The formula, in LaTeX.
    """
    self.body.append(tex2mathml(node.astext()))
    raise nodes.SkipNode


def visit_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula that stands alone; a wide one scrolls inside its box.

    Args:
        self: Writes the page.
        node: The formula, in LaTeX.
    """
    formula = tex2mathml(node.astext(), as_block=True)
    self.body.append(f"{self.starttag(node, 'div', CLASS='math')}{formula}</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer `mathml`.

    Args:
        app: The build.

    Returns:
        That pages may be read and written side by side.
    """
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
