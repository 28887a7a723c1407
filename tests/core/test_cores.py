import subprocess
import sys

import pytest

CODE = "from inkdigits.core.cores import available_cores; print(available_cores())"


@pytest.mark.parametrize(("wanted", "cores"), [("1", 1), ("1,4", 1), ("0", None), ("many", None), ("", None)])
def test_as_many_as_allowed_and_wanted(monkeypatch, wanted, cores):
    def count(value):
        monkeypatch.setenv("OMP_NUM_THREADS", value)
        return int(subprocess.run([sys.executable, "-c", CODE], capture_output=True, check=True).stdout)

    assert count(wanted) == (cores or count("999"))
