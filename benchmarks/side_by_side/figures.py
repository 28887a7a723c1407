"""Reports of all repeats -> medians, spreads and ratios. Knows nothing of frameworks, processes or tables."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

Report = Mapping[str, Any]
"""What one contender told of one repeat."""

NUMBERS = ("examples_per_s", "import_s", "setup_s", "train_s", "wall_s", "peak_memory_mib", "test_accuracy")


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return median, least and most.

    Examples:
        >>> spread([3.0, 1.0, 2.0])
        {'median': 2.0, 'least': 1.0, 'most': 3.0}
    """
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}


def summarise(reports: Sequence[Report]) -> dict[str, dict[str, float]]:
    """Return the spread of each number that the reports hold."""
    return {
        name: spread([report[name] for report in reports])
        for name in NUMBERS
        if all(report.get(name) is not None for report in reports)
    }


def ratios(ours: Sequence[Report], theirs: Sequence[Report]) -> dict[str, float]:
    """Return how many times their examples per second are ours.

    Two reports of the same repeat are compared with each other: they were made one soon after the other, so that
    what slows the machine for a while slows both.

    Args:
        ours: A report a repeat.
        theirs: Likewise, in the same order.
    """
    pairs = zip(ours, theirs, strict=True)
    return spread([one["examples_per_s"] / other["examples_per_s"] for one, other in pairs])


def compare(reports: Mapping[str, Sequence[Report]], ours: str) -> dict[str, Any]:
    """Return the figures of one network.

    Args:
        reports: Those of each contender, one a repeat.
        ours: Which contender the others are compared with.

    Returns:
        `contenders` with the spread of each number and the ratio to ours; `best_peer`, the one of the others with
        the highest median rate, and `ratio_to_best_peer`, both None where there is no other or not ours.
    """
    contenders: dict[str, Any] = {}
    for name, some in reports.items():
        contenders[name] = {**summarise(some), "made_with": some[0]["made_with"]}
        if ours in reports:
            contenders[name]["ours_to_it"] = ratios(reports[ours], some)
    peers = [name for name in reports if name != ours]
    best = max(peers, key=lambda name: contenders[name]["examples_per_s"]["median"], default=None)
    return {
        "contenders": contenders,
        "best_peer": best,
        "ratio_to_best_peer": contenders[best].get("ours_to_it") if best else None,
    }
