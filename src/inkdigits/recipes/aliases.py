"""What other libraries call the keys and values of a recipe -> what recipes call them. Knows no files."""

from collections.abc import Collection

from inkdigits.core.spelling import suggest
from inkdigits.recipes.schema import Augmentation, EarlyStopping

_KEYS = {
    "optimizer.learning_rate": "lr eta alpha eta0 lr0 learning_rate learning_rate_init base_lr max_lr step_size",
    "optimizer.momentum": "momentum",
    "optimizer.nesterov": "nesterov nesterovs_momentum use_nesterov",
    "optimizer.weight_decay": "weight_decay wd l2 decay",
    "optimizer.beta_1": "beta_1 betas b1",
    "optimizer.beta_2": "beta_2 b2",
    "optimizer.epsilon": "epsilon eps",
    "optimizer.name": "optim opt solver algorithm",
    "schedule.name": "scheduler lr_scheduler lr_schedule learning_rate_schedule",
    "schedule.warmup": "warmup warmup_ratio warmup_steps",
    "epochs": "epoch num_epochs n_epochs nb_epoch max_epochs max_iter n_iter passes",
    "steps": "step max_steps num_steps iterations num_iterations",
    "batch_size": "bs batch minibatch_size train_batch_size",
    "validation": "validation_split validation_fraction val_split test_size",
    "watch_test": "validation_data",
    "shuffle_validation": "shuffle",
    "loss": "criterion loss_fn loss_function objective",
    "gradient_norm": "clipnorm max_grad_norm grad_clip gradient_clip clip_norm gradient_clip_val",
    "weight_averaging": "ema ema_decay use_ema ema_momentum",
    "early_stopping.patience": "patience n_iter_no_change",
    "early_stopping.min_delta": "tol tolerance",
    "early_stopping.restore_best": "restore_best_weights",
    "augmentation": "augment data_augmentation transforms",
    "augmentation.rotate_degrees": "rotation rotation_range degrees random_rotation",
    "augmentation.shift_pixels": "translate translation width_shift_range height_shift_range",
    "augmentation.scale": "zoom zoom_range",
    "augmentation.shear_degrees": "shear shear_range",
    "layers": "hidden_layer_sizes architecture",
    "units": "neurons nodes out_features output_dim hidden_size n_units",
    "filters": "out_channels channels n_filters",
    "kernel_size": "kernel window",
    "stride": "strides",
    "size": "pool_size",
    "rate": "p prob dropout_rate drop_prob",
    "initializer": "kernel_initializer init weight_init",
    "bias": "bias_initializer",
    "rho": "alpha decay_rate",
}
"""Our key -> its names elsewhere (Keras, PyTorch, scikit-learn). Keys of layers stand without their place."""

_VALUES = {
    "cross_entropy": "sparse_categorical_crossentropy categorical_crossentropy cross_entropy_loss nll_loss log_loss ce",
    "mean_squared_error": "mse mse_loss l2_loss",
    "sigmoid": "logistic",
    "linear": "identity none",
    "cosine": "cosine_annealing cosine_annealing_lr cosine_decay",
    "one_cycle": "one_cycle_lr",
    "constant": "none",
    "val_accuracy": "val_acc",
    "accuracy": "acc",
    "dense": "linear fc fully_connected",
    "conv2d": "conv convolution convolution2d",
    "max_pool": "max_pooling2d max_pool2d maxpool",
    "average_pool": "average_pooling2d avg_pool2d avgpool",
    "batch_norm": "batch_normalization batch_norm2d batchnorm",
    "rmsprop": "rms",
}


def suggest_key(key: str, allowed: Collection[str], otherwise: str) -> str:
    """Return advice for a key that is unknown.

    Args:
        key: The dotted key.
        allowed: The keys of the table where it stands.
        otherwise: The advice if nothing is similar.

    Examples:
        >>> suggest_key("optimizer.lr", ["name", "learning_rate"], "look at the list")
        'did you mean learning_rate?'
        >>> suggest_key("max_iter", ["epochs"], ""), suggest_key("lr", ["epochs", "optimizer"], "")
        ('did you mean epochs?', 'did you mean optimizer.learning_rate?')
    """
    table, _, last = key.rpartition(".")
    meant = [ours for ours, names in _keys().items() if _plain(last) in map(_plain, names)]
    for ours in meant:
        its_table, _, its_last = ours.rpartition(".")
        if its_last in allowed and (its_table in (table, "") or (not table and its_last != "name")):
            return f"did you mean {its_last}?"
    advice = suggest(last.lower(), allowed, "")
    if not advice and meant and meant[0].partition(".")[0] in allowed:
        return f"did you mean {meant[0]}?"
    return advice or otherwise


def suggest_value(value: str, allowed: Collection[str], otherwise: str) -> str:
    """Return advice for a word that is none of those that a key can have.

    Args:
        value: What was given.
        allowed: The words that are possible.
        otherwise: The advice if nothing is similar.

    Examples:
        >>> suggest_value("CrossEntropyLoss", ["cross_entropy", "ctc"], "choose one")
        'did you mean cross_entropy?'
    """
    for ours, names in _VALUES.items():
        if ours in allowed and _plain(value) in map(_plain, (ours, *names.split())):
            return f"did you mean {ours}?"
    return suggest(value.lower(), allowed, otherwise)


def _keys() -> dict[str, list[str]]:
    """Return our keys with their names elsewhere; a key of a table is also known by its own last name."""
    keys = {ours: names.split() for ours, names in _KEYS.items()}
    for table, model in (("early_stopping", EarlyStopping), ("augmentation", Augmentation)):
        for name in model.model_fields:
            keys.setdefault(f"{table}.{name}", []).append(name)
    return keys


def _plain(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "")
