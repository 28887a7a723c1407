"""The words of the page: both languages say the same things, and everything that is said has words."""

import json
import re
from pathlib import Path

import pytest

import inkdigits.serve

STATIC = Path(inkdigits.serve.__file__).parent / "static"


def read_strings(language: str) -> dict[str, str]:
    """Return what the modules of strings hold: but for its last comma each is JSON."""
    pairs = []
    for path in sorted(STATIC.glob(f"strings*.{language}.js"), key=lambda path: len(path.name)):
        source = path.read_text("utf-8")
        body = source[source.index("{") : source.rindex("}") + 1]
        pairs += json.loads(re.sub(r",\s*}$", "}", body), object_pairs_hook=list)
    assert len(dict(pairs)) == len(pairs), "a key stands there twice"
    return dict(pairs)


ENGLISH, KOREAN = read_strings("en"), read_strings("ko")


def test_both_languages_have_the_same_keys_in_the_same_order() -> None:
    assert list(ENGLISH) == list(KOREAN)


@pytest.mark.parametrize("key", ENGLISH)
def test_both_fill_in_the_same_words_and_are_not_empty(key: str) -> None:
    first, second = (set(re.findall(r"\{\w+\}", strings[key])) for strings in (ENGLISH, KOREAN))
    assert first == second
    assert ENGLISH[key].strip()
    assert KOREAN[key].strip()


def test_korean_is_korean() -> None:
    names = {"said-digit", "correction-is", "points", "refused-one", "language-other"}  # only figures, signs and names
    names |= {"inside-relu", "inside-tanh", "inside-gelu", "inside-maps"}
    assert [key for key, text in KOREAN.items() if not re.search("[가-힣]", text) and key not in names] == []


def test_every_key_has_a_use_and_every_use_has_words() -> None:
    sources = {path.name: path.read_text("utf-8") for path in STATIC.iterdir() if path.suffix in {".js", ".html"}}
    pages = "".join(text for name, text in sources.items() if name.endswith(".html"))
    used = set(re.findall(r'data-(?:text|label)="([^"]+)"', pages))
    code = "".join(text for name, text in sources.items() if re.fullmatch(r"[a-z-]+\.js", name))
    quoted = set(re.findall(r'"([a-z-]+)"', code))
    spoken = set(re.findall(r'\bsay\("([^"]+)"', code))
    built = re.findall(r"`([a-z-]+-)\$\{", code)  # say(`nothing-${mode()}`)
    assert used | spoken <= set(ENGLISH)
    unused = set(ENGLISH) - used - quoted
    assert [key for key in unused if not key.startswith(tuple(built))] == []


@pytest.mark.parametrize(("name", "words"), [("index.html", {"Inkdigits"}), ("learn.html", set())])
def test_html_has_no_words_styles_or_scripts_of_its_own(name: str, words: set[str]) -> None:
    source = (STATIC / name).read_text("utf-8")
    assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?![^>]*\ssrc=)", source)
    body = re.sub(r"<noscript>.*?</noscript>|<!--.*?-->|<title>.*?</title>", "", source, flags=re.S)
    assert set(re.sub(r"<[^>]+>", "", body).split()) == words
