"""Sphinx's settings for both languages of the site: docs/ in English and, with the tag `ko`, docs/ko/ in Korean."""

import sys
from pathlib import Path

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS))

project = "Inkdigits"
language = "ko" if tags.has("ko") else "en"  # noqa: F821, as Sphinx gives the tags
html_title = "Inkdigits"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "extensions.empty_heads",
    "extensions.korean_search",
    "extensions.mathml",
    "extensions.two_languages",
]
exclude_patterns = ["reference/reproduce", "_*", ".ipynb_checkpoints"] + ([] if language == "ko" else ["ko"])
templates_path = [str(DOCS / "_templates")]
locale_dirs = [str(DOCS / "locale")]
default_role = "code"
nitpick_ignore_regex = [("py:.*", ".*")]
"""Names of types in signatures: those that have no page of their own are plain text."""

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "off"
nb_ipywidgets_js: dict[str, dict[str, str]] = {}

autodoc_member_order = "bysource"
autodoc_typehints = "none"
"""Docstrings say what goes in and out in words, with shape, dtype and range."""

napoleon_use_ivar = True

html_theme = "furo"
html_theme_options = {"top_of_page_buttons": ["view"]}
html_static_path = [str(DOCS / "_static")]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_math_renderer = "mathml"
html_search_language = language
html_copy_source = False
html_show_copyright = False
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
