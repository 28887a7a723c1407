"""The languages of the report: English in the code and templates, and a catalogue for each other language.

`ko.toml` has each English sentence with its Korean one. To add a language, write its catalogue beside it and name it in
`language.LANGUAGES`; a test compares the sentences.
"""

from inkdigits.learn.report.languages.language import ENGLISH, LANGUAGES, Language, load_language

__all__ = ["ENGLISH", "LANGUAGES", "Language", "load_language"]
