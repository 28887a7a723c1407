"""Why a line that looks like writing is not part of the text: one code and one sentence a reason. Knows no pictures."""

from enum import StrEnum


class RefusalReason(StrEnum):
    """Why a line was refused. The codes are part of the public contract: JSON has them as `reason`.

    Examples:
        >>> RefusalReason.UNSURE, RefusalReason("too-small").sentence
        (<RefusalReason.UNSURE: 'unsure'>, 'It is too small beside the other writing, or lower than 5 pixels.')
    """

    UNSURE = "unsure"
    OTHER_SIGNS = "other-signs"
    NO_DIGITS = "no-digits"
    TOO_SMALL = "too-small"
    TOO_MANY = "too-many"
    SEVERAL_DIGITS = "several-digits"
    NO_MATCH = "no-match"
    CHECK_FAILED = "check-failed"
    PRINTED = "printed"

    @property
    def sentence(self) -> str:
        """The reason in English, one sentence."""
        return _SENTENCES[self]


_SENTENCES = {
    RefusalReason.UNSURE: "The confidence is lower than the least that was asked for.",
    RefusalReason.OTHER_SIGNS: "It has more letters and signs than digits.",
    RefusalReason.NO_DIGITS: "It looks like writing, but nothing in it looks like a digit.",
    RefusalReason.TOO_SMALL: "It is too small beside the other writing, or lower than 5 pixels.",
    RefusalReason.TOO_MANY: "The picture has more lines or strokes than are read.",
    RefusalReason.SEVERAL_DIGITS: "One single digit was asked for, and there are several.",
    RefusalReason.NO_MATCH: "Nothing that fits the pattern is likely to be written there.",
    RefusalReason.CHECK_FAILED: "Nothing that passes the check is likely to be written there.",
    RefusalReason.PRINTED: "It is print, and only handwriting was asked for.",
}
