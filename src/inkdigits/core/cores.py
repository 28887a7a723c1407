"""How many processor cores this process may use. Knows nothing of what computes on them."""

import os
from functools import cache


@cache
def available_cores() -> int:
    """Return how many cores this process may compute on: those it is allowed, or fewer if OMP_NUM_THREADS says so.

    Examples:
        >>> available_cores() >= 1
        True
    """
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    wanted = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0]  # "4,2" is four threads, and two in each
    return min(allowed, int(wanted)) if wanted.isdecimal() and int(wanted) > 0 else allowed
