import math

import pytest

from inkdigits.learn.report.content import TrainingCurves
from inkdigits.learn.report.diagnosis import diagnose


def history(
    loss: list[float],
    val_loss: list[float] | None = None,
    accuracy: float = 0.95,
    val_accuracy: float | None = None,
    **more: object,
) -> TrainingCurves:
    count = len(loss)
    return TrainingCurves(
        positions=tuple(range(1, count + 1)),
        unit="epoch",
        loss=tuple(loss),
        accuracy=(accuracy,) * count,
        val_loss=None if val_loss is None else tuple(val_loss),
        val_accuracy=None if val_accuracy is None else (val_accuracy,) * count,
        **more,  # type: ignore[arg-type]
    )


def test_over_fitting_says_since_when_and_by_how_much() -> None:
    shown = diagnose(history([0.5, 0.2, 0.1, 0.05], [0.4, 0.2, 0.25, 0.3]))[0]
    assert shown.startswith("Over-fitting since epoch 2: the validation loss has risen by 50 % (0.2000 to 0.3000)")
    assert "(0.2000 to 0.0500)" in shown


def test_a_rise_within_the_noise_is_not_over_fitting() -> None:
    assert diagnose(history([0.5, 0.2, 0.1], [0.4, 0.2, 0.205]))[0].startswith("Converged")


def test_a_rise_together_with_the_training_loss_is_not_over_fitting() -> None:
    assert not diagnose(history([0.5, 0.2, 0.4], [0.4, 0.2, 0.5]))[0].startswith("Over-fitting")


def test_over_fitting_from_a_perfect_loss_names_no_share() -> None:
    shown = diagnose(history([0.5, 0.2], [0.0, 0.3]))[0]
    assert "has risen (0.0000 to 0.3000)" in shown


def test_still_improving_is_judged_on_the_watched_set() -> None:
    findings = diagnose(history([0.5, 0.4, 0.4], [0.5, 0.4, 0.3], validation_name="test (watched, never selected on)"))
    assert findings == (
        "Still improving: the test loss fell by 25 % since epoch 2, so training longer is likely to help.",
    )


def test_converged_looks_at_the_last_fifth() -> None:
    losses = [1.0, 0.5, 0.3, 0.25, 0.22, 0.21, 0.205, 0.2, 0.2, 0.2]
    assert diagnose(history(losses))[0].startswith("Converged: since epoch 8 the training loss has stayed near 0.2000")


def test_under_fitting_names_the_cure_that_fits() -> None:
    flat = diagnose(history([2.0, 1.999], accuracy=0.625))[0]
    assert flat.startswith("Under-fitting: only 62.5 % of the training digits")
    assert "larger network" in flat
    assert "train longer" in diagnose(history([2.0, 1.0], accuracy=0.6))[0]


@pytest.mark.parametrize(
    ("train", "watched", "shown"), [(0.99, 0.95, "4.0 points above validation"), (0.9, 0.95, "5.0 points below")]
)
def test_gap_between_training_and_validation(train: float, watched: float, shown: str) -> None:
    sentences = diagnose(history([0.2, 0.2], [0.2, 0.2], accuracy=train, val_accuracy=watched))
    assert len(sentences) == 2
    assert shown in sentences[1]


def test_no_gap_no_sentence() -> None:
    assert len(diagnose(history([0.2, 0.2], [0.2, 0.2], accuracy=0.96, val_accuracy=0.95))) == 1


def test_early_stopping_tells_what_was_kept() -> None:
    stopped = history([0.5, 0.2, 0.1, 0.05], [0.4, 0.2, 0.25, 0.3], stopped_early=True, kept_position=2)
    assert diagnose(stopped)[1] == "Training stopped early at epoch 4, and the weights of epoch 2 were kept."
    last_kept = history([0.5, 0.2], [0.4, 0.2], stopped_early=True)
    assert diagnose(last_kept)[1] == "Training stopped early at epoch 2, and its last weights were kept."
    best_kept = history([0.5, 0.2], [0.2, 0.2], kept_position=1)
    assert diagnose(best_kept)[1] == "The weights of epoch 1, the best, were kept."


def test_one_point_or_none_is_no_curve() -> None:
    assert "Only one point" in diagnose(history([0.3]))[0]
    assert "Nothing was measured" in diagnose(history([]))[0]


def test_a_loss_that_is_no_number_is_named() -> None:
    assert "at epoch 2" in diagnose(history([0.3, math.nan], [0.3, 0.3]))[0]
    assert "at epoch 1" in diagnose(history([0.3, 0.2], [math.inf, 0.3]))[0]


def test_a_loss_of_nothing_has_converged() -> None:
    assert diagnose(history([0.0, 0.0]))[0].startswith("Converged")
