"""Why a line that looks like writing is not part of the text: one code and one sentence a reason. Knows no pictures."""

from enum import StrEnum


class RefusalReason(StrEnum):
    """Why a line was refused. The codes are part of the public contract: JSON has them as `reason`.

    Attributes:
        sentence: The reason in English, one sentence.

    Examples:
        >>> RefusalReason.UNSURE, RefusalReason("too-small").sentence
        (<RefusalReason.UNSURE: 'unsure'>, 'It is too small beside the other writing, or lower than 5 pixels.')
    """

    UNSURE = "unsure", "The confidence is lower than the least that was asked for."
    OTHER_SIGNS = "other-signs", "It has more letters and signs than digits."
    NO_DIGITS = "no-digits", "It looks like writing, but nothing in it looks like a digit."
    TOO_SMALL = "too-small", "It is too small beside the other writing, or lower than 5 pixels."
    TOO_FAINT = "too-faint", "It is too pale beside the darkest writing."
    PAGE_EDGE = "page-edge", "It runs into the edge of the page or into something dark and large."
    TOO_MANY = "too-many", "The picture has more lines or strokes than are read."
    SEVERAL_DIGITS = "several-digits", "One single digit was asked for, and there are several."

    sentence: str

    def __new__(cls, code: str, sentence: str) -> "RefusalReason":
        """Return a reason that equals its code."""
        reason = str.__new__(cls, code)
        reason._value_ = code
        reason.sentence = sentence
        return reason
