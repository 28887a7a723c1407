"""An environment for each framework that is compared with, made from its pinned requirements. Knows no framework."""

import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).parent
REQUIREMENTS = HERE / "requirements"
ENVIRONMENTS = HERE.parent / ".environments"


class EnvironmentUnavailableError(Exception):
    """An environment can't be made; its text says why and what helps."""


def python_of(name: str, *, requirements: Path = REQUIREMENTS, environments: Path = ENVIRONMENTS) -> Path:
    """Return the interpreter of an environment, made first if there is none of these requirements.

    Args:
        name: What the environment is called; NAME.txt holds what is installed.
        requirements: Where that file is.
        environments: Where environments are kept.

    Raises:
        EnvironmentUnavailableError: Something can't be installed.
    """
    wanted = requirements / f"{name}.txt"
    folder = environments / name
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    digest = hashlib.sha256(wanted.read_bytes() + sys.version.encode()).hexdigest()
    stamp = folder / "made-from.sha256"
    if stamp.exists() and stamp.read_text() == digest and python.exists():
        return python
    shutil.rmtree(folder, ignore_errors=True)
    sys.stderr.write(f"{name}: making the environment {folder} (some minutes, up to 2 GB)\n")
    venv.create(folder, with_pip=True)
    command = [str(python), "-m", "pip", "install", "--quiet", "--requirement", str(wanted)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        errors = [line for line in done.stderr.splitlines() if "ERROR" in line] or done.stderr.splitlines()[-1:]
        raise EnvironmentUnavailableError(
            f"the environment {name} can't be made: pip said {errors[0].strip() if errors else 'nothing'!r}; expected "
            f"what {wanted.name} pins to be installable here; run this once where the package index can be reached, or "
            "leave the contender out with --contenders"
        )
    stamp.write_text(digest)
    return python
