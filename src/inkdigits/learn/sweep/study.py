"""Chooses the values of each trial and ends bad ones early, by Optuna. Knows nothing of trainings.

All that is asked and told goes into a journal at once, so that a sweep that was killed goes on where it stood.
"""

import json
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkdigits.core.errors import InkdigitsError
from inkdigits.learn.sweep.space import Dimension

_FIRST_RUNG, _REDUCTION = 11, 3
"""After 11, 33 and 99 % of a training, only the best third of all trials so far goes on."""


_ENOUGH = 4
"""Trials from which on it is told how much each key decides."""


@dataclass(frozen=True)
class Trial:
    """Values to try.

    Attributes:
        number: In the order of asking.
        folder: The name of its run folder.
        values: By recipe key.
    """

    number: int
    folder: str
    values: dict[str, Any]


@dataclass(frozen=True)
class TrialRecord:
    """A trial as it stands.

    Attributes:
        number: In the order of asking.
        folder: The name of its run folder.
        state: "complete", "pruned" (ended early, because others were better), "failed" or "running".
        values: By recipe key.
        accuracy: On the validation set, 0 … 1; of a pruned trial the last one. None where there is none.
        error: Why it failed.
    """

    number: int
    folder: str
    state: str
    values: dict[str, Any]
    accuracy: float | None
    error: str | None


class Study:
    """The trials of a sweep.

    Args:
        journal: The file that remembers them; it is made where there is none.
        space: What may vary.
        seed: Decides the values.
        parallel: Whether several trials run at once.

    Raises:
        InkdigitsError: Optuna is not installed.
    """

    def __init__(self, journal: Path, space: Sequence[Dimension], seed: int, *, parallel: bool) -> None:
        try:
            import optuna  # noqa: PLC0415  only sweeps need it
        except ImportError as error:
            raise InkdigitsError(
                "a sweep without Optuna", expected="Optuna", mend='pip install "inkdigits[sweep]"'
            ) from error
        self._optuna, self._space = optuna, space
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        # The lock of a process that was killed: the caller lets only one sweep into a folder.
        for left in journal.parent.glob(f"{journal.name}.lock*"):
            left.unlink(missing_ok=True)
        from optuna.storages.journal import JournalFileBackend  # noqa: PLC0415

        backend = JournalFileBackend(str(journal))
        self._study = optuna.create_study(
            storage=optuna.storages.JournalStorage(backend),
            study_name="sweep",
            direction="maximize",
            load_if_exists=True,
            pruner=optuna.pruners.SuccessiveHalvingPruner(min_resource=_FIRST_RUNG, reduction_factor=_REDUCTION),
        )
        # The same seed again would draw the same values again.
        known = len(self._study.get_trials(deepcopy=False))
        self._study.sampler = optuna.samplers.TPESampler(seed=seed + 7919 * known, constant_liar=parallel)
        self._asked: dict[int, Any] = {}
        self._distributions = {each.key: self._distribution(each) for each in space}
        self._requeue_torn()

    def _distribution(self, dimension: Dimension) -> Any:
        distributions = self._optuna.distributions
        if dimension.choices:
            return distributions.CategoricalDistribution([json.dumps(each) for each in dimension.choices])
        low, high, step = dimension.low, dimension.high, dimension.step
        with warnings.catch_warnings():
            # A step that doesn't end at `high` is told in a warning, and the last value is then lower.
            warnings.simplefilter("ignore")
            if dimension.is_integer:
                return distributions.IntDistribution(int(low), int(high), log=dimension.log, step=int(step or 1))
            return distributions.FloatDistribution(float(low), float(high), log=dimension.log, step=step)

    def _requeue_torn(self) -> None:
        """Let trials that ran when the sweep was killed be asked for again, with their values and folders."""
        running = self._optuna.trial.TrialState.RUNNING
        for trial in self._study.get_trials(states=(running,)):
            self._study.tell(trial.number, state=self._optuna.trial.TrialState.FAIL)
            if len(trial.params) == len(self._distributions):
                self._study.enqueue_trial(trial.params, user_attrs={"folder": _folder(trial)})

    def ask(self) -> Trial:
        """Return the values of the next trial."""
        trial = self._study.ask(self._distributions)
        self._asked[trial.number] = trial
        return Trial(trial.number, _folder(trial), self._values(trial.params))

    def should_prune(self, number: int, share: float, accuracy: float) -> bool:
        """Take what a trial has reached, and tell whether it is to end there.

        Args:
            number: The trial.
            share: How much of its training is done, 0 … 1.
            accuracy: On the validation set.

        Returns:
            Whether others were better at that point.
        """
        trial = self._asked[number]
        trial.report(accuracy, round(100 * share))
        return share < 1 and bool(trial.should_prune())

    def complete(self, number: int, accuracy: float) -> None:
        """Take the result of a trial.

        Args:
            number: The trial.
            accuracy: On the validation set, with the weights that were kept.
        """
        self._study.tell(number, accuracy)

    def prune(self, number: int) -> None:
        """Take it that a trial was ended early.

        Args:
            number: The trial.
        """
        self._study.tell(number, state=self._optuna.trial.TrialState.PRUNED)

    def fail(self, number: int, error: str) -> None:
        """Take it that a trial can't be done.

        Args:
            number: The trial.
            error: Why.
        """
        self._asked[number].set_user_attr("error", error)
        self._study.tell(number, state=self._optuna.trial.TrialState.FAIL)

    def records(self) -> list[TrialRecord]:
        """Return all trials that are done or run, in their order; torn ones are left out."""
        states = self._optuna.trial.TrialState
        names = {states.COMPLETE: "complete", states.PRUNED: "pruned", states.FAIL: "failed", states.RUNNING: "running"}
        return [
            TrialRecord(
                trial.number, _folder(trial), names[trial.state], self._values(trial.params), trial.value,
                trial.user_attrs.get("error"),
            )
            for trial in self._study.get_trials(deepcopy=False)
            if trial.state in names and (trial.state != states.FAIL or "error" in trial.user_attrs)
        ]  # fmt: skip

    def importance(self) -> dict[str, float]:
        """Return how much of the differences between the trials' accuracies each key explains, greatest first.

        Returns:
            Shares by key; empty where there are too few trials to tell.
        """
        trials = [each for each in self._study.get_trials(deepcopy=False) if each.value is not None]
        if len(trials) < _ENOUGH:
            return {}
        # Trials that ended early count with what they reached: alone, those that ran to their end are too few.
        all_ended = self._optuna.create_study(direction="maximize")
        for each in trials:
            all_ended.add_trial(
                self._optuna.create_trial(params=each.params, distributions=each.distributions, value=each.value)
            )
        evaluator = self._optuna.importance.FanovaImportanceEvaluator(seed=0)
        try:
            found = self._optuna.importance.get_param_importances(all_ended, evaluator=evaluator)
        except (ValueError, RuntimeError):  # all have the same accuracy, or the same values
            return {}
        return {key: float(share) for key, share in found.items()}

    def _values(self, params: dict[str, Any]) -> dict[str, Any]:
        choices = {each.key for each in self._space if each.choices}
        return {key: json.loads(value) if key in choices else value for key, value in params.items()}


def _folder(trial: Any) -> str:
    return str(trial.user_attrs.get("folder", f"{trial.number:03}"))
