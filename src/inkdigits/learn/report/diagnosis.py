"""What training curves show, in a sentence or two. Knows numbers; draws nothing."""

import math
from collections.abc import Sequence

from inkdigits.learn.report.content import TrainingCurves

OVER_FITTING_RISE = 0.05
"""A validation loss above its minimum by more than this share is over-fitting; less is noise."""

IMPROVING_FALL = 0.03
"""A loss that fell by more than this share over the last fifth of training is still improving."""

GENERALIZATION_GAP = 0.02
"""A distance of training from validation accuracy that is mentioned."""

UNDER_FITTING_ACCURACY = 0.85
"""A training accuracy below this is under-fitting."""


def diagnose(history: TrainingCurves) -> tuple[str, ...]:
    """Return one sentence on how training went and, if it applies, a second on early stopping or the accuracy gap.

    Args:
        history: The training curves.

    Examples:
        >>> falling = TrainingCurves((1, 2), "epoch", loss=(0.9, 0.3), accuracy=(0.7, 0.91))
        >>> diagnose(falling)[0]
        'Still improving: the training loss fell by 67 % since epoch 1, so training longer is likely to help.'
    """
    if not history.positions:
        return ("Nothing was measured while training, so there are no curves to judge.",)
    diverged = _first_not_finite(history)
    if diverged is not None:
        return (f"Diverged: the loss stopped being a number at {history.unit} {diverged}; lower the learning rate.",)
    verdict = _verdict(history)
    second = _early_stopping(history) or _gap(history)
    return (verdict, second) if second else (verdict,)


def _verdict(history: TrainingCurves) -> str:
    if len(history.positions) == 1:
        return (
            f"Only one point was measured (loss {history.loss[0]:.4g} on the training digits), so the curves "
            f"can't say yet whether training longer would help."
        )
    over_fitting = _over_fitting(history)
    if over_fitting:
        return over_fitting
    name, losses = ("training", history.loss)
    if history.val_loss is not None:
        name, losses = (_short_name(history), history.val_loss)
    since, fall = _recent_fall(losses)
    falling = fall > IMPROVING_FALL
    if history.accuracy[-1] < UNDER_FITTING_ACCURACY:
        remedy = "train longer" if falling else "use a larger network or another learning rate"
        return (
            f"Under-fitting: only {history.accuracy[-1]:.1%} of the training digits themselves are read right; "
            f"{remedy}."
        ).replace("%", " %")
    if falling:
        return (
            f"Still improving: the {name} loss fell by {fall:.0%} since {history.unit} "
            f"{history.positions[since]:,}, so training longer is likely to help."
        ).replace("%", " %")
    return (
        f"Converged: since {history.unit} {history.positions[since]:,} the {name} loss has stayed near "
        f"{losses[-1]:.4f}, so training longer is unlikely to help."
    )


def _over_fitting(history: TrainingCurves) -> str | None:
    if history.val_loss is None:
        return None
    best = min(range(len(history.val_loss)), key=history.val_loss.__getitem__)
    lowest, last = history.val_loss[best], history.val_loss[-1]
    if last <= lowest * (1 + OVER_FITTING_RISE) or history.loss[-1] >= history.loss[best]:
        return None
    by = f" by {last / lowest - 1:.0%}".replace("%", " %") if lowest > 0 else ""
    return (
        f"Over-fitting since {history.unit} {history.positions[best]:,}: the {_short_name(history)} loss has "
        f"risen{by} ({lowest:.4f} to {last:.4f}) while the training loss went on falling "
        f"({history.loss[best]:.4f} to {history.loss[-1]:.4f})."
    )


def _short_name(history: TrainingCurves) -> str:
    return history.validation_name.split(" (")[0]


def _recent_fall(losses: Sequence[float]) -> tuple[int, float]:
    """Return where the last fifth of training begins, and the share by which the loss fell in it."""
    since = len(losses) - 1 - max(1, len(losses) // 5)
    return since, (1 - losses[-1] / losses[since] if losses[since] > 0 else 0.0)


def _early_stopping(history: TrainingCurves) -> str | None:
    kept = history.kept_position
    if history.stopped_early:
        weights = f"the weights of {history.unit} {kept:,} were" if kept is not None else "its last weights were"
        return f"Training stopped early at {history.unit} {history.positions[-1]:,}, and {weights} kept."
    if kept is not None and kept != history.positions[-1]:
        return f"The weights of {history.unit} {kept:,}, the best, were kept."
    return None


def _gap(history: TrainingCurves) -> str | None:
    if history.val_accuracy is None:
        return None
    points = (history.accuracy[-1] - history.val_accuracy[-1]) * 100
    if points >= GENERALIZATION_GAP * 100:
        return (
            f"Training accuracy ends {points:.1f} points above {_short_name(history)} accuracy: the network "
            f"knows its own digits better than new ones, and more data, augmentation or dropout would narrow it."
        )
    if points <= -GENERALIZATION_GAP * 100:
        return (
            f"Training accuracy ends {-points:.1f} points below {_short_name(history)} accuracy: it is "
            f"the mean over digits seen while the network was still learning (and with dropout is hindered), the other "
            f"is measured after."
        )
    return None


def _first_not_finite(history: TrainingCurves) -> int | None:
    losses = zip(history.positions, history.loss, history.val_loss or history.loss, strict=True)
    return next((at for at, *values in losses if not all(map(math.isfinite, values))), None)
