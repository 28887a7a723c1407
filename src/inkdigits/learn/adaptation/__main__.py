"""`python -m inkdigits.learn.adaptation DATA_DIR`: a teaching for a server that must stay light.

Says on standard output how far it is, a line of JSON at a time: {"progress": 0 … 1, "message": …}. What goes wrong
is one line on standard error, and the exit status 1. Knows nothing of servers.
"""

import json
import os
import sys
from contextlib import suppress
from pathlib import Path

from inkdigits.core.errors import InkdigitsError

_NICENESS = 5
"""Whoever reads while the reader learns comes first."""


def main() -> None:
    """Teach, and say how far it is."""
    with suppress(AttributeError, OSError):  # Windows has no such call
        os.nice(_NICENESS)
    _tell(0.0, "starting")
    try:
        # Torch takes seconds to import: whoever waits sees that something happens.
        from inkdigits.learn.adaptation.adapt import teach  # noqa: PLC0415

        teach(Path(sys.argv[1]), _tell)
    except BrokenPipeError:
        os._exit(1)  # whoever asked for it is gone
    except InkdigitsError as error:
        sys.exit(f"error: {' '.join(str(error).split())}")


def _tell(progress: float, message: str) -> None:
    sys.stdout.write(json.dumps({"progress": round(progress, 4), "message": message}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
