"""Many trainings in parallel processes: the same runs, stops and errors as in turn."""

import multiprocessing
import signal
import sys
import time
from dataclasses import replace

import pytest
import torch

from helpers.processes import TIMEOUT_S, train_three_seeds
from helpers.recipes import small_recipe
from inkdigits.core.errors import RunError
from inkdigits.learn.training.options import TrainingOptions
from inkdigits.learn.training.parallel import train_all as scheduler
from inkdigits.learn.training.parallel.jobs import Job, seed_path
from inkdigits.learn.training.parallel.train_all import train_all
from inkdigits.recipes import load_recipe
from inkdigits.runs.folder import RunFolder
from inkdigits.runs.lock import lock_run

NAMES = ("weights.safetensors", "history.json", "metrics.json", "checkpoint.safetensors")
RECIPE = small_recipe(epochs=3, schedule={"name": "constant"}, early_stopping=False)


def contents(path):
    return {name: (path / name).read_bytes() for name in NAMES[:3]}


def jobs(folder, recipe=RECIPE, seeds=(1, 2, 3), **options):
    made = TrainingOptions(folder, progress=False, **options)
    return [Job.of_seed(recipe, made, seed) for seed in seeds]


@pytest.fixture
def two_processes(monkeypatch):
    """Use processes however short the trainings are."""
    monkeypatch.setattr(scheduler, "START_S", 0.0)
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_parallel_runs_are_those_of_trainings_in_turn(two_processes, digits, tmp_path, train_small):
    runs = dict(train_all(jobs(tmp_path), digits))
    assert sorted(job.options.seed for job in runs) == [1, 2, 3]
    for job, run in runs.items():
        alone = train_small(RECIPE, f"alone{job.options.seed}", seed=job.options.seed, threads=1)
        assert contents(run.path) == contents(alone.path)
        assert run.read_json("environment.json")["threads"] == 1
    assert {job: run.status for job, run in train_all(jobs(tmp_path, resume=True), digits)} == dict.fromkeys(
        jobs(tmp_path, resume=True), "complete"
    )
    assert list(tmp_path.glob(".*")) == []


def test_progress_of_worker_processes_is_shown_by_the_parent(two_processes, digits, tmp_path, capfd):
    shown = [replace(job, options=replace(job.options, progress=True)) for job in jobs(tmp_path, seeds=(4, 5))]
    list(train_all(shown, digits))
    lines = capfd.readouterr().err.splitlines()
    for seed in (4, 5):
        assert sum(line.startswith(f"mlp-dropout seed {seed}  epoch ") for line in lines) == 3


def test_an_error_in_one_is_raised_after_the_others_have_ended(two_processes, digits, tmp_path):
    list(train_all(jobs(tmp_path, small_recipe(epochs=1, batch_size=32), seeds=(2,)), digits))
    with pytest.raises(RunError, match=r"was trained with another .*batch_size"):
        list(train_all(jobs(tmp_path, resume=True), digits))
    assert [RunFolder(seed_path(tmp_path, RECIPE, seed)).status for seed in (1, 3)] == ["complete"] * 2


def test_a_process_that_dies_is_an_error(two_processes, digits, tmp_path):
    going = train_all(jobs(tmp_path, replaced(RECIPE, epochs=200)), digits)
    with pytest.raises(RunError, match=r"is gone \(exit status -9\)"):
        for _ in _killing(going):
            pass


def replaced(recipe, **changes):
    return recipe.model_copy(update=changes)


def _killing(going):
    import threading

    def kill():
        deadline_s = time.monotonic() + TIMEOUT_S
        while time.monotonic() < deadline_s:
            for process in multiprocessing.active_children():
                process.kill()
            time.sleep(0.05)
            if over.is_set():
                return

    over = threading.Event()
    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield from going
    finally:
        over.set()
        thread.join()


def test_nothing_is_begun_where_a_folder_is_in_the_way(digits, tmp_path):
    list(train_all(jobs(tmp_path, seeds=(2,)), digits))
    with pytest.raises(RunError, match="--overwrite"):
        list(train_all(jobs(tmp_path), digits))
    assert [path.name for path in tmp_path.iterdir()] == ["mlp-dropout-seed2"]


def test_batched_seeds_are_shared_out_to_processes(digits, tmp_path):
    softmax = load_recipe("softmax", {"epochs": 1})
    wanted = [[1, 2, 3], [4, 5]]
    groups = scheduler._group_jobs(jobs(tmp_path, softmax, seeds=range(1, 6)), digits, 2)
    assert [[job.options.seed for job in group] for group in groups] == wanted
    assert [len(group) for group in scheduler._group_jobs(jobs(tmp_path), digits, 2)] == [1, 1, 1]


@pytest.fixture(scope="module")
def start(tmp_path_factory, start_process):
    """Start a process that trains three seeds in parallel into a folder, or resumes them."""
    recipe = tmp_path_factory.mktemp("recipe") / "small.toml"
    recipe.write_text(replaced(RECIPE, epochs=12).to_toml(), "utf-8")
    return lambda out: start_process(train_three_seeds, recipe, out)


@pytest.fixture(scope="module")
def undisturbed(start, tmp_path_factory):
    """The folder of three seeds that nothing disturbed."""
    out = tmp_path_factory.mktemp("runs") / "whole"
    _wait_for_all(start(out))
    return out


def _wait_for_all(process):
    process.wait()
    assert process.stdout == "['complete', 'complete', 'complete']\n", process.stderr


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_stopped_in_the_middle_all_go_on(start, undisturbed, tmp_path, number):
    """The parent process is killed, or gets Ctrl-C; after resuming, the runs are the same as undisturbed ones."""
    out = tmp_path / "cut"
    process = start(out)
    deadline_s = time.monotonic() + TIMEOUT_S
    while not list(out.glob("*/history.json")) and process.status is None and time.monotonic() < deadline_s:
        time.sleep(0.01)
    process.send_signal(number)
    status = process.wait()
    if number == signal.SIGINT:
        assert "Traceback" not in process.stderr
        assert "interrupted" in process.stdout
        assert {RunFolder(path).status for path in out.iterdir()} <= {"interrupted", "complete"}
    else:
        assert status == -signal.SIGKILL
    # Its worker processes are gone, too: no folder is locked any more.
    for seed in (1, 2, 3):
        with lock_run(out / f"mlp-dropout-seed{seed}"):
            pass
    _wait_for_all(start(out))
    for path in undisturbed.iterdir():
        assert contents(out / path.name) == contents(path)
