import pytest

from inkdigits.core.errors import RecipeError
from inkdigits.learn.sweep.space import Dimension, load_space


@pytest.fixture
def read(tmp_path):
    def space(text, recipe="mlp-100x2"):
        path = tmp_path / "space.toml"
        path.write_text(text, "utf-8")
        return load_space(path, recipe, {})

    return space


def test_choices_and_ranges_of_any_key(read):
    space = read("""
        batch_size = [50, 100]
        "optimizer.learning_rate" = { low = 1e-4, high = 1e-2, log = true }
        layers.1.units = { low = 20, high = 200, step = 20 }
        [augmentation]
        rotate_degrees = { low = 0, high = 15.0 }
        [optimizer]
        beta_1 = [0.8, 0.9]
    """)
    assert space == (
        Dimension("batch_size", (50, 100)),
        Dimension("optimizer.learning_rate", (), 1e-4, 1e-2, log=True),
        Dimension("layers.1.units", (), 20, 200, step=20),
        Dimension("augmentation.rotate_degrees", (), 0, 15.0),
        Dimension("optimizer.beta_1", (0.8, 0.9)),
    )
    assert [each.is_integer for each in space] == [False, False, True, False, False]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("epochs = [5]\nbatch_size = 1 2", "is not TOML .*line 2"),
        ("", "is empty; expected at least one key that varies"),
        ("epochs = [5]\noptimizer.lerning_rate = [1e-3]", r"line 2: the key optimizer\.lerning_rate is unknown"),
        ("epochs = [5]\n\nbatch_size = [50, 'many']", "line 3: batch_size = 'many'; expected a valid integer"),
        ("batch_size = { low = 0.5, high = 2.5 }", "line 1: batch_size = 0.5; expected"),
        ("batch_size = { low = 100, high = 100 }", "goes from 100 to 100; expected low below high"),
        ("\noptimizer.learning_rate = { low = 0, high = 0.1, log = true }", "line 2: .* logarithmic from 0"),
        ("batch_size = { low = 10 }", "line 1: batch_size has no high"),
        ("batch_size = { low = 10, high = 20, logg = true }", "batch_size has a key logg; .*did you mean log"),
        ("batch_size = { low = 10, high = true }", "batch_size.high = True; expected a finite number"),
        ("batch_size = { low = 10, high = 20, log = 1 }", "batch_size.log = 1; expected true or false"),
        ("batch_size = { low = 10, high = 20, step = 0 }", "batch_size.step = 0; expected a number above 0"),
        ("batch_size = []", r"batch_size = \[\] is empty"),
        ("batch_size = 100", "batch_size = 100 is one value; .*--set batch_size=100"),
        ("batch_size = {}", "batch_size has no low"),
        ("layers.9.units = [10]", "line 1: layers.9.units: there is no 9 to change"),
        ("validation = [0.1, 0.2]", "line 1: validation says which digits decide"),
        ("name = ['a', 'b']", "name says what the recipe is called"),
    ],
)
def test_a_bad_space_is_one_line_with_its_line_number(read, text, message):
    with pytest.raises(RecipeError, match=message) as caught:
        read(text)
    assert "space.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(RecipeError, match=r"none\.toml can't be read"):
        load_space(tmp_path / "none.toml", "softmax", {})
