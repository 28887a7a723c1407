"""Recipes that train in a moment."""

from inkdigits.recipes import Recipe, load_recipe


def small_recipe(**changes: object) -> Recipe:
    """Return a recipe with everything that a checkpoint saves: dropout, batch norm, augmentation, early stopping."""
    layers = [
        {"type": "conv2d", "filters": 4, "kernel_size": 5, "stride": 2, "activation": "relu"},
        {"type": "batch_norm"},
        {"type": "flatten"},
        {"type": "dropout", "rate": 0.2},
        {"type": "dense", "units": 10, "activation": "softmax"},
    ]
    base: dict[str, object] = {
        "layers": layers,
        "epochs": 4,
        "batch_size": 64,
        "validation": 0.2,
        "optimizer": {"name": "adam", "learning_rate": 0.003},
        "schedule": {"name": "cosine", "warmup": 0.1},
        "augmentation": {"rotate_degrees": 5.0, "shift_pixels": 1.0},
        "early_stopping": {"monitor": "val_loss", "patience": 3},
    }
    return load_recipe("mlp-dropout", base | changes)
