"""A virtual environment for each other framework, made from its pinned requirements. Knows no framework."""

import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).parent
REQUIREMENTS = HERE / "requirements"
ENVIRONMENTS = HERE.parent / ".environments"


class VenvUnavailableError(Exception):
    """A virtual environment can't be made; the message says why, and what to do."""


def venv_python(name: str, *, requirements: Path = REQUIREMENTS, environments: Path = ENVIRONMENTS) -> Path:
    """Return the interpreter of a virtual environment, which is made first if there is none of these requirements.

    Args:
        name: Its name; NAME.txt holds what is installed.
        requirements: The folder with that file.
        environments: The folder of all virtual environments.

    Raises:
        VenvUnavailableError: Something can't be installed.
    """
    requirements_file = requirements / f"{name}.txt"
    folder = environments / name
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    digest = hashlib.sha256(requirements_file.read_bytes() + sys.version.encode()).hexdigest()
    stamp = folder / "made-from.sha256"
    if stamp.exists() and stamp.read_text() == digest and python.exists():
        return python
    shutil.rmtree(folder, ignore_errors=True)
    sys.stderr.write(f"{name}: making the environment {folder} (some minutes, up to 2 GB)\n")
    venv.create(folder)  # this environment's pip is used: one of its own takes seconds
    pip = [sys.executable, "-m", "pip", "--python", str(python)]
    command = [*pip, "install", "--quiet", "--requirement", str(requirements_file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        errors = [line for line in done.stderr.splitlines() if "ERROR" in line] or done.stderr.splitlines()[-1:]
        raise VenvUnavailableError(
            f"the environment {name} can't be made: pip said {errors[0].strip() if errors else 'nothing'!r}; expected "
            f"what {requirements_file.name} pins to be installable here; run this once where the package index can be "
            "reached, or leave the contender out with --contenders"
        )
    stamp.write_text(digest)
    return python
