"""How long the threads of OpenMP spin before they sleep. Knows nothing of what they compute."""

import os
import sys
from collections.abc import MutableMapping

SPINS = 2000
"""Turns that a waiting thread spins: some 30 to 100 µs, as long as the pauses between the parts of a training step.

The library's own choice spins for milliseconds. Beside another training that takes the core from the very thread that
is waited for, and everything takes three to seven times as long.
"""

_SETTINGS = ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY", "KMP_BLOCKTIME")


def limit_spinning(environment: MutableMapping[str, str] = os.environ) -> bool:
    """Let the threads of this process and of those that it starts sleep soon, unless the user has chosen otherwise.

    OpenMP reads the setting when torch is imported, so it must be made before: by all ways to what imports torch.

    Args:
        environment: The variables to set it in.

    Returns:
        Whether it was set.

    Examples:
        >>> variables = {"OMP_WAIT_POLICY": "ACTIVE"}
        >>> limit_spinning(variables), variables
        (False, {'OMP_WAIT_POLICY': 'ACTIVE'})
    """
    if "torch" in sys.modules or any(name in environment for name in _SETTINGS):
        return False
    environment["GOMP_SPINCOUNT"] = str(SPINS)
    return True
