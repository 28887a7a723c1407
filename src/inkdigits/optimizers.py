"""The optimisers as Python objects, with Keras's names and defaults. Does no work of its own.

run = inkdigits.train("mlp-tanh", "uci", optimizer=inkdigits.optimizers.SGD(0.1, momentum=0.9))
"""

from inkdigits.recipes.objects.optimizers import SGD, Adam, AdamW, RMSprop

__all__ = ["SGD", "Adam", "AdamW", "RMSprop"]
