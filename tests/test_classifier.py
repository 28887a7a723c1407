import pickle

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import parametrize_with_checks

import inkdigits
from inkdigits.classifier import DigitClassifier
from inkdigits.layers import Dense
from inkdigits.optimizers import SGD


class AnyNumberOfFeatures(DigitClassifier):
    """Spreads what scikit-learn's checks feed, a few features of any sign, over pictures; everything else is ours."""

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = tags.input_tags.positive_only = False
        return tags

    def _images(self, rows):
        repeated = np.tile(rows, -(-784 // rows.shape[1]))[:, :784].astype(np.float64)
        low, high = getattr(self, "limits_", (repeated.min(), repeated.max()))
        self.limits_ = low, high
        levels = 255 * (repeated - low) / max(high - low, 1e-9)
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
    "check_estimators_unfitted",
    "check_positive_only_tag_during_fit",
]


@parametrize_with_checks(
    [DigitClassifier("softmax", epochs=1)],
    expected_failed_checks=lambda _: dict.fromkeys(FEED_NO_PICTURES, NO_PICTURES),
    xfail_strict=True,
)
def test_scikit_learns_checks_but_those_that_feed_no_pictures(estimator, check):
    check(estimator)
