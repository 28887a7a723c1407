import json

import numpy as np
import pytest
from scipy import stats

from inkdigits.core.errors import DataError, RunError
from inkdigits.core.formatting import percent
from inkdigits.data.load import load
from inkdigits.learn.evaluation.comparison import compare_entrants, open_entrants
from inkdigits.learn.evaluation.trained_run import TrainedRun


def right(path, split="test"):
    run = TrainedRun(path)
    return run.probabilities(split).argmax(axis=1) == run.split(split).labels


@pytest.fixture(scope="module")
def single(small_runs):
    """Two runs of different recipes."""
    return compare_entrants(open_entrants([small_runs.weak / "softmax-seed1", small_runs.strong / "mlp-100x2-seed1"]))


def test_single_runs_are_compared_digit_by_digit(single, small_runs):
    weak, strong = right(small_runs.weak / "softmax-seed1"), right(small_runs.strong / "mlp-100x2-seed1")
    pair = single.pair("softmax-seed1", "mlp-100x2-seed1")
    assert (pair.only_first, pair.only_second) == ((weak & ~strong).sum(), (strong & ~weak).sum())
    assert pair.difference.value == pytest.approx(strong.mean() - weak.mean())
    assert pair.difference.p_value == pytest.approx(stats.binomtest(pair.only_first, (weak != strong).sum()).pvalue)
    assert pair.kind == "better"
    assert single.sentence.startswith("mlp-100x2-seed1 reads better than softmax-seed1, beyond chance: ")
    assert percent(strong.mean()) in single.sentence
    assert "points apart (95 % interval " in single.sentence
    assert "One seed each" in single.remarks[0]


def test_digits_that_one_reads_and_the_other_does_not(single, small_runs):
    weak, strong = right(small_runs.weak / "softmax-seed1"), right(small_runs.strong / "mlp-100x2-seed1")
    assert {each.index for each in single.disagreements} == set(np.flatnonzero(weak != strong).tolist())
    labels = load("uci").test.labels
    for each in single.disagreements:
        assert each.label == labels[each.index]
        assert [answer == each.label for answer in each.predictions] == [weak[each.index], strong[each.index]]
    errors = [
        next(sure for sure, answer in zip(each.confidences, each.predictions, strict=True) if answer != each.label)
        for each in single.disagreements
    ]
    assert errors == sorted(errors, reverse=True)


def test_classes_and_figures_are_those_of_evaluate(single, small_runs):
    evaluations = [TrainedRun(run.path).evaluate("test") for each in single.entrants for run in each.runs]
    for each, weak, strong in zip(single.by_class, *(found.classes for found in evaluations), strict=True):
        assert each.recalls == pytest.approx((weak.recall, strong.recall))
    assert [each.errors for each in single.entrants] == [found.errors for found in evaluations]
    assert single.entrants[0].parameters == 7850
    assert single.entrants[0].runs[0].curves["loss"] == tuple(
        TrainedRun(single.entrants[0].runs[0].path).history["loss"]
    )


def test_seeds_of_one_recipe_are_chance(small_runs):
    paths = [small_runs.strong / f"mlp-100x2-seed{seed}" for seed in (1, 2)]
    pair = compare_entrants(open_entrants(paths)).pairs[0]
    assert pair.kind in ("chance", "seed")
    assert "chance" in pair.sentence or "neither is better" in pair.sentence


def test_folders_of_seeds_are_compared_seed_by_seed(small_runs):
    found = compare_entrants(open_entrants([small_runs.weak, small_runs.strong]))
    accuracies = [
        [right(path).mean() for path in sorted(folder.iterdir())] for folder in (small_runs.weak, small_runs.strong)
    ]
    expected = stats.ttest_rel(accuracies[1], accuracies[0])
    pair = found.pair("weak", "strong")
    assert (pair.method, pair.seeds, pair.only_first) == ("seeds", 3, None)
    assert pair.difference.low == pytest.approx(expected.confidence_interval().low)
    assert pair.difference.p_value == pytest.approx(expected.pvalue)
    assert "over 3 seeds" in found.sentence
    assert found.entrants[1].accuracy == pytest.approx(np.mean(accuracies[1]))


def test_of_three_the_best_is_named_with_what_is_sure(small_runs):
    paths = [
        small_runs.strong / "mlp-100x2-seed1",
        small_runs.strong / "mlp-100x2-seed2",
        small_runs.weak / "softmax-seed1",
    ]
    found = compare_entrants(open_entrants(paths))
    assert len(found.pairs) == 3
    raw = sorted(each.difference.p_value for each in found.pairs)
    assert min(each.adjusted_p_value for each in found.pairs) == pytest.approx(min(1, 3 * raw[0]))
    best = max(found.entrants, key=lambda each: each.accuracy).name
    assert found.sentence.startswith(f"{best} reads best (")
    assert "beyond chance better than softmax-seed1" in found.sentence


def test_the_numbers_are_json(single):
    record = json.loads(json.dumps(single.to_dict(), allow_nan=False))
    assert {"split", "data", "examples", "sentence", "entrants", "pairs", "classes", "disagreements"} <= set(record)
    assert record["pairs"][0]["difference"]["p_value"] == single.pairs[0].difference.p_value
    assert len(record["disagreements"]) == len(single.disagreements)


def test_other_splits_and_other_data(small_runs):
    paths = [small_runs.weak / "softmax-seed1", small_runs.strong / "mlp-100x2-seed1"]
    trained = compare_entrants(open_entrants(paths, data=load("uci")), "test")
    assert trained.examples == 359
    # The two recipes hold back different digits for validation.
    with pytest.raises((DataError, RunError)):
        compare_entrants(open_entrants(paths), "validation")


def test_different_test_digits_are_refused(small_runs):
    with pytest.raises(DataError, match=r"different test digits .*expected the same digits in the same order"):
        compare_entrants(
            open_entrants(
                [small_runs.weak / "softmax-seed1", TrainedRun(small_runs.other, data=load("uci").limited(200, 100))]
            )
        )


def test_what_can_not_be_compared_is_refused(small_runs, tmp_path):
    one = small_runs.weak / "softmax-seed1"
    with pytest.raises(RunError, match="at least two runs"):
        open_entrants([one])
    with pytest.raises(RunError, match="given twice"):
        open_entrants([one, one])
    with pytest.raises(RunError, match="is not a run"):
        open_entrants([one, tmp_path])
    with pytest.raises(RunError, match="is one run and strong has 3 seeds"):
        compare_entrants(open_entrants([one, small_runs.strong]))
