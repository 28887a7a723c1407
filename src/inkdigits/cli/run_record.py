"""What `train --json` prints about a run. Knows no options."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inkdigits.runs.folder import RunFolder


def run_record(run: "RunFolder") -> dict[str, Any]:
    """Return what `train --json` prints about a run.

    Args:
        run: A finished or interrupted run.
    """
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
