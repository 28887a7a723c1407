from inkdigits.learn.networks.summary import summarise
from inkdigits.recipes import load_recipe


def test_the_table_of_the_cnn():
    rows = [(row.name, row.output_shape, row.parameters) for row in summarise(load_recipe("cnn"))]
    assert rows == [
        ("conv 5x5, 32 filters, same, relu", (32, 28, 28), 832),
        ("max pool 2x2", (32, 14, 14), 0),
        ("conv 5x5, 64 filters, same, relu", (64, 14, 14), 51_264),
        ("max pool 2x2", (64, 7, 7), 0),
        ("flatten", (3136,), 0),
        ("dense 1024, relu", (1024,), 3_212_288),
        ("dropout 0.5", (1024,), 0),
        ("dense 10, softmax", (10,), 10_250),
    ]


def test_names_of_the_other_layers():
    layers = [
        {"type": "conv2d", "filters": 2, "kernel_size": 3, "stride": 2},
        {"type": "activation", "function": "gelu"},
        {"type": "global_average_pool"},
        {"type": "dense", "units": 10},
    ]
    names = [row.name for row in summarise(load_recipe("softmax", {"layers": layers}))]
    assert names == ["conv 3x3, 2 filters, valid, stride 2", "gelu", "global average pool", "dense 10"]
