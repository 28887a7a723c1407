"""Runs a sweep: trials, then seeds of the best, then the test set for the winner. Knows nothing of Optuna.

OUT/sweep.json          what is swept
    journal.log         the trials, as Optuna keeps them
    trials/NNN          a run folder for each trial
    seeds/NNN-seedN     further seeds of the best trials
    best/N.toml         their recipes, best first
    result.json         the figures
"""

import json
import math
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from inkdigits.core.atomic import storage_errors, write_text
from inkdigits.core.errors import InkdigitsError, RunError
from inkdigits.learn.evaluation.trained_run import TrainedRun
from inkdigits.learn.sweep.result import Candidate, SweepResult
from inkdigits.learn.sweep.search import search, tracked, unseen
from inkdigits.learn.sweep.settings import Sweep
from inkdigits.learn.sweep.study import Study, TrialRecord
from inkdigits.learn.training.parallel.pool import Pool, open_pool, train_groups
from inkdigits.learn.training.setup.device import choose_device
from inkdigits.runs.folder import RunFolder, to_json
from inkdigits.runs.lock import lock_run

BEST = 3
"""Trials that are trained with further seeds."""


def run_sweep(
    sweep: Sweep, *, workers: int | None = None, address: str | None = None, resume: bool = False, progress: bool = True
) -> SweepResult:
    """Train the trials of a sweep, and further seeds of the best; measure the winner on the test set.

    Args:
        sweep: What to sweep.
        workers: How many trainings run at once; by default one for each core.
        address: A Ray cluster that trains, as for `train_all`.
        resume: Whether to go on with the sweep in the folder: what is done there is not done again.
        progress: Whether to show how far it is.

    Returns:
        All trials, the best recipes and their figures, which are in the folder, too.

    Raises:
        InkdigitsError: Optuna is not installed, there is no cluster, or no trial could be trained.
        RunError: A sweep is in the folder and not to be resumed, or it is another one.
        KeyboardInterrupt: It was stopped by Ctrl-C.
    """
    start_s = time.perf_counter()
    out = sweep.options.out
    with storage_errors(out):
        out.parent.mkdir(parents=True, exist_ok=True)
    if address is None and choose_device(sweep.options.device).type != "cpu":
        workers = workers or 1  # one training fills a GPU
    with lock_run(out), open_pool(sweep.dataset, workers, address) as pool, _hint_at_resume():
        _open_folder(sweep, resume=resume)
        study = Study(out / "journal.log", sweep.space, sweep.options.seed, parallel=pool.size > 1)
        search(sweep, study, pool, progress=progress)
        best = _train_seeds(sweep, _best(study.records(), sweep), pool, progress=progress)
    test = _measure_winner(sweep, best[0])
    records = study.records()
    result = SweepResult(
        recipe=sweep.recipe({}).name,
        dataset=sweep.dataset.name,
        validation=RunFolder(Path(best[0].runs[0])).final_figures[1]["examples"],
        space=sweep.space,
        trials=tuple(records),
        importance=study.importance(),
        best=tuple(best),
        test=test,
        training_seconds=_training_seconds(out),
        seconds=time.perf_counter() - start_s,
    )
    with storage_errors(out):
        (out / "best").mkdir(exist_ok=True)
        for rank, each in enumerate(best, start=1):
            write_text(out / "best" / f"{rank}.toml", each.recipe)
        write_text(out / "result.json", to_json(result.to_dict()))
    return result


@contextmanager
def _hint_at_resume() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        sys.stderr.write("stopped: what was trained is kept; go on with --resume\n")
        raise


def _open_folder(sweep: Sweep, *, resume: bool) -> None:
    path, description = sweep.options.out / "sweep.json", sweep.description()
    if not path.exists():
        if sweep.options.out.exists() and any(sweep.options.out.iterdir()):
            raise RunError(f"{path.parent} is not empty", expected="a new folder", mend="choose another --out")
        with storage_errors(path):
            path.parent.mkdir(exist_ok=True)
            write_text(path, to_json(description))
        return
    if not resume:
        raise RunError(
            f"a sweep is in {path.parent}", expected="a new folder", mend="go on with --resume, or choose another --out"
        )
    before = json.loads(path.read_text("utf-8"))
    changed = [name for name, value in description.items() if before.get(name) != json.loads(json.dumps(value))]
    if changed:
        raise RunError(
            f"the sweep in {path.parent} has another {', '.join(changed)}",
            expected="the same sweep to go on with",
            mend="choose another --out",
        )


def _best(records: Sequence[TrialRecord], sweep: Sweep) -> list[TrialRecord]:
    """Return the best trials: first those that ran to their end, of equally good ones those with the lower loss."""

    def rank(record: TrialRecord) -> tuple[bool, float, float]:
        loss = RunFolder(sweep.options.out / "trials" / record.folder).final_figures[1]["loss"]
        return record.state != "complete", -(record.accuracy or 0), math.inf if loss is None else loss

    best = dict[str, TrialRecord]()  # the same values may have been tried twice
    for record in sorted((each for each in records if each.state in ("complete", "pruned")), key=rank):
        best.setdefault(json.dumps(record.values, sort_keys=True), record)
    if not best:
        errors = [each.error for each in records if each.error]
        raise RunError(
            f"no trial of {len(records)} could be trained ({errors[0]})",
            expected="at least one that ends",
            mend="look at the space",
        )
    return list(best.values())[:BEST]


def _train_seeds(sweep: Sweep, best: Sequence[TrialRecord], pool: Pool, *, progress: bool) -> list[Candidate]:
    """Train the best trials to their end, and with further seeds; return them, best by their mean first."""
    first = sweep.options.seed
    runs = {
        record.number: [
            sweep.job(record.values, f"trials/{record.folder}", first),
            *(
                sweep.job(record.values, f"seeds/{record.folder}-seed{seed}", seed)
                for seed in range(first + 1, first + sweep.seeds)
            ),
        ]
        for record in best
    }
    waiting = deque(job for jobs in runs.values() for job in jobs if not RunFolder(job.options.out).is_complete)
    errors, left = [], len(waiting)
    with tracked("Seeds of the best", left, "trainings", progress=progress) as advance:
        for _, result in train_groups(lambda: [waiting.popleft()] if waiting else None, pool, unseen):
            left -= 1
            if isinstance(result, InkdigitsError):
                errors.append(result)
            elif result.status != "complete":
                raise KeyboardInterrupt
            advance(1)
    if errors:
        raise errors[0]
    if left:
        raise KeyboardInterrupt
    candidates = []
    for record in best:
        paths = [job.options.out for job in runs[record.number]]
        accuracies = tuple(RunFolder(path).final_figures[1]["accuracy"] for path in paths)
        recipe = runs[record.number][0].recipe.to_toml()
        candidates.append(Candidate(record.number, record.values, accuracies, recipe, tuple(map(str, paths))))
    return sorted(candidates, key=lambda each: -each.mean)


def _measure_winner(sweep: Sweep, winner: Candidate) -> tuple[float, ...]:
    """Return the accuracy of each seed of the winner on the test set: the only time that it is read."""
    return tuple(TrainedRun(run, data=sweep.dataset).evaluate("test").accuracy for run in winner.runs)


def _training_seconds(out: Path) -> float:
    runs = [RunFolder(path) for path in (*out.glob("trials/*"), *out.glob("seeds/*"))]
    return float(sum(run.metadata["seconds"] for run in runs if run.exists))
