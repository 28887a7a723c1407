"""All that uses a Ray cluster, on one of two machines that is started once: a cluster takes seconds to start."""

import json
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import inkdigits
from helpers.files import draw_digit
from helpers.pictures import to_png
from inkdigits.runs.folder import RunFolder

pytest.importorskip("ray")
pytestmark = pytest.mark.slow

CLUSTER = textwrap.dedent("""
    import sys
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False}, connect=False)
    machine = cluster.add_node(num_cpus=1)
    print(cluster.address, flush=True)
    for order in sys.stdin:
        if order == "lose\\n":
            cluster.remove_node(machine, allow_graceful=False)
        else:
            machine = cluster.add_node(num_cpus=1)
        print("done", flush=True)
    cluster.shutdown()
""")


class Machines:
    """A cluster of two machines with a core each, in a process of its own."""

    def __init__(self) -> None:
        pipe = subprocess.PIPE
        # Ray lets its workers wait for all others: beside other tests that would take for ever.
        environment = os.environ | {"RAY_worker_niceness": "0", "RAY_USAGE_STATS_ENABLED": "0"}
        command = [sys.executable, "-c", CLUSTER]
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment)
        self.address = self._answer()
        self.has_two = True

    def _answer(self) -> str:
        assert self._process.stdout is not None
        answer = self._process.stdout.readline().strip()
        assert answer, "the cluster has ended"
        return answer

    def order(self, what: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(what + "\n")
        self._process.stdin.flush()
        self._answer()
        self.has_two = what == "add"

    def close(self) -> None:
        self._process.communicate()


@pytest.fixture(scope="module")
def cluster() -> Iterator[Machines]:
    machines = Machines()
    yield machines
    machines.close()


@pytest.fixture
def machines(cluster: Machines) -> Machines:
    """The cluster, with both machines."""
    if not cluster.has_two:
        cluster.order("add")
    return cluster


@pytest.fixture
def start(machines: Machines, tmp_path: Path) -> Callable[..., "subprocess.Popen[str]"]:
    """Start a command line of inkdigits on the cluster."""

    def popen(*arguments: object) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "inkdigits", *map(str, arguments), "--address", machines.address]
        environment = os.environ | {"PYTHONPATH": str(Path(inkdigits.__file__).parents[1])}
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=pipe, stderr=pipe, text=True)

    return popen


def lose_a_machine(machines: Machines, process: "subprocess.Popen[str]", has_begun: Callable[[], bool]) -> str:
    """Lose a machine when the work has begun; return what the process prints, which ends well all the same."""
    while not has_begun():
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    machines.order("lose")
    printed, told = process.communicate()
    assert process.returncode == 0, told
    return printed


def test_reading_goes_on_without_a_machine(start, machines, tmp_path):
    folder, out = tmp_path / "digits", tmp_path / "cluster.jsonl"
    folder.mkdir()
    for number in range(1, 13):
        (folder / f"digit-{number}.png").write_bytes(to_png(draw_digit(number % 10, 40 + number)))
    process = start("read", folder, "--single", "--out", out, "--json")
    printed = lose_a_machine(machines, process, lambda: any(tmp_path.glob("cluster.jsonl.parts/*")))
    assert json.loads(printed)["pictures"] == 12
    here = inkdigits.read_many(str(folder), tmp_path / "here.jsonl", single=True).out

    def rows(path: Path) -> list[object]:
        return [json.loads(line) | {"seconds": 0} for line in path.read_text("utf-8").splitlines()]

    assert rows(out) == rows(here)


def test_seeds_are_trained_without_a_machine_and_are_those_of_this_one(start, machines, tmp_path):
    out = tmp_path / "seeds"
    options = ("mlp-dropout", "--data", "uci", "--epochs", "2")
    process = start("train", *options, "--seeds", 3, "--out", out, "--json")
    printed = lose_a_machine(machines, process, lambda: any(out.glob("*/run.json")))
    assert [run["seed"] for run in json.loads(printed)["runs"]] == [1, 2, 3]
    assert {RunFolder(path).status for path in out.iterdir()} == {"complete"}
    here = inkdigits.train("mlp-dropout", "uci", epochs=2, seed=2, threads=1, progress=False, out=tmp_path / "here")
    weights = "weights.safetensors"
    assert (out / "mlp-dropout-seed2" / weights).read_bytes() == (here.path / weights).read_bytes()


def test_a_sweep_leaves_its_runs_here(start, tmp_path):
    pytest.importorskip("optuna")
    (tmp_path / "space.toml").write_text("batch_size = [64, 128]\nepochs = [1, 2]\n", "utf-8")
    process = start("sweep", "softmax", "--space", "space.toml", "--trials", 3, "--data", "uci", "--seeds", 1, "--json")
    printed, told = process.communicate()
    assert process.returncode == 0, told
    result = json.loads(printed)
    assert len(result["trials"]) == 3
    runs = sorted((tmp_path / "runs/sweep-softmax/trials").iterdir())
    assert [RunFolder.open(run).final_figures[0] for run in runs] == ["validation"] * 3
    assert (tmp_path / result["report"]).is_file()
