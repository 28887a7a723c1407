import subprocess
import sys

import pytest

from inkdigits.core.errors import RunError
from inkdigits.runs import lock as run_lock
from inkdigits.runs.lock import lock_run


@pytest.fixture(autouse=True)
def _short_timeout(monkeypatch):
    monkeypatch.setattr(run_lock, "TIMEOUT_S", 0.05)


def test_a_link_to_a_folder_is_the_same_folder(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "run")
    with lock_run(tmp_path / "run"), pytest.raises(RunError, match="is being trained"), lock_run(tmp_path / "link"):
        pass


def test_the_lock_of_a_process_that_dies_is_released(tmp_path):
    program = f"""
import os, pathlib, signal
from inkdigits.runs.lock import lock_run
with lock_run(pathlib.Path({str(tmp_path / "run")!r})):
    os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", program], check=False)
    assert (tmp_path / ".run.lock").exists()
    with lock_run(tmp_path / "run"):
        pass
    assert list(tmp_path.iterdir()) == []
