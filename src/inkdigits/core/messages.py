"""Sentences with values in them, which a page can say in another language. Knows no language but English."""

from typing import Any


class Message(str):
    """An English sentence that remembers how it was made.

    It is a string like any other. What translates it looks up `template` and fills in `values`, which may be messages
    themselves.

    Args:
        template: The sentence with a field in braces for each value, as for `str.format`.
        **values: The values, by the names of their fields.

    Attributes:
        template: As given.
        values: As given.

    Examples:
        >>> message = Message("{count:,} digits were read", count=1200)
        >>> message, message.template
        ('1,200 digits were read', '{count:,} digits were read')
    """

    __slots__ = ("template", "values")

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, /, **values: Any) -> "Message":
        """Fill in the values."""
        message = super().__new__(cls, template.format(**values))
        message.template, message.values = template, values
        return message

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        """Return what makes the same message: copies and pickles need it."""
        return (self.template,), self.values
