"""What commands say without a table: results as JSON on stdout, errors on stderr. Knows nothing of what they do."""

import json
import sys
from typing import Any

from inkdigits.core.errors import InkdigitsError

INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it."""


def print_json(record: dict[str, Any]) -> None:
    """Print `record` as one line of JSON on stdout."""
    sys.stdout.write(json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n")


def print_error(error: InkdigitsError) -> None:
    """Print the one line that tells the user what to mend."""
    line = " ".join(str(error).split())
    sys.stderr.write(f"error: {line}\n")
