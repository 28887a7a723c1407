import numpy as np
import pytest
import torch

from helpers.recipes import small_recipe
from inkdigits.data.hands.strokes import StrokeDigits
from inkdigits.learn.training.tasks.digits import DigitTask
from inkdigits.learn.training.tasks.hands import Hands
from inkdigits.learn.training.tasks.losses import outlier_exposure_loss


def task(digits, seed=1, **changes):
    recipe = small_recipe(batch_size=50, augmentation=changes or False)
    return DigitTask(recipe, digits.train, seed=seed, device=torch.device("cpu"))


def test_an_epoch_shows_every_digit_once(digits):
    plain = task(digits)
    assert plain.steps_per_epoch == 8
    seen = torch.cat([plain.batch(step).pictures for step in range(8)])
    shown = sorted(picture.numpy().tobytes() for picture in seen)
    given = sorted((image[None] / np.float32(255)).tobytes() for image in digits.train.images.astype(np.float32))
    assert shown == given


@pytest.mark.slow
def test_a_batch_depends_on_seed_and_step_alone(digits):
    changes = {"ways_of_writing": 0.5, "not_digits": 0.2, "noise": 0.1, "stroke_width": 0.5}

    def batch(step, *before, seed=1):
        digit_task = task(digits, seed, **changes)
        for number in before:
            digit_task.batch(number)
        torch.manual_seed(3)
        return digit_task.batch(step)

    straight, jumped, other = batch(9, 7, 8), batch(9), batch(9, seed=2)
    assert torch.equal(straight.pictures, jumped.pictures)
    assert torch.equal(straight.targets, jumped.targets)
    assert not torch.equal(jumped.pictures, other.pictures)


def test_allographs_take_the_places_of_a_share_of_the_digits(digits):
    given = {image.tobytes() for image in digits.train.images}
    digit_task = task(digits, ways_of_writing=0.3)
    seen = [(255 * digit_task.batch(step).pictures).round().to(torch.uint8).numpy() for step in range(8)]
    unknown = np.mean([picture.tobytes() not in given for batch in seen for picture in batch])
    assert 0.2 < unknown < 0.4


def test_other_hands_take_the_places_of_their_share(digits):
    """Half of them drawn from strokes, half scanned, a few printed."""

    class People(Hands):
        def draw(self, generator):
            shares = {7: 0.47, 8: 0.47, 9: 0.06}
            return [
                (share, np.full((5, 28, 28), 10 * kind, np.uint8), np.full(5, kind)) for kind, share in shares.items()
            ]

    nobody = People(StrokeDigits((), np.zeros(0, np.int64), np.zeros(0, np.int16)), None)
    recipe = small_recipe(batch_size=50, augmentation=False, hands=0.5)
    digit_task = DigitTask(recipe, digits.train, seed=1, device=torch.device("cpu"), hands=nobody)
    batches = [digit_task.batch(step) for step in range(40)]
    pictures = torch.cat([batch.pictures for batch in batches])
    levels = (pictures[:, 0, 0, 0] * 255).round()
    labels = torch.cat([batch.targets for batch in batches])
    shares = [float((levels == 10 * kind).float().mean()) for kind in (7, 8, 9)]
    assert shares == pytest.approx([0.235, 0.235, 0.03], abs=0.05)
    assert (labels[levels == 70] == 7).all()


def test_negatives_follow_the_digits_and_are_not_counted(digits):
    digit_task = task(digits, not_digits=0.2)
    batch = digit_task.batch(0)
    assert (len(batch.pictures), batch.examples, len(batch.targets)) == (60, 50, 50)
    right = torch.nn.functional.one_hot(batch.targets, 10).float() * 20
    logits = torch.cat([right, torch.zeros(10, 10)])
    assert digit_task.correct(logits, batch) == 50
    assert digit_task.loss(logits, batch) == pytest.approx(0, abs=1e-3)
    sure = torch.cat([right, torch.nn.functional.one_hot(torch.zeros(10, dtype=torch.long), 10) * 20.0])
    assert digit_task.loss(sure, batch) > 2


def test_smoothed_labels_want_no_certainty(digits):
    recipe = small_recipe(batch_size=50, augmentation=False, label_smoothing=0.1)
    digit_task = DigitTask(recipe, digits.train, seed=1, device=torch.device("cpu"))
    batch = digit_task.batch(0)
    right = torch.nn.functional.one_hot(batch.targets, 10).float()
    # The least loss is where the right class has 0.91 and each other 0.01.
    wanted, surer, less_sure = (float(digit_task.loss(right * size, batch)) for size in (np.log(91), 9.0, 2.5))
    assert wanted < surer
    assert wanted < less_sure
    smoothed = torch.nn.functional.cross_entropy(right * 3, batch.targets, label_smoothing=0.1)
    assert float(digit_task.loss(right * 3, batch)) == pytest.approx(float(smoothed) - 0.1 * np.log(10), abs=1e-5)


def test_outlier_exposure_loss_is_0_for_uniform_answers_and_grows_with_confidence():
    unsure, halves, sure = torch.zeros(3, 10), torch.zeros(3, 10), torch.zeros(3, 10)
    halves[:, :5], sure[:, 0] = 2, 9
    costs = [float(outlier_exposure_loss(logits)) for logits in (unsure, halves, sure)]
    assert costs[0] == pytest.approx(0, abs=1e-6)
    assert costs[0] < costs[1] < costs[2]


@pytest.mark.slow
def test_a_training_with_all_augmentation_is_resumed_to_the_same_bits(train_small):
    everything = {
        "weight_averaging": 0.9,
        "schedule": {"name": "constant"},
        "early_stopping": False,
        "augmentation": {
            "rotate_degrees": 5.0,
            "stroke_width": 0.5,
            "blur": 0.3,
            "contrast": 0.2,
            "noise": 0.1,
            "ways_of_writing": 0.3,
            "not_digits": 0.1,
        },
    }
    train_small(small_recipe(epochs=1, **everything), "cut")
    longer = train_small(small_recipe(epochs=3, **everything), "cut", resume=True)
    whole = train_small(small_recipe(epochs=3, **everything), "whole")
    for name in ("weights.safetensors", "history.json", "metrics.json"):
        assert (longer.path / name).read_bytes() == (whole.path / name).read_bytes()
