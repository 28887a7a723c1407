import pytest

from inkdigits.core.errors import RecipeError
from inkdigits.recipes import list_recipes, load_recipe
from inkdigits.recipes.load import TODAY, TUTORIALS, parse_change


def error_of(source, changes=None):
    with pytest.raises(RecipeError) as caught:
        load_recipe(source, changes)
    return str(caught.value)


def test_the_six_networks_of_the_tutorials_come_first_and_then_the_same_trained_as_today():
    assert tuple(recipe.name for recipe in list_recipes())[:12] == TUTORIALS + TODAY


@pytest.mark.parametrize("name", TUTORIALS)
def test_a_recipe_of_today_trains_the_same_layers(name):
    def layers(recipe):
        return [layer.model_dump(exclude={"initializer"}) for layer in recipe.layers]

    today = load_recipe(f"{name}-today")
    assert layers(today) == layers(load_recipe(name))
    assert today.weight_averaging
    assert today.schedule.name != "constant"
    assert today.tutorial is None


@pytest.mark.parametrize("name", TODAY)
def test_nothing_of_a_recipe_of_today_looks_at_the_test_set(name):
    recipe = load_recipe(name)
    assert not recipe.watch_test
    assert recipe.early_stopping is None


def test_the_cnn_is_the_one_of_its_document():
    recipe = load_recipe("cnn")
    assert {layer.bias for layer in recipe.layers if hasattr(layer, "bias")} == {0.0}
    assert recipe.loss_reduction == "sum"
    assert recipe.optimizer.epsilon == 1e-8


def test_keys_that_are_newer_than_0_1_0_are_written_only_where_they_say_something():
    text = load_recipe("softmax").to_toml()
    assert "loss_reduction" not in text
    assert "skip_first" not in text
    changed = load_recipe("softmax", {"loss_reduction": "sum", "skip_first": 0.1}).to_toml()
    assert 'loss_reduction = "sum"\n' in changed
    assert "skip_first = 0.1\n" in changed


@pytest.mark.parametrize("recipe", list_recipes(), ids=lambda recipe: recipe.name)
def test_a_recipe_survives_being_written_and_read(recipe, tmp_path):
    path = tmp_path / "copy.toml"
    path.write_text(recipe.to_toml(), "utf-8")
    assert load_recipe(path) == recipe


def test_strings_with_quotes_and_line_ends_survive(tmp_path):
    recipe = load_recipe("softmax", {"description": 'a "b" \\ c\n\td\x7f é'})
    path = tmp_path / "copy.toml"
    path.write_text(recipe.to_toml(), "utf-8")
    assert load_recipe(path) == recipe


def test_changes_reach_tables_lists_and_new_tables():
    changes = {
        "layers.1.units": 12,
        "optimizer.rho": 0.8,
        "validation": 0.2,
        "watch_test": False,
        "augmentation.scale": 0.1,
    }
    recipe = load_recipe("mlp-tanh", changes)
    assert recipe.layers[1].units == 12
    assert recipe.optimizer.rho == 0.8
    assert recipe.augmentation.scale == 0.1


def test_a_new_length_replaces_the_other_kind_of_length():
    assert load_recipe("cnn", {"epochs": 3}).steps is None
    assert load_recipe("softmax", {"steps": 300}).epochs is None


def test_tables_can_be_switched_off():
    assert load_recipe("mlp-dropout", {"early_stopping": False}).early_stopping is None
    assert load_recipe("mlp-dropout", {"early_stopping": "none"}).early_stopping is None


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("epochs=3", ("epochs", 3)),
        ("loss=mean_squared_error", ("loss", "mean_squared_error")),
        ("early_stopping=false", ("early_stopping", False)),
        (" a.b = [1, 2]", ("a.b", [1, 2])),
    ],
)
def test_changes_are_toml_or_plain_words(text, change):
    assert parse_change(text) == change


def test_a_change_needs_an_equals_sign():
    with pytest.raises(RecipeError, match="KEY=VALUE"):
        parse_change("epochs")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"optimizer.lr": 1}, ["--set on mlp-tanh", "optimizer.lr is unknown", "learning_rate"]),
        ({"layers.1.unit": 3}, ["layers.1.unit is unknown", "did you mean units?"]),
        ({"optimizer.name": "adamm"}, ["optimizer.name = 'adamm'", "did you mean adam?"]),
        ({"layers.1.type": "danse"}, ["layers.1.type = 'danse'", "did you mean dense?"]),
        ({"layers.1.units": "many"}, ["layers.1.units = 'many'", "integer"]),
        ({"optimizer.learning_rate": -1}, ["optimizer.learning_rate = -1", "greater than 0"]),
        ({"optimizer.learning_rate": float("nan")}, ["optimizer.learning_rate", "finite"]),
        ({"loss": "mean_squared_error", "label_smoothing": 0.1}, ["cross_entropy", "label_smoothing"]),
        ({"loss": "hinge"}, ["loss = 'hinge'", "cross_entropy, mean_squared_error"]),
        ({"bogus": 1, "more": 2}, ["bogus is unknown", "(and 1 more)"]),
        ({"layers.9.units": 1}, ["layers.9.units", "no 9 to change"]),
        ({"layers.9": 1}, ["no 9 to change"]),
        ({"layers.²": 1}, ["no ² to change"]),
        ({"batch_size.x.y": 1}, ["batch_size = {'x': {'y': 1}}", "integer"]),
        ({"optimizer": {"learning_rate": 1}}, ["optimizer has no name"]),
        ({"batch_size": "none", "title": 3}, ["title = 3", "string"]),
    ],
)
def test_errors_name_the_key_what_was_given_and_what_is_allowed(changes, words):
    message = error_of("mlp-tanh", changes)
    assert [word for word in words if word not in message] == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"early_stopping.monitor": "val_acc"}, "did you mean val_accuracy"),
        ({"validation": 0.0, "watch_test": True}, "choosing by the test set"),
        ({"validation": 0.0}, "a validation share above 0"),
        ({"watch_test": True}, "either watch_test"),
        ({"epochs": 3, "steps": 4}, "either epochs or steps"),
        ({"steps": 400, "checkpoint_every": 150}, "multiple of record_every"),
        ({"optimizer": {"name": "sgd", "nesterov": True}}, "momentum above 0"),
    ],
)
def test_a_recipe_that_contradicts_itself_is_refused(changes, words):
    assert words in error_of("mlp-dropout", changes)


def test_files_that_are_not_recipes_are_refused(tmp_path):
    assert "did you mean mlp-tanh?" in error_of("mlp-than")
    (tmp_path / "a.toml").write_text("name = ")
    assert "not TOML" in error_of(tmp_path / "a.toml")
    (tmp_path / "b.toml").write_text('name = "b"')
    message = error_of(tmp_path / "b.toml")
    assert "b.toml" in message
    assert "the key layers is missing" in message
    (tmp_path / "c.toml").write_bytes(b"\xff\xfe")
    assert "can't be read" in error_of(tmp_path / "c.toml")
    assert "can't be read" in error_of(tmp_path)
