"""Whole sweeps on the small digits: what decides, what is left on disk, and what a kill costs."""

import json
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.processes import TIMEOUT_S, run_sweep_of
from inkdigits.core.errors import RecipeError, RunError
from inkdigits.learn.evaluation.trained_run import TrainedRun
from inkdigits.learn.sweep.settings import Sweep, with_validation
from inkdigits.learn.sweep.space import Dimension
from inkdigits.learn.sweep.sweep import run_sweep
from inkdigits.learn.training.options import TrainingOptions
from inkdigits.recipes import load_recipe
from inkdigits.runs.folder import RunFolder

optuna = pytest.importorskip("optuna")

SPACE = (Dimension("optimizer.learning_rate", (), 1e-4, 1.0, log=True), Dimension("batch_size", (64, 128)))
CHANGES = {"epochs": 3}


def sweep_of(digits, out, trials=5, **changes):
    options = TrainingOptions(out, tensorboard=False, measure="validation")
    sweep = Sweep("softmax", with_validation("softmax", CHANGES), SPACE, digits, options, trials, seeds=2)
    return replace(sweep, **changes)


@pytest.fixture(scope="module")
def swept(digits, tmp_path_factory):
    """A sweep of five trials in two processes, and its result."""
    sweep = sweep_of(digits, tmp_path_factory.mktemp("sweeps") / "one")
    return sweep, run_sweep(sweep, workers=2, progress=False)


@pytest.mark.slow
def test_the_validation_set_decides_and_trials_never_see_the_test_set(swept, digits):
    sweep, result = swept
    assert [trial.number for trial in result.trials] == list(range(5))
    assert {trial.state for trial in result.trials} <= {"complete", "pruned"}
    best = max(trial.accuracy for trial in result.trials if trial.state == "complete")
    assert any(candidate.accuracies[0] >= best for candidate in result.best)
    assert len(result.best) == 3
    assert [each.mean for each in result.best] == sorted((each.mean for each in result.best), reverse=True)
    for path in sweep.options.out.glob("trials/*"):
        run = RunFolder.open(path)
        assert list(run.read_json("metrics.json")) == ["validation"]
        assert run.recipe.validation == 0.2
        assert not run.recipe.watch_test
    winner = result.best[0]
    assert result.test == tuple(TrainedRun(path, data=digits).evaluate("test").accuracy for path in winner.runs)
    assert [RunFolder(Path(path)).metadata["seed"] for path in winner.runs] == [1, 2]
    run = TrainedRun(winner.runs[0], data=digits)
    assert winner.accuracies[0] == pytest.approx(run.evaluate("validation").accuracy)


@pytest.mark.slow
def test_recipes_and_figures_are_files(swept):
    sweep, result = swept
    out = sweep.options.out
    recipe = load_recipe(out / "best/1.toml")
    assert recipe.optimizer.learning_rate == result.best[0].values["optimizer.learning_rate"]
    written = json.loads((out / "result.json").read_text("utf-8"))
    assert written["best"][0]["values"] == result.best[0].values
    assert written["test"]["accuracy"] == pytest.approx(result.test_mean)
    assert len(written["trials"]) == 5


@pytest.mark.slow
def test_a_sweep_is_never_replaced_and_resumed_only_as_the_same(swept, digits):
    sweep, result = swept
    with pytest.raises(RunError, match=r"a sweep is in .*--resume"):
        run_sweep(sweep, workers=1, progress=False)
    with pytest.raises(RunError, match="has another space"):
        run_sweep(replace(sweep, space=SPACE[:1]), workers=1, resume=True, progress=False)
    before = {path: path.stat().st_mtime_ns for path in sweep.options.out.glob("*/*/weights.safetensors")}
    again = run_sweep(sweep, workers=1, resume=True, progress=False)
    assert (again.trials, again.best, again.test) == (result.trials, result.best, result.test)
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_values_that_do_not_fit_together_fail_alone(digits, tmp_path):
    space = (Dimension("early_stopping.monitor", ("val_loss",)), Dimension("label_smoothing", (0.1,)))
    sweep = sweep_of(digits, tmp_path / "out", 2, space=(*space, Dimension("loss", ("mean_squared_error",))))
    with pytest.raises(RunError, match=r"no trial of 2 could be trained .*label_smoothing"):
        run_sweep(sweep, workers=1, progress=False)


def test_a_recipe_for_lines_is_refused():
    with pytest.raises(RecipeError, match="reads lines of writing"):
        with_validation("reader-lines", {})
    assert with_validation("mlp-dropout", {}) == {}  # it holds digits back by itself


def trials_in(out):
    """Return the trials of a sweep, by Optuna itself."""
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    storage = JournalStorage(JournalFileBackend(str(out / "journal.log")))
    return optuna.load_study(study_name="sweep", storage=storage).get_trials()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_killed_in_the_middle_it_goes_on(start_process, digits, tmp_path):
    out = tmp_path / "cut"
    process = start_process(run_sweep_of, out, 6)
    deadline_s = time.monotonic() + TIMEOUT_S
    # When the third trial of two processes has ended, an earlier one has been told.
    while len(list(out.glob("trials/*/weights.safetensors"))) < 3 and time.monotonic() < deadline_s:
        assert process.status is None, process.stderr
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    told = [trial for trial in trials_in(out) if trial.state == optuna.trial.TrialState.COMPLETE]
    files = [out / f"trials/{trial.number:03}/weights.safetensors" for trial in told]
    done = {path: path.stat().st_mtime_ns for path in files}
    process = start_process(run_sweep_of, out, 6)
    assert process.wait() == 0, process.stderr
    written = json.loads((out / "result.json").read_text("utf-8"))
    assert len(written["trials"]) == 6
    assert len({trial["folder"] for trial in written["trials"]}) == 6
    assert {trial["state"] for trial in written["trials"]} <= {"complete", "pruned"}
    assert len(list(out.glob("trials/*"))) == 6
    assert {path: path.stat().st_mtime_ns for path in files} == done
