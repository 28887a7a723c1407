"""Where one picture of many is: a file, an address, a member of an archive, a row of a table. Opens nothing."""

import json
from dataclasses import asdict, dataclass
from typing import Literal

Kind = Literal["file", "zip", "tar", "stream"]
"""A file or address; a member of a zip; bytes of a file, as in a plain tar; what can only be read in order."""


@dataclass(frozen=True, slots=True)
class PictureReference:
    """Where a picture is.

    Attributes:
        source: What its row calls it.
        path: The file or address; of an archive or table, if it is in one.
        kind: How to get at it.
        place: Its number in the zip or stream, from 0; in a tar, its first byte.
        size: Its bytes in a tar; 0 elsewhere.
        fault: Why it can't be read, where that is known already.
    """

    source: str
    path: str
    kind: Kind = "file"
    place: int = 0
    size: int = 0
    fault: str = ""

    def to_json(self) -> str:
        r"""Return it as one line of JSON, in ASCII whatever bytes a name is made of.

        Examples:
            >>> PictureReference("a\udcff.png", "a\udcff.png").to_json()
            '{"source": "a\\udcff.png", "path": "a\\udcff.png"}'
        """
        values = asdict(self)
        return json.dumps({name: value for name, value in values.items() if value != _DEFAULTS.get(name)})


_DEFAULTS = {"kind": "file", "place": 0, "size": 0, "fault": ""}


def reference_from_json(line: str | bytes) -> PictureReference:
    """Return the reference that a line of JSON holds.

    Args:
        line: As `PictureReference.to_json` writes it.
    """
    return PictureReference(**json.loads(line))
