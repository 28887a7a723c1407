import pytest
import torch
from torch import nn

from inkdigits.core.errors import RecipeError
from inkdigits.learn.networks.build import build_network, module_rows
from inkdigits.learn.networks.modules import count_parameters
from inkdigits.learn.networks.summary import summarise
from inkdigits.recipes import load_recipe

PARAMETERS = {
    "softmax": 7_850,
    "mlp-tanh": 311_650,
    "mlp-100x2": 89_610,
    "mlp-1000": 795_010,
    "mlp-dropout": 669_706,
    "cnn": 3_274_634,
}
TEN = {"type": "dense", "units": 10, "activation": "softmax"}
EVERYTHING = [
    {
        "type": "conv2d",
        "filters": 4,
        "kernel_size": 3,
        "padding": "same",
        "stride": 3,
        "initializer": {"name": "he_normal"},
    },
    {"type": "batch_norm"},
    {"type": "activation", "function": "gelu"},
    {"type": "conv2d", "filters": 3, "kernel_size": 4, "padding": "same", "stride": 2, "use_bias": False},
    {"type": "average_pool"},
    {"type": "conv2d", "filters": 5, "kernel_size": 2, "activation": "sigmoid"},
    {"type": "global_average_pool"},
    {"type": "dense", "units": 6, "activation": "tanh"},
    {"type": "batch_norm"},
    {"type": "dropout", "rate": 0.1},
    TEN,
]


@pytest.mark.parametrize(("name", "parameters"), PARAMETERS.items())
def test_parameter_counts_of_the_tutorials(name, parameters):
    recipe = load_recipe(name)
    assert count_parameters(build_network(recipe)) == parameters
    assert sum(row.parameters for row in summarise(recipe)) == parameters


def test_output_shapes_are_those_of_the_table():
    recipe = load_recipe("softmax", {"layers": EVERYTHING})
    network, value = build_network(recipe), torch.rand(2, 1, 28, 28)
    shapes = []
    for name, module in network.named_children():
        value = module(value)
        shapes.append((int(name.split("_")[0]), tuple(value.shape[1:])))
    last = dict(shapes)
    assert [last[number] for number in sorted(last)] == [row.output_shape for row in summarise(recipe)]
    assert count_parameters(network) == sum(row.parameters for row in summarise(recipe))


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "gelu"])
def test_max_pool_and_activation_commute(activation):
    """Compare outputs and gradients with those of the layers in the recipe's order."""
    layers = [
        {"type": "conv2d", "filters": 4, "kernel_size": 3, "activation": activation},
        {"type": "max_pool"},
        {"type": "flatten"},
        TEN,
    ]
    torch.manual_seed(0)
    network = build_network(load_recipe("softmax", {"layers": layers}))
    in_order = nn.Sequential(*(module for _, module in sorted(network.named_children())))
    found = {}
    for each in (network, in_order):
        torch.manual_seed(1)
        network.zero_grad()
        logits = each(torch.rand(3, 1, 28, 28))
        logits.square().sum().backward()
        found[each] = [logits.detach(), *(parameter.grad.clone() for parameter in network.parameters())]
    torch.testing.assert_close(found[network], found[in_order])
    kinds = [type(module) for module in network]
    monotonic = activation != "gelu"
    assert (kinds.index(nn.MaxPool2d) == 1) == monotonic


def test_initialisation_follows_the_recipe():
    torch.manual_seed(0)
    cnn = build_network(load_recipe("cnn", {"layers.0.bias": 0.1}))
    first, dense = cnn[0], next(module for module in cnn if isinstance(module, nn.Linear))
    assert first.bias.unique().tolist() == pytest.approx([0.1])
    assert dense.weight.abs().max() <= 0.2
    assert dense.weight.std().item() == pytest.approx(0.088, abs=0.001)  # a normal of 0.1 cut at two deviations
    glorot = build_network(load_recipe("mlp-tanh"))[1]
    limit = (6 / (784 + 392)) ** 0.5
    assert limit * 0.99 < glorot.weight.abs().max().item() <= limit
    assert glorot.bias.abs().max() == 0


def test_outputs_are_logits_without_softmax():
    logits = build_network(load_recipe("softmax"))(torch.rand(3, 1, 28, 28))
    assert not torch.allclose(logits.sum(dim=1), torch.ones(3))


def test_a_network_fits_the_number_of_classes():
    with pytest.raises(RecipeError, match="26 values, one a class"):
        build_network(load_recipe("softmax"), classes=26)
    assert (
        build_network(load_recipe("softmax", {"layers.1.units": 26}), classes=26)(torch.rand(1, 1, 28, 28)).shape[1]
        == 26
    )


def test_rows_of_any_module_leave_it_as_it_was():
    network = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(2 * 26 * 26, 10)).train()
    rows = module_rows(network)
    assert [tuple(vars(row).values()) for row in rows] == [
        ("Conv2d", (2, 26, 26), 20),
        ("Flatten", (1352,), 0),
        ("Linear", (10,), 13_530),
    ]
    assert network.training
    assert not network[0]._forward_hooks


def test_weights_are_channels_last():
    weights = [module.weight for module in build_network(load_recipe("cnn")) if isinstance(module, nn.Conv2d)]
    assert all(weight.is_contiguous(memory_format=torch.channels_last) for weight in weights)
