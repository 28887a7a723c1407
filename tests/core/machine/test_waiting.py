import os
import subprocess
import sys

import pytest

CODE = """
import os, sys
import inkdigits.cli.app, inkdigits.cli.commands

def command():
    print(os.environ.get("GOMP_SPINCOUNT"), "torch" in sys.modules)

inkdigits.cli.commands.app = command
inkdigits.cli.app.main()
"""


@pytest.mark.parametrize(
    ("chosen", "found"), [({}, "2000"), ({"GOMP_SPINCOUNT": "7"}, "7"), ({"OMP_WAIT_POLICY": "PASSIVE"}, "None")]
)
def test_commands_spin_little_before_torch_is_there_and_heed_what_the_user_chose(chosen, found):
    environment = {key: value for key, value in os.environ.items() if key not in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")}
    done = subprocess.run(
        [sys.executable, "-c", CODE], env=environment | chosen, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == [found, "False"], done.stderr


def test_too_late_once_torch_is_there():
    import torch  # noqa: F401

    from inkdigits.core.machine.waiting import limit_spinning

    variables: dict[str, str] = {}
    assert not limit_spinning(variables)
    assert variables == {}
