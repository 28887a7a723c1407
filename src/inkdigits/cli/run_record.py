"""What `train --json` prints of a run. Knows nothing of options."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inkdigits.runs.folder import RunFolder


def record(run: "RunFolder") -> dict[str, Any]:
    """Return what `--json` prints of a run."""
    metadata = run.metadata
    return {
        "run": str(run.path),
        "recipe": metadata["recipe"],
        "seed": metadata["seed"],
        "epochs": metadata["epochs"],
        "seconds": metadata["seconds"],
        "history": dict(run.history),
        "test": run.read_json("metrics.json")["test"],
    }
