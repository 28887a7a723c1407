"""Errors that users can correct, each told in one line. Knows nothing of any other module.

Raise them where the fault is found. Only the command line turns them into `error: …`.
"""

from collections.abc import Callable
from functools import partial
from typing import Self


class InkdigitsError(Exception):
    """An error that the user can correct.

    Args:
        given: What was found, with the name of the file or key at fault.
        expected: What would have been right (a noun phrase).
        mend: What to do about it (an imperative).

    Examples:
        >>> str(InkdigitsError("labels.gz ends early", expected="10,000 labels", mend="download it again"))
        'labels.gz ends early; expected 10,000 labels; download it again'
    """

    def __init__(self, given: str, *, expected: str, mend: str) -> None:
        self.given, self.expected, self.mend = given, expected, mend
        super().__init__(f"{given}; expected {expected}; {mend}")

    def __reduce__(self) -> tuple[Callable[[str], Self], tuple[str]]:
        """Return how to pickle it: errors go from one process to another."""
        return partial(type(self), expected=self.expected, mend=self.mend), (self.given,)


class ArgumentError(InkdigitsError, TypeError):
    """An argument of a function that does not exist, or that has a value of the wrong kind."""


class DataError(InkdigitsError):
    """A data set that can't be found or read, or has the wrong content."""


class PictureError(InkdigitsError):
    """A picture that can't be opened, or has nothing to read."""


class PictureTooLargeError(PictureError):
    """A picture with more pixels or bytes than are decoded."""


class RecipeError(InkdigitsError):
    """A recipe that is not valid, or doesn't fit the data."""


class RunError(InkdigitsError):
    """A run folder that is missing, incomplete, or exists where a new one should go."""


class TrainingDivergedError(InkdigitsError):
    """The loss became NaN or infinite while training."""


class StorageError(InkdigitsError):
    """The disk is full, or a file can't be written."""


class LimitError(InkdigitsError):
    """A limit on errors that reading can't keep."""


class PatternError(InkdigitsError):
    """A pattern that is no regular expression of the subset that lines are read with."""


class ModelFileError(InkdigitsError):
    """An exported network that is missing or damaged, from another program, or of another version."""


class ExportError(InkdigitsError):
    """A run that can't be exported, or whose exported network gives other results."""
