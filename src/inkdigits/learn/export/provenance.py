"""What an exported file says of where it comes from. Knows run folders, no networks."""

import datetime
from pathlib import Path
from typing import Any

from inkdigits.runs.folder import RunFolder


def describe_provenance(folder: RunFolder) -> dict[str, Any]:
    """Return recipe, seed, length, data, command, versions and today's date; of paths only the last name.

    Args:
        folder: The run that is exported.

    Raises:
        RunError: A file of the run is missing or damaged.
    """
    metadata = folder.metadata
    environment = folder.read_json("environment.json")
    dataset, seed = metadata["dataset"], metadata["seed"]
    name = Path(dataset["name"]).name
    return {
        "recipe": metadata["recipe"],
        "seed": seed,
        "steps": metadata["steps"],
        "seconds": metadata["seconds"],
        "dataset": {"name": name, "sha256": dataset["sha256"], "train": dataset["train"]},
        "command": f"inkdigits train {metadata['recipe']} --data {name} --seed {seed}",
        "versions": {"inkdigits": environment["inkdigits"], "torch": environment["torch"]},
        "exported": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }
