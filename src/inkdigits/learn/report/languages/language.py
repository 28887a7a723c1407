"""An English sentence in another language, by a catalogue. Knows no page."""

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files

from inkdigits.core.errors import ArgumentError
from inkdigits.core.messages import Message

LANGUAGES = ("en", "ko")


class Language:
    """A language of the report.

    Args:
        code: "en" or "ko".
        words: What each English sentence, with its fields in braces, is in the language.
        script_words: Likewise, what the page's script says.
    """

    def __init__(self, code: str, words: Mapping[str, str], script_words: Mapping[str, str]) -> None:
        self.code = code
        self.script_words = dict(script_words)
        self._words = words

    def say(self, text: str, **values: object) -> str:
        """Return a sentence in the language; in English where the catalogue lacks it.

        Args:
            text: The English sentence: a template, with a field in braces for each value, or a `Message`.
            **values: The values of the fields.

        Examples:
            >>> load_language("ko").say("{split} accuracy", split="MNIST")
            'MNIST 정확도'
        """
        if isinstance(text, Message):
            return self.say(text.template, **text.values)
        filled = {name: self.say(each) if isinstance(each, Message) else each for name, each in values.items()}
        template = self._words.get(text, text)
        return template.format(**filled) if filled else template

    def gettext(self, text: str) -> str:
        """Return what Jinja's `trans` asks for: a sentence whose fields are written %(name)s.

        Args:
            text: The English sentence.
        """
        braces = re.sub(r"%\((\w+)\)s", r"{\1}", text).replace("%%", "%")
        translated = self._words.get(braces)
        return text if translated is None else re.sub(r"\{(\w+)\}", r"%(\1)s", translated.replace("%", "%%"))

    def ngettext(self, one: str, many: str, count: int) -> str:
        """Return what Jinja's `trans` with `pluralize` asks for.

        Args:
            one: The English sentence for one.
            many: The English sentence for any other number.
            count: The number.
        """
        return self.gettext(one if count == 1 else many)


ENGLISH = Language("en", {}, {})


def load_language(code: str) -> Language:
    """Return a language of the report.

    Args:
        code: "en" or "ko".

    Raises:
        ArgumentError: There is no such language.
    """
    if code not in LANGUAGES:
        raise ArgumentError(f"the language {code}", expected=" or ".join(LANGUAGES), mend="choose one of them")
    if code == ENGLISH.code:
        return ENGLISH
    path = files("inkdigits.learn.report.languages").joinpath(f"{code}.toml")
    catalogue = tomllib.loads(path.read_text(encoding="utf-8"))
    return Language(code, catalogue["page"], catalogue["script"])
