"""The learn half: all that needs PyTorch, checks of data, and the synthetic writing that it learns from."""

from inkdigits.core.machine.waiting import limit_spinning

limit_spinning()  # before anything here imports torch
