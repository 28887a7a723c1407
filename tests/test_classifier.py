import pickle
import subprocess
import sys

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import parametrize_with_checks

import inkdigits
from inkdigits import DigitClassifier
from inkdigits.layers import Dense
from inkdigits.optimizers import SGD


class AnyNumberOfFeatures(DigitClassifier):
    """Spreads what scikit-learn's checks feed, a few features of any sign, over pictures; everything else is ours."""

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = tags.input_tags.positive_only = False
        return tags

    def fit(self, X, y):  # noqa: N803
        self.__dict__.pop("limits_", None)
        return super().fit(X, y)

    def _images(self, rows):
        repeated = np.tile(rows, -(-784 // rows.shape[1]))[:, :784].astype(np.float64)
        if not hasattr(self, "limits_"):
            self.limits_ = repeated.min(), repeated.max()
        low, high = self.limits_
        levels = 255 * (repeated - low) / max(high - low, 1e-9)
        levels[:, 392:] = 255 - levels[:, 392:]
        return np.clip(levels, 0, 255).astype(np.uint8).reshape(-1, 28, 28)


NO_PICTURES = "feeds rows of a few numbers, which are no pictures of 28x28"

FEED_NO_PICTURES = [
    "check_classifiers_classes",
    "check_classifiers_train",
    "check_classifier_data_not_an_array",
    "check_dict_unchanged",
    "check_dont_overwrite_parameters",
    "check_dtype_object",
    "check_estimators_dtypes",
    "check_estimators_fit_returns_self",
    "check_estimators_nan_inf",
    "check_estimators_overwrite_params",
    "check_estimators_pickle",
    "check_f_contiguous_array_estimator",
    "check_fit2d_predict1d",
    "check_fit_check_is_fitted",
    "check_fit_idempotent",
    "check_fit_score_takes_y",
    "check_methods_sample_order_invariance",
    "check_methods_subset_invariance",
    "check_n_features_in",
    "check_n_features_in_after_fitting",
    "check_pipeline_consistency",
    "check_readonly_memmap_input",
    "check_supervised_y_2d",
]


@parametrize_with_checks(
    [DigitClassifier("softmax", epochs=1, threads=1)],
    expected_failed_checks=lambda _: dict.fromkeys(FEED_NO_PICTURES, NO_PICTURES),
    xfail_strict=True,
)
def test_scikit_learns_checks_but_those_that_feed_no_pictures(estimator, check):
    check(estimator)


@parametrize_with_checks(
    [
        AnyNumberOfFeatures(
            [Dense(32, "relu"), Dense(10, "softmax")],
            epochs=8,
            batch_size=10,
            learning_rate=0.003,
            validation_split=0,
            threads=1,
        )
    ]
)
def test_scikit_learns_checks_with_their_numbers_spread_over_pictures(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def digits():
    return inkdigits.load("uci").train[:600]


def quick(**parameters):
    return DigitClassifier("mlp-100x2", epochs=4, batch_size=20, threads=1, **parameters)


def test_the_same_answers_in_every_shape_and_scale(digits):
    fitted = quick().fit(digits.images, digits.labels)
    images = digits.images[:50]
    expected = fitted.predict_proba(images)
    assert expected.shape == (50, 10)
    np.testing.assert_array_equal(fitted.predict_proba(images.reshape(50, 784)), expected)
    np.testing.assert_array_equal(fitted.predict_proba(images.astype(float)), expected)
    np.testing.assert_array_equal(fitted.predict_proba(images.tolist()), expected)
    of_floats = quick().fit(digits.images / 255, digits.labels)
    np.testing.assert_array_equal(of_floats.predict_proba(images / 255), expected)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(fitted)).predict_proba(images), expected)
    assert fitted.score(digits.images, digits.labels) > 0.8
    assert len(fitted.history_["loss"]) == 4


def test_labels_are_those_of_y(digits):
    odd = np.where(digits.labels % 2, "odd", "even")
    fitted = quick().fit(digits.images, odd)
    assert list(fitted.classes_) == ["even", "odd"]
    assert set(fitted.predict(digits.images[:20])) == {"even", "odd"}
    assert fitted.score(digits.images, odd) > 0.8


def test_equal_seeds_give_equal_networks(digits):
    one, same, other = (
        quick(seed=seed).fit(digits.images, digits.labels).predict_proba(digits.images[:5]) for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


@pytest.mark.slow
def test_grid_search_cross_validation_and_pipelines(digits):
    search = GridSearchCV(quick(), {"learning_rate": [1e-6, 1e-3], "optimizer": ["adam", SGD()]}, cv=2)
    search.fit(digits.images.reshape(-1, 784), digits.labels)
    assert search.best_params_ == {"learning_rate": 1e-3, "optimizer": "adam"}
    scores = cross_val_score(quick(), digits.images.reshape(-1, 784), digits.labels, cv=3)
    assert scores.min() > 0.7
    pipeline = make_pipeline(FunctionTransformer(lambda rows: 255 - rows), quick())
    assert pipeline.fit(255 - digits.images, digits.labels).score(255 - digits.images, digits.labels) > 0.8


def test_parameters_are_explicit():
    classifier = quick(optimizer=SGD(0.1))
    assert clone(classifier).get_params() == classifier.get_params()
    assert classifier.set_params(epochs=9).epochs == 9
    with pytest.raises(ValueError, match="Invalid parameter 'epoch'"):
        classifier.set_params(epoch=9)


@pytest.mark.parametrize(
    ("images", "told"),
    [
        (np.zeros((4, 783)), r"783 feature\(s\); expected 784"),
        (np.full((4, 784), -1.0), "Negative values"),
        (np.full((4, 784), np.nan), "NaN"),
        (np.full((4, 784), 300), "values up to 300; expected 0 … 255"),
        (np.zeros((4, 784)), "y has one class"),
    ],
)
def test_what_is_no_picture_is_told(images, told):
    with pytest.raises(ValueError, match=told):
        quick().fit(images, [0, 1, 2, 3] if "class" not in told else [7, 7, 7, 7])


def test_the_run_is_kept_where_asked(digits, tmp_path):
    quick(out=tmp_path / "run").fit(digits.images, digits.labels)
    assert inkdigits.Run(tmp_path / "run").recipe.epochs == 4


@pytest.mark.slow
def test_nothing_of_scikit_learn_is_imported_unless_asked_for():
    code = (
        "import sys, inkdigits; inkdigits.train; assert 'sklearn' not in sys.modules;"
        "inkdigits.DigitClassifier; assert 'sklearn' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
