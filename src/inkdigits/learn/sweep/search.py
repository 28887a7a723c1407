"""Trains the trials of a sweep, as many at once as there are workers. Knows nothing of what is done with them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from inkdigits.core.errors import InkdigitsError, RecipeError
from inkdigits.core.progress import track
from inkdigits.data.dataset import Dataset
from inkdigits.learn.sweep.settings import Sweep
from inkdigits.learn.sweep.study import Study, Trial
from inkdigits.learn.training.listeners.callbacks import Callbacks
from inkdigits.learn.training.listeners.listener import Listener, ProgressInfo
from inkdigits.learn.training.parallel.jobs import Job, RunResult
from inkdigits.learn.training.parallel.pool import Pool, train_groups
from inkdigits.learn.training.plan import make_plan
from inkdigits.recipes import Recipe
from inkdigits.runs.history import Record


def search(sweep: Sweep, study: Study, pool: Pool, *, progress: bool) -> None:
    """Train trials until there are enough.

    Args:
        sweep: What to sweep.
        study: Chooses their values.
        pool: What trains them.
        progress: Whether to show how far it is.

    Raises:
        KeyboardInterrupt: It was stopped by Ctrl-C.
    """
    records = study.records()
    asked, trials = len(records), dict[Path, Trial]()
    pruned = set[int]()

    def next_group() -> list[Job] | None:
        nonlocal asked
        while asked < sweep.trials:
            trial = study.ask()
            asked += 1
            try:
                job = sweep.job(trial.values, f"trials/{trial.folder}", sweep.options.seed)
            except RecipeError as error:  # values that are right alone and wrong together
                study.fail(trial.number, str(error))
                continue
            trials[job.options.out] = trial
            callback = _pruning(study, trial.number, pruned, sweep.dataset, job.recipe)
            return [replace(job, options=replace(job.options, callbacks=[callback]))]
        return None

    is_stopped = False
    with tracked("Trials", max(0, sweep.trials - asked), "trials", progress=progress) as advance:
        for job, result in train_groups(next_group, pool, unseen):
            number = trials[job.options.out].number
            is_stopped |= not _tell(study, number, result, number in pruned)
            advance(1)
    if is_stopped or len(study.records()) < sweep.trials:
        raise KeyboardInterrupt


def _pruning(
    study: Study, number: int, pruned: set[int], dataset: Dataset, recipe: Recipe
) -> Callable[[int, Record], bool]:
    """Return the callback of a trial: it ends the training where others were better at that point."""
    examples = len(dataset.splits(recipe.validation, skip_first=recipe.skip_first).train)
    steps = make_plan(recipe, examples).steps

    def after(step: int, record: Record) -> bool:
        assert record.val_accuracy is not None
        if study.should_prune(number, step / steps, record.val_accuracy):
            pruned.add(number)
        return number in pruned

    return after


def _tell(study: Study, number: int, result: RunResult, was_pruned: bool) -> bool:
    """Tell the study what became of a trial; return False where it was stopped by Ctrl-C and is no result."""
    if isinstance(result, InkdigitsError):
        study.fail(number, str(result))
    elif result.status == "complete":
        study.complete(number, result.final_figures[1]["accuracy"])
    elif was_pruned:
        study.prune(number)
    else:
        return False
    return True


@contextmanager
def tracked(description: str, total: int, unit: str, *, progress: bool) -> Iterator[Callable[[int], None]]:
    """Show how far a part of a sweep is, if there is anything to do.

    Args:
        description: What is being done.
        total: How many.
        unit: What is counted.
        progress: Whether to show it.

    Yields:
        As `track` does.
    """
    if not progress or not total:
        yield lambda done: None
        return
    with track(description, total, unit=unit) as advance:
        yield advance


def unseen(_: ProgressInfo) -> Listener:
    """Return the listener of a training whose progress is not shown."""
    return Callbacks(())
