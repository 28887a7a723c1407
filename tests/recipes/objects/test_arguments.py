import pytest

from inkdigits.core.errors import ArgumentError, RecipeError
from inkdigits.layers import Conv2D, Dense, Dropout, Flatten, MaxPool2D
from inkdigits.optimizers import SGD, Adam
from inkdigits.recipes import Recipe, load_recipe
from inkdigits.recipes.objects.arguments import RecipeArguments, make_recipe

SOFTMAX = [Dense(10, activation="softmax")]


def test_every_key_of_a_recipe_is_an_argument():
    keys = set(Recipe.model_fields) - {"layers", "tutorial", "validation"} | {"validation_split", "learning_rate"}
    assert set(RecipeArguments.__annotations__) == keys


@pytest.mark.parametrize("name", ["mlp-tanh", "mlp-dropout", "cnn"])
def test_layers_make_the_same_network_as_the_recipe(name):
    recipe = load_recipe(name)
    of_type = {
        "dense": lambda layer: Dense(layer.units, layer.activation, **initial(layer)),
        "conv2d": lambda layer: Conv2D(
            layer.filters, layer.kernel_size, padding=layer.padding, activation=layer.activation, **initial(layer)
        ),
        "max_pool": lambda layer: MaxPool2D(layer.size, layer.stride),
        "dropout": lambda layer: Dropout(layer.rate),
        "flatten": lambda layer: Flatten(),
    }
    layers = [of_type[layer.type](layer) for layer in recipe.layers]
    assert make_recipe(layers).layers == recipe.layers


def initial(layer):
    return {"kernel_initializer": layer.initializer.model_dump(), "bias_initializer": layer.bias}


def test_pictures_are_flattened_before_the_first_dense_layer_only():
    types = [layer.type for layer in make_recipe([Conv2D(4, 3), MaxPool2D(), Dense(8), Dense(10)]).layers]
    assert types == ["conv2d", "max_pool", "flatten", "dense", "dense"]


@pytest.mark.parametrize(
    ("arguments", "changed"),
    [
        ({"optimizer": "sgd"}, {"optimizer": {"name": "sgd"}}),
        ({"optimizer": SGD(0.5, momentum=0.9)}, {"optimizer": {"name": "sgd", "learning_rate": 0.5, "momentum": 0.9}}),
        ({"optimizer": {"name": "adam"}, "learning_rate": 0.1}, {"optimizer": Adam(0.1).table}),
        ({"loss": "mse"}, {"loss": "mean_squared_error"}),
        ({"loss": "categorical_crossentropy"}, {"loss": "cross_entropy"}),
        ({"validation_split": 0.3}, {"validation": 0.3}),
        ({"early_stopping": True, "validation_split": 0.3}, {"validation": 0.3, "early_stopping": {}}),
        ({"augmentation": {"noise": 0.2}}, {"augmentation": {"noise": 0.2}}),
        ({"schedule": "cosine"}, {"schedule": {"name": "cosine"}}),
        ({"epochs": 7, "batch_size": None}, {"epochs": 7}),
        ({"steps": 50}, {"steps": 50}),
    ],
)
def test_arguments_are_keys(arguments, changed):
    assert make_recipe("softmax", {"watch_test": False}, **arguments) == load_recipe(
        "softmax", {"watch_test": False, **changed}
    )


def test_watching_the_test_digits_takes_the_place_of_the_usual_validation():
    assert make_recipe(SOFTMAX, watch_test=True).validation == 0
    assert make_recipe(SOFTMAX).validation == 0.1
    with pytest.raises(RecipeError, match="not both"):
        make_recipe(SOFTMAX, watch_test=True, validation_split=0.2)


def test_a_name_is_the_title_of_what_has_no_other():
    assert make_recipe(SOFTMAX, name="mine").title == "mine"
    assert make_recipe(SOFTMAX, name="mine", title="Mine").title == "Mine"
    assert make_recipe("softmax", name="mine").title == load_recipe("softmax").title


@pytest.mark.parametrize(
    ("arguments", "length"),
    [
        ({"epochs": 1}, "1 epoch"),
        ({"epochs": 20, "early_stopping": True}, "up to 20 epochs"),
        ({"steps": 1200, "epochs": None}, "1,200 steps"),
    ],
)
def test_length_in_words(arguments, length):
    assert make_recipe(SOFTMAX, **arguments).length == length


def test_augmentation_true_changes_digits_moderately():
    augmentation = make_recipe(SOFTMAX, augmentation=True).augmentation
    assert augmentation.rotate_degrees == 10
    assert make_recipe(SOFTMAX, augmentation=False).augmentation is None


def test_a_validation_share_takes_the_place_of_the_watched_test_set():
    assert load_recipe("mlp-tanh").watch_test
    recipe = make_recipe("mlp-tanh", validation_split=0.1)
    assert (recipe.watch_test, recipe.validation) == (False, 0.1)


def test_what_layers_make_is_saved_as_toml_and_loaded_again(tmp_path):
    recipe = make_recipe(SOFTMAX, name="mine", epochs=2, early_stopping=True, augmentation=True)
    recipe.save(tmp_path / "mine.toml")
    assert load_recipe(tmp_path / "mine.toml") == recipe


@pytest.mark.parametrize(
    ("make", "error", "told"),
    [
        (lambda: Dense(0), RecipeError, "Dense: units = 0; expected greater than or equal to 1"),
        (lambda: Dense(10, activation="rellu"), RecipeError, "did you mean relu"),
        (lambda: Dense(10, actvation="relu"), ArgumentError, r"Dense\(\) has no argument actvation.*mean activation"),
        (lambda: Conv2D(8, 3, strides=0), RecipeError, "Conv2D: strides = 0"),
        (lambda: Conv2D(8, 3, padding="full"), RecipeError, "expected one of valid, same"),
        (lambda: Dropout(1.5), RecipeError, "rate = 1.5"),
        (lambda: Dense(10, kernel_initializer="he"), RecipeError, "kernel_initializer.name = 'he'"),
        (lambda: SGD(learning_rat=1), ArgumentError, "did you mean learning_rate"),
        (lambda: SGD(nesterov=True), RecipeError, "a momentum above 0"),
        (lambda: make_recipe(SOFTMAX, optimizer="adm"), RecipeError, "did you mean adam"),
        (lambda: make_recipe(SOFTMAX, epocs=3), ArgumentError, "did you mean epochs"),
        (lambda: make_recipe(SOFTMAX, early_stopping={"patiance": 1}), RecipeError, "did you mean patience"),
        (lambda: make_recipe("softmax", batch_size=0), RecipeError, "an argument on softmax: batch_size = 0"),
        (lambda: make_recipe("sofmax"), RecipeError, "did you mean softmax"),
        (lambda: make_recipe(5), RecipeError, "a recipe of type int"),
        (lambda: make_recipe(["dense"]), RecipeError, "expected the name of a recipe"),
    ],
)
def test_what_is_wrong_is_told_in_a_line(make, error, told):
    with pytest.raises(error, match=told) as raised:
        make()
    assert "\n" not in str(raised.value)


def test_layers_show_what_was_written():
    assert repr(Dense(392, activation="tanh")) == "Dense(392, activation='tanh')"
    assert repr(Conv2D(32, (5, 5), padding="same")) == "Conv2D(32, (5, 5), padding='same')"
    assert Dense(3) == Dense(3) != Dense(4)
    assert len({Dense(3), Dense(3)}) == 1
