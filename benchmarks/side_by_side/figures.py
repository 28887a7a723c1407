"""Reports of all repeats -> medians, spreads and ratios. Knows nothing of frameworks, processes or tables."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

Report = Mapping[str, Any]
"""The report of one contender in one repeat."""

NUMBERS = ("examples_per_s", "import_s", "setup_s", "train_s", "wall_s", "peak_memory_mib", "test_accuracy")


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return median, least and most.

    Args:
        values: At least one.

    Examples:
        >>> spread([3.0, 1.0, 2.0])
        {'median': 2.0, 'least': 1.0, 'most': 3.0}
    """
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}


def summarise(reports: Sequence[Report]) -> dict[str, dict[str, float]]:
    """Return the spread of each number that all reports hold.

    Args:
        reports: Of one contender, one a repeat.
    """
    return {
        name: spread([report[name] for report in reports])
        for name in NUMBERS
        if all(report.get(name) is not None for report in reports)
    }


def ratios(ours: Sequence[Report], theirs: Sequence[Report]) -> dict[str, float]:
    """Return our throughput relative to theirs, as a spread over the repeats.

    The two reports of a repeat are compared with each other: they were made shortly after each other, so that a slow
    phase of the machine slows both.

    Args:
        ours: One report a repeat.
        theirs: Likewise, in the same order.
    """
    pairs = zip(ours, theirs, strict=True)
    return spread([one["examples_per_s"] / other["examples_per_s"] for one, other in pairs])


def compare(reports: Mapping[str, Sequence[Report]], ours: str) -> dict[str, Any]:
    """Return the figures of one network.

    Args:
        reports: By contender, one a repeat.
        ours: The contender that the others are compared with.

    Returns:
        `contenders` with the spread of each number and our throughput relative to it; `best_peer`, the fastest of the
        others by median, and `ratio_to_best_peer`. Both are None where there is no other; the ratio also without ours.
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
