"""Reading on a Ray cluster of two machines, one of which is lost meanwhile."""

import json
import socket
import subprocess
import sys
import textwrap

import pytest

import inkdigits
from inkdigits.core.errors import InkdigitsError

pytest.importorskip("ray")

SCRIPT = textwrap.dedent("""
    import json, sys, threading, time
    from pathlib import Path
    from ray.cluster_utils import Cluster
    import inkdigits
    from inkdigits.read.bulk.job_folder import JobFolder

    folder, out = sys.argv[1:]
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False}, connect=False)
    machine = cluster.add_node(num_cpus=1)

    def lose_it():
        job = JobFolder(Path(out))
        while not (job.exists and job.parts()):
            time.sleep(0.01)
        cluster.remove_node(machine, allow_graceful=False)

    threading.Thread(target=lose_it, daemon=True).start()
    done = inkdigits.read_many(folder, out, address=cluster.address, single=True)
    print(json.dumps([done.pictures, done.errors]))
    cluster.shutdown()
""")


@pytest.mark.slow
def test_a_machine_is_lost(digits, tmp_path, rows):
    out = tmp_path / "cluster.jsonl"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, digits, out], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == [12, 0]
    here = inkdigits.read_many(str(digits), tmp_path / "here.jsonl", single=True)
    assert [{**row, "seconds": 0} for row in rows(out)] == [{**row, "seconds": 0} for row in rows(here.out)]


def test_no_cluster_there(digits, tmp_path):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound, and nobody listens
        address = f"ray://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(InkdigitsError, match=f"no Ray cluster at {address} .*expected a cluster that runs"):
            inkdigits.read_many(digits, tmp_path / "a.jsonl", address=address)
