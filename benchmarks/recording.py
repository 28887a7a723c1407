"""What a benchmark measured -> a page for people and its figures for programs. Knows nothing of what they mean."""

import json
from pathlib import Path
from typing import Any


def write_record(record: dict[str, Any], page: str, folder: Path, name: str) -> None:
    """Print a page, and write it with its figures.

    Args:
        record: The figures.
        page: The same in Markdown.
        folder: Made where it is missing.
        name: Of NAME.md and NAME.json; it may hold dots.
    """
    print(page)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.md").write_text(page, "utf-8")
    (folder / f"{name}.json").write_text(json.dumps(record, indent=1) + "\n", "utf-8")
