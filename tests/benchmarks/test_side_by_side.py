"""The contenders that need no environment of their own, on the uci digits; and what is told where one can't run."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from side_by_side.contenders import CONTENDERS, ContenderError, run_once
from side_by_side.plan import STEPS, timed_workload, whole_workload, write_digits
from side_by_side.venvs import VenvUnavailableError, venv_python
from side_by_side.workload import Workload

import inkdigits


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    path = tmp_path_factory.mktemp("digits") / "uci.npz"
    data = inkdigits.load("uci")
    write_digits(data, path)
    return path, len(data.train)


def test_timed_workloads_have_whole_batches_and_nothing_but_steps():
    for network in STEPS:
        workload = timed_workload(network, Path("digits.npz"), 60_000)
        assert workload.digits % workload.batch_size == 0
        assert workload.examples == workload.steps * workload.batch_size
        assert (workload.watched, workload.validation, workload.epochs_are_passes) == (None, 0.0, True)
        assert abs(workload.steps - STEPS[network]) < 0.1 * STEPS[network]


def test_whole_workloads_are_as_long_as_the_recipes():
    workloads = {network: whole_workload(network, Path("digits.npz"), 60_000) for network in STEPS}
    assert (workloads["cnn"].epochs, workloads["cnn"].steps_per_epoch, workloads["cnn"].watched) == (100, 100, "test")
    assert not workloads["cnn"].epochs_are_passes
    assert (workloads["mlp-tanh"].steps, workloads["mlp-tanh"].examples) == (469, 60_000)
    assert (workloads["mlp-100x2"].learned, workloads["mlp-100x2"].steps) == (48_000, 15 * 480)
    assert (workloads["mlp-dropout"].watched, workloads["mlp-dropout"].steps) == ("validation", 20 * 540)


def test_a_workload_survives_json():
    workload = whole_workload("cnn", Path("digits.npz"), 60_000)
    assert Workload.from_json(workload.to_json()) == workload


@pytest.mark.slow
def test_a_contender_that_fails_is_an_error_with_its_last_line(digits):
    values = json.loads(timed_workload("softmax", *digits).to_json())
    workload = Workload.from_json(json.dumps(values | {"data": "nowhere.npz"}))
    with pytest.raises(ContenderError, match=r"torch-loop on softmax: exit status 1, it said last: .*nowhere\.npz"):
        run_once(CONTENDERS["torch-loop"], Path(sys.executable), workload)


@pytest.mark.slow
def test_an_environment_is_made_once(tmp_path):
    (tmp_path / "empty.txt").write_text("# nothing is needed\n")
    python = venv_python("empty", requirements=tmp_path, environments=tmp_path / "made")
    made = python.parent.stat().st_mtime_ns
    assert venv_python("empty", requirements=tmp_path, environments=tmp_path / "made") == python
    assert python.parent.stat().st_mtime_ns == made
    found = subprocess.run(
        [str(python), "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == str(tmp_path / "made" / "empty")


@pytest.mark.slow
def test_an_environment_that_cannot_be_made_says_why_and_leaves_nothing(tmp_path):
    (tmp_path / "wrong.txt").write_text("./no-such-folder\n")
    with pytest.raises(VenvUnavailableError, match=r"environment wrong can't be made.*no-such-folder.*--contenders"):
        venv_python("wrong", requirements=tmp_path, environments=tmp_path / "made")
    assert not (tmp_path / "made" / "wrong").exists()


def test_requirements_are_pinned():
    requirements = sorted((Path(__file__).parents[2] / "benchmarks" / "side_by_side" / "requirements").glob("*.txt"))
    needed = {contender.venv for contender in CONTENDERS.values()} - {None}
    assert {path.stem for path in requirements} == needed
    for path in requirements:
        lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
        assert all("==" in line for line in lines)
        assert any(line.startswith("keras==3.") for line in lines)
