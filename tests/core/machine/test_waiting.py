import os
import subprocess
import sys

import pytest

SETTINGS = ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY", "KMP_BLOCKTIME")

CODE = """
import os, sys

class Seen:
    def find_spec(self, name, path=None, target=None):
        if name == "torch":
            print("torch with", os.environ.get("GOMP_SPINCOUNT"))
            sys.exit()

sys.meta_path.insert(0, Seen())
"""

WAYS = {
    "python": "import inkdigits; inkdigits.train",
    "a module": "import inkdigits.learn.training.train",
    "command": "import sys; sys.argv = ['inkdigits', 'train', 'softmax', '--data', 'uci']; "
    "from inkdigits.__main__ import main; main()",
}


def run(code, chosen=()):
    environment = {key: value for key, value in os.environ.items() if key not in SETTINGS}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment | dict(chosen), capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("way", WAYS)
def test_threads_spin_little_however_torch_is_imported(way):
    done = run(CODE + WAYS[way])
    assert done.stdout.split("\n")[0] == "torch with 2000", done.stderr


@pytest.mark.parametrize(
    ("chosen", "found"), [(("GOMP_SPINCOUNT", "7"), "7"), (("OMP_WAIT_POLICY", "PASSIVE"), "None")]
)
def test_what_the_user_chose_stays(chosen, found):
    done = run(CODE + WAYS["python"], [chosen])
    assert done.stdout.split("\n")[0] == f"torch with {found}", done.stderr


def test_a_program_that_only_imports_the_package_keeps_its_environment():
    done = run("import os, inkdigits; print(os.environ.get('GOMP_SPINCOUNT'))")
    assert done.stdout.split() == ["None"], done.stderr


def test_too_late_once_torch_is_there():
    import torch  # noqa: F401

    from inkdigits.core.machine.waiting import limit_spinning

    variables: dict[str, str] = {}
    assert not limit_spinning(variables)
    assert variables == {}
