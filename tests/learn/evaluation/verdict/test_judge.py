import math

import pytest

from inkdigits.learn.evaluation.verdict import judge
from inkdigits.recipes.optimizers import Adam, Sgd

from .conftest import curves, measured


def test_good_is_said_with_the_number_of_digits_and_the_interval(usual):
    verdict = judge(usual())
    assert verdict.kind == "good"
    assert verdict.headline == (
        "Good: 98.0 % of 1,000 validation digits are read right (95 % interval 96.9 to 98.7 %), and training longer is "
        "unlikely to help."
    )
    assert verdict.details == ()


def test_a_rise_of_a_hundredth_on_144_digits_is_no_headline(usual):
    risen = curves([0.5, 0.2, 0.15, 0.12, 0.09], [0.31, 0.11, 0.0937, 0.0953, 0.1039])
    few = measured("validation", 144, 4)
    assert judge(usual(curves=risen, validation=few, loss_error=0.034)).kind == "good"
    # The same rise on digits enough to see it is over-fitting.
    verdict = judge(usual(curves=risen, validation=measured("validation", 12_000, 330), loss_error=0.0035))
    assert verdict.headline.startswith(
        "Over-fitting since epoch 3: the validation loss has risen from 0.0937 to 0.1039"
    )


def test_a_rise_after_the_weights_that_were_kept_is_no_fault(usual):
    risen = curves([0.5, 0.2, 0.1, 0.05], [0.4, 0.2, 0.3, 0.4], stopped_early=True, kept_position=2)
    verdict = judge(usual(curves=risen))
    assert verdict.kind == "good"
    assert verdict.details[0] == "Training stopped early at epoch 4, and the weights of epoch 2 were kept."


def test_running_accuracy_is_explained_and_not_judged_by(usual):
    """Dropout: 65 % while training, 92 % measured afterwards."""
    running = curves([1.5, 1.2, 1.0, 0.98, 0.97], [0.4, 0.3, 0.27, 0.27, 0.27], accuracy=(0.65,) * 5)
    evidence = usual(
        curves=running,
        train=measured("train", 1294, 103),
        validation=measured("validation", 144, 12),
        test=measured("test", 359, 30),
        changed_pictures=True,
    )
    verdict = judge(evidence)
    assert verdict.kind == "converged"
    assert "91.7 % of 144 validation digits" in verdict.headline or "91.6 % of 359 test digits" in verdict.headline
    assert "65" not in verdict.headline
    assert verdict.details[0].startswith("The training curve ends at 65.0 %: it counts answers given with dropout")
    assert "92.0 % of 1,294 training digits right" in verdict.details[0]


def test_still_improving_and_not_when_only_new_digits_are_misread(usual):
    falling = curves([0.5, 0.4, 0.3], [0.5, 0.4, 0.3])
    train = measured("train", 5000, 300)
    verdict = judge(usual(curves=falling, train=train, validation=measured("validation", 1000, 80)))
    assert verdict.headline.endswith("and the validation loss fell by 25 % since epoch 2; training longer may help.")
    by_heart = measured("train", 5000, 5)
    assert (
        judge(usual(curves=falling, train=by_heart, validation=measured("validation", 1000, 80))).kind == "over_fitting"
    )


def test_a_gap_counts_only_beyond_chance(usual):
    train = measured("train", 1294, 13)
    far = judge(usual(train=train, validation=measured("validation", 1000, 90), test=measured("test", 1000, 90)))
    assert far.headline.startswith(
        "Over-fitting: 99.0 % of 1,294 training digits are read right, but only 91.0 % of 1,000"
    )
    # 95 of 100 and 99 % lie 4 points apart, which chance makes of so few.
    near = usual(train=train, validation=measured("validation", 100, 4), test=measured("test", 1000, 30))
    assert judge(near).kind == "good"


def test_tiny_data_is_told_to_grow(usual):
    tiny = usual(train=measured("train", 16, 0), test=measured("test", 20, 9), validation=measured("validation", 4, 2))
    assert "more training digits would help most" in judge(tiny).headline
    assert "20 test digits" in judge(tiny).headline
    even = usual(train=measured("train", 16, 0), test=measured("test", 12, 0), validation=None)
    assert judge(even).headline.startswith("Too few digits to judge: 100.0 % of 12 test digits")


def test_test_digits_of_other_writers(usual):
    verdict = judge(usual(test=measured("test", 1000, 90)))
    assert verdict.kind == "other_test_digits"
    assert "they may come from other writers" in verdict.headline


def test_under_fitting_names_the_cure_that_fits(usual):
    bad = {"train": measured("train", 5000, 1900, 1.0), "validation": measured("validation", 1000, 400)}
    flat = curves([1.2, 1.1, 1.05, 1.05, 1.05], [1.2, 1.1, 1.1, 1.1, 1.1])
    assert "larger network" in judge(usual(curves=flat, **bad)).headline
    assert judge(usual(curves=curves([2.0, 1.0], [2.0, 1.0]), **bad)).headline.endswith("read right; train longer.")
    fast = judge(usual(curves=curves([2.0, 1.0], [2.0, 1.0]), optimizer=Adam(name="adam", learning_rate=0.5), **bad))
    assert "train longer" not in fast.headline
    assert "--set optimizer.learning_rate=0.001" in fast.headline


def test_a_small_network_that_has_converged(usual):
    settled = usual(train=measured("train", 5000, 400), validation=measured("validation", 1000, 85))
    assert judge(settled).headline.endswith("so a larger network would help more than training longer.")


def test_one_record_is_no_curve(usual):
    assert judge(usual(curves=curves([0.3], [0.3]))).headline.startswith("Only one epoch: 98.0 % of 1,000 validation")


def test_nothing_measured(usual):
    assert judge(usual(curves=curves([], []))).kind == "unmeasured"


@pytest.mark.parametrize("evidence", [{"diverged": True}, {"curves": curves([0.3, math.inf], [0.3, math.nan])}])
def test_a_loss_that_is_no_number(usual, evidence):
    verdict = judge(usual(**evidence, optimizer=Sgd(name="sgd", learning_rate=1e8)))
    assert verdict.is_failure
    assert "1e+08, is too high; try --set optimizer.learning_rate=0.01" in verdict.headline


def test_a_jump_of_the_loss_is_unstable(usual):
    jump = curves([1.0, 0.3, 0.05, 0.4, 0.1], [1.0, 0.3, 0.2, 0.5, 0.2])
    assert judge(usual(curves=jump)).headline.startswith("Unstable: the training loss had come down to 0.05 and jumped")


def test_untrained_networks_are_right_now_and_then(usual):
    """15 % of ten classes is luck of the first weights; the labels or the learning rate may be the cause."""
    lucky = measured("train", 1438, 1217, 2.3)
    verdict = judge(usual(train=lucky, curves=curves([2.3, 2.3, 2.3])))
    assert verdict.headline.startswith("Learned almost nothing: 15.4 % of 1,438 training digits are read right")
    assert "hardly moved" in verdict.headline


def test_a_frequent_class_is_no_skill(usual):
    counts = (930, *[0] * 8, 70)
    assert judge(usual(class_counts=counts, train=measured("train", 1000, 68))).kind == "learned_nothing"
    assert judge(usual(class_counts=counts)).kind == "good"
