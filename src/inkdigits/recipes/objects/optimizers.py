"""Optimisers as Python objects with Keras's names and defaults -> the table of a recipe. Knows no torch."""

from __future__ import annotations

from inkdigits.recipes import optimizers
from inkdigits.recipes.objects.recipe_object import RecipeObject


class OptimizerObject(RecipeObject):
    """An optimiser that is written as a Python object."""


class SGD(OptimizerObject):
    """Stochastic gradient descent, with momentum where asked.

    Args:
        learning_rate: Length of a step; with a schedule, the highest.
        momentum: Share of the last step that is taken again.
        nesterov: Whether to look ahead along the momentum.
        weight_decay: Share of each weight added to its gradient.

    Examples:
        >>> SGD(0.1, momentum=0.9)
        SGD(learning_rate=0.1, momentum=0.9)
    """

    _table_class = optimizers.Sgd

    def __init__(
        self, learning_rate: float = 0.01, momentum: float = 0.0, *, nesterov: bool = False, weight_decay: float = 0.0
    ) -> None:
        super().__init__(learning_rate=learning_rate, momentum=momentum, nesterov=nesterov, weight_decay=weight_decay)


class RMSprop(OptimizerObject):
    """Steps divided by a running root mean square of the gradient.

    Args:
        learning_rate: Length of a step; with a schedule, the highest.
        rho: How slowly the mean of the squared gradient follows.
        momentum: Share of the last step that is taken again.
        epsilon: Added to the divisor.
    """

    _table_class = optimizers.RmsProp

    def __init__(
        self, learning_rate: float = 0.001, rho: float = 0.9, momentum: float = 0.0, epsilon: float = 1e-7
    ) -> None:
        super().__init__(learning_rate=learning_rate, rho=rho, momentum=momentum, epsilon=epsilon)


class Adam(OptimizerObject):
    """RMSprop with momentum, both corrected for their start.

    Args:
        learning_rate: Length of a step; with a schedule, the highest.
        beta_1: How slowly the mean gradient follows.
        beta_2: How slowly the mean of the squared gradient follows.
        epsilon: Added to the divisor.
    """

    _table_class = optimizers.Adam

    def __init__(
        self, learning_rate: float = 0.001, beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-7
    ) -> None:
        super().__init__(learning_rate=learning_rate, beta_1=beta_1, beta_2=beta_2, epsilon=epsilon)


class AdamW(OptimizerObject):
    """Adam with weight decay kept out of the gradient.

    Args:
        learning_rate: Length of a step; with a schedule, the highest.
        weight_decay: Share of each weight, times the learning rate, taken off at each step.
        beta_1: How slowly the mean gradient follows.
        beta_2: How slowly the mean of the squared gradient follows.
        epsilon: Added to the divisor.
    """

    _table_class = optimizers.AdamW

    def __init__(
        self,
        learning_rate: float = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
    ) -> None:
        super().__init__(
            learning_rate=learning_rate, weight_decay=weight_decay, beta_1=beta_1, beta_2=beta_2, epsilon=epsilon
        )
