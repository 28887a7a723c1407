"""One thing that is wrong with a data set. Knows nothing of how it is found."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


class DataWarning(UserWarning):
    """A data set looks wrong; the text says how sure that is and what to do."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a data set.

    Attributes:
        kind: A word for programs: "transposed", "mirrored", "upside down", "rotated", "inverted", "labels shifted",
            "labels misplaced", "off-centre", "duplicates" or "one class".
        text: What is wrong, in a clause.
        certainty: "certain" or "likely".
        evidence: The figures that show it.
        changes: The arguments of `load` that mend it; empty if none does.
        advice: What to do where no argument mends it.
    """

    kind: str
    text: str
    certainty: str
    evidence: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    advice: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {**asdict(self), "changes": dict(self.changes)}

    def describe(self, *, for_command: bool = False) -> str:
        """Return it as one sentence with its remedy.

        Args:
            for_command: Whether to name options of a command instead of arguments in Python.

        Examples:
            >>> Finding("transposed", "all is transposed", "certain", "97 % of 200", {"transpose": True}).describe()
            'all is transposed (certain: 97 % of 200); if so, load it with transpose=True'
        """
        remedy = self.advice
        if self.changes and for_command:
            remedy = "if so, add " + " ".join(_option(*change) for change in self.changes.items())
        elif self.changes:
            remedy = "if so, load it with " + ", ".join(f"{name}={value}" for name, value in self.changes.items())
        return f"{self.text} ({self.certainty}: {self.evidence}); {remedy}"


def _option(name: str, value: Any) -> str:
    option = "--" + name.replace("_", "-")
    return option if value is True else f"{option} {value}"
