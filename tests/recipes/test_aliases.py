"""The names that Keras, PyTorch and scikit-learn give to what a recipe sets."""

import pytest

from inkdigits.core.errors import RecipeError
from inkdigits.recipes.load import load_recipe, parse_change

MEANT = {
    "optimizer.lr=0.1": "learning_rate",
    "lr=0.1": "optimizer.learning_rate",
    "learning_rate=0.1": "optimizer.learning_rate",
    "learning_rate_init=0.1": "optimizer.learning_rate",
    "epoch=3": "epochs",
    "max_iter=3": "epochs",
    "batchsize=3": "batch_size",
    "batch-size=3": "batch_size",
    "bs=3": "batch_size",
    "validation_split=0.1": "validation",
    "scheduler=cosine": "schedule",
    "patience=3": "early_stopping.patience",
    "rotate_degrees=3": "augmentation.rotate_degrees",
    "layers.1.neurons=3": "units",
    "layers.2.p=0.3": "rate",
    "layers.1.activation=ReLU": "relu",
    "layers.1.type=linear": "dense",
    "optimizer.name=SGD": "sgd",
    "optimizer.eps=1e-8": "epsilon",
    "loss=sparse_categorical_crossentropy": "cross_entropy",
    "loss=MSELoss": "mean_squared_error",
    "schedule.name=CosineAnnealingLR": "cosine",
    "early_stopping.monitor=val_acc": "val_accuracy",
}


@pytest.mark.parametrize(("setting", "meant"), MEANT.items())
def test_a_name_of_another_library_is_understood(setting, meant):
    with pytest.raises(RecipeError) as caught:
        load_recipe("mlp-dropout", dict([parse_change(setting)]))
    assert caught.value.mend == f"did you mean {meant}?"


def test_a_name_of_nothing_is_told_to_go():
    with pytest.raises(RecipeError, match=r"take optimizer\.colour out"):
        load_recipe("softmax", {"optimizer.colour": "blue"})


@pytest.mark.parametrize(
    ("setting", "advice"),
    [("optimizer=adam", "--set optimizer.name=adam"), ("augmentation=true", "--set augmentation.rotate_degrees=…")],
)
def test_a_word_in_place_of_a_table(setting, advice):
    with pytest.raises(RecipeError, match=advice):
        load_recipe("softmax", dict([parse_change(setting)]))
