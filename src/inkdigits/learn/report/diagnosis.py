"""What training curves show, in a sentence or two. Knows the numbers of a history; draws nothing."""

import math
from collections.abc import Sequence

from inkdigits.learn.report.content import History

RISE_THAT_COUNTS = 0.05
"""A validation loss this much above its minimum is over-fitting; less is the noise of a finite set."""

FALL_THAT_COUNTS = 0.03
"""A loss that fell by more than this share over the last fifth of training was still improving."""

GAP_THAT_COUNTS = 0.02
"""Training accuracy this far above the watched one is worth a word."""

UNDER_FITTING_ACCURACY = 0.85
"""Below this on its own training digits a network has not learned to tell ten classes apart."""


def diagnose(history: History) -> tuple[str, ...]:
    """Say what the curves show.

    Args:
        history: What was measured while training.

    Returns:
        One sentence with the verdict and, where there is more to say, a second with early stopping or the
        distance between training and validation.

    Examples:
        >>> falling = History((1, 2), "epoch", loss=(0.9, 0.3), accuracy=(0.7, 0.91))
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


def _verdict(history: History) -> str:
    if len(history.positions) == 1:
        return (
            f"Only one point was measured (loss {history.loss[0]:.4g} on the training digits), so the curves "
            f"can't say yet whether training longer would help."
        )
    over_fitting = _over_fitting(history)
    if over_fitting:
        return over_fitting
    name, watched = ("training", history.loss)
    if history.val_loss is not None:
        name, watched = (_short_name(history), history.val_loss)
    since, fall = _recent_fall(watched)
    falling = fall > FALL_THAT_COUNTS
    if history.accuracy[-1] < UNDER_FITTING_ACCURACY:
        cure = "train longer" if falling else "use a larger network or another learning rate"
        return (
            f"Under-fitting: only {history.accuracy[-1]:.1%} of the training digits themselves are read right; {cure}."
        ).replace("%", " %")
    if falling:
        return (
            f"Still improving: the {name} loss fell by {fall:.0%} since {history.unit} "
            f"{history.positions[since]:,}, so training longer is likely to help."
        ).replace("%", " %")
    return (
        f"Converged: since {history.unit} {history.positions[since]:,} the {name} loss has stayed near "
        f"{watched[-1]:.4f}, so training longer is unlikely to help."
    )


def _over_fitting(history: History) -> str | None:
    if history.val_loss is None:
        return None
    best = min(range(len(history.val_loss)), key=history.val_loss.__getitem__)
    lowest, last = history.val_loss[best], history.val_loss[-1]
    if last <= lowest * (1 + RISE_THAT_COUNTS) or history.loss[-1] >= history.loss[best]:
        return None
    by = f" by {last / lowest - 1:.0%}".replace("%", " %") if lowest > 0 else ""
    return (
        f"Over-fitting since {history.unit} {history.positions[best]:,}: the {_short_name(history)} loss has "
        f"risen{by} ({lowest:.4f} to {last:.4f}) while the training loss went on falling "
        f"({history.loss[best]:.4f} to {history.loss[-1]:.4f})."
    )


def _short_name(history: History) -> str:
    return history.validation_name.split(" (")[0]


def _recent_fall(losses: Sequence[float]) -> tuple[int, float]:
    """Return where the last fifth of training begins, and the share by which the loss fell in it."""
    since = len(losses) - 1 - max(1, len(losses) // 5)
    return since, (1 - losses[-1] / losses[since] if losses[since] > 0 else 0.0)


def _early_stopping(history: History) -> str | None:
    kept = history.kept_position
    if history.stopped_early:
        weights = f"the weights of {history.unit} {kept:,} were" if kept is not None else "its last weights were"
        return f"Training stopped early at {history.unit} {history.positions[-1]:,}, and {weights} kept."
    if kept is not None and kept != history.positions[-1]:
        return f"The weights of {history.unit} {kept:,}, the best, were kept."
    return None


def _gap(history: History) -> str | None:
    if history.val_accuracy is None:
        return None
    points = (history.accuracy[-1] - history.val_accuracy[-1]) * 100
    if points >= GAP_THAT_COUNTS * 100:
        return (
            f"Training accuracy ends {points:.1f} points above {_short_name(history)} accuracy: the network "
            f"knows its own digits better than new ones, and more data, augmentation or dropout would narrow it."
        )
    if points <= -GAP_THAT_COUNTS * 100:
        return (
            f"Training accuracy ends {-points:.1f} points below {_short_name(history)} accuracy: it is "
            f"the mean over digits seen while the network was still learning (and with dropout is hindered), the other "
            f"is measured after."
        )
    return None


def _first_not_finite(history: History) -> int | None:
    losses = zip(history.positions, history.loss, history.val_loss or history.loss, strict=True)
    return next((at for at, *values in losses if not all(map(math.isfinite, values))), None)
