"""The results of a benchmark -> a page for people and JSON for programs. Knows nothing of what they mean."""

import json
from itertools import count
from pathlib import Path
from typing import Any


def write_record(record: dict[str, Any], page: str, folder: Path, name: str) -> None:
    """Print a page and write it with its figures; no earlier record is replaced.

    Args:
        record: The figures.
        page: The same in Markdown.
        folder: Created if it is missing.
        name: Of NAME.md and NAME.json, or NAME-2, NAME-3 and so on if that exists; it may contain dots.
    """
    print(page)
    folder.mkdir(parents=True, exist_ok=True)
    names = (name if number == 1 else f"{name}-{number}" for number in count(1))
    free = next(one for one in names if not (folder / f"{one}.md").exists())
    (folder / f"{free}.md").write_text(page, "utf-8")
    (folder / f"{free}.json").write_text(json.dumps(record, indent=1) + "\n", "utf-8")
