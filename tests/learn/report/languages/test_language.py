import ast
import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from string import Formatter

import pytest
from jinja2 import Environment

import inkdigits
from inkdigits.core.errors import ArgumentError
from inkdigits.core.messages import Message
from inkdigits.learn.report.languages import ENGLISH, LANGUAGES, load_language
from inkdigits.recipes.load import TUTORIALS, load_recipe

PACKAGE = Path(inkdigits.__file__).parent
REPORT = PACKAGE / "learn/report"
TEMPLATES = [REPORT / "template" / name for name in ("base.html", "page.html", "feature_map.html", "sweep/page.html")]
SCRIPTS = [REPORT / "template" / name for name in ("page.js", "feature_map.js")]
SAYING = [
    *REPORT.glob("*.py"),
    *REPORT.glob("sweep/*.py"),
    *(PACKAGE / "learn/evaluation/verdict").glob("*.py"),
    PACKAGE / "learn/networks/diagram.py",
]
OTHERS = [code for code in LANGUAGES if code != "en"]


def catalogue(code: str) -> dict[str, dict[str, str]]:
    return tomllib.loads(files("inkdigits.learn.report.languages").joinpath(f"{code}.toml").read_text(encoding="utf-8"))


def template_sentences() -> Iterator[str]:
    environment = Environment(extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True)
    for path in TEMPLATES:
        for _, _, found in environment.extract_translations(path.read_text(encoding="utf-8")):
            text = found if isinstance(found, str) else str(found[0])  # with values it is a tuple
            yield re.sub(r"%\((\w+)\)s", r"{\1}", text).replace("%%", "%")


def code_strings(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def code_sentences() -> Iterator[str]:
    """Yield what code says: the first argument of `Message` and `say`, and what is called `text` before them."""
    for path in SAYING:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            said: list[ast.expr] = []
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {"Message", "say"}:
                said = node.args[:1]
            elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "text":
                said = [node.value]
            for part in said:
                parts = [part.body, part.orelse] if isinstance(part, ast.IfExp) else [part]
                yield from (
                    each.value for each in parts if isinstance(each, ast.Constant) and isinstance(each.value, str)
                )


def script_sentences() -> Iterator[str]:
    for path in SCRIPTS:
        yield from re.findall(r'\bsay\("([^"]+)"', path.read_text(encoding="utf-8"))


def recipe_sentences() -> Iterator[str]:
    for name in TUTORIALS:
        recipe = load_recipe(name)
        yield from (recipe.title, recipe.description, recipe.source)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("code", OTHERS)
class TestCatalogue:
    def test_it_has_every_sentence(self, code):
        said = {*template_sentences(), *code_sentences(), *recipe_sentences()}
        assert sorted(said - catalogue(code)["page"].keys()) == []
        assert sorted(set(script_sentences()) - catalogue(code)["script"].keys()) == []

    def test_it_has_no_sentence_that_nobody_says(self, code):
        spoken = {*template_sentences(), *recipe_sentences()}.union(*map(code_strings, PACKAGE.rglob("*.py")))
        assert sorted(catalogue(code)["page"].keys() - spoken) == []
        names = {"train", "validation", "test"}
        assert sorted(catalogue(code)["script"].keys() - set(script_sentences()) - names) == []

    def test_translations_have_the_same_fields(self, code):
        for part in catalogue(code).values():
            for english, other in part.items():
                assert fields(english) == fields(other), english


def test_messages_in_messages_are_translated():
    message = Message("{share} are read right ({interval})", share=Message("{share} of {count:,} {split} digits",
        share="97.2 %", count=1440, split=Message("test")), interval="x")  # fmt: skip
    assert load_language("ko").say(message) == "테스트 데이터 1,440개 가운데 97.2 %를 맞게 읽습니다(x)"
    assert ENGLISH.say(message) == message


def test_what_the_catalogue_lacks_stays_english():
    assert load_language("ko").say("my own {recipe}") == "my own {recipe}"


def test_an_unknown_language_is_told():
    with pytest.raises(ArgumentError, match="the language fr; expected en or ko"):
        load_language("fr")
