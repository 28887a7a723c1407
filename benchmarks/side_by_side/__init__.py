"""Compares several ways to train one network on one machine, each in a process of its own.

Only `workload`, `digits`, `child`, `keras_fit` and `torch_loop` run in the virtual environments of other frameworks:
they need NumPy and the framework they measure, nothing of Inkdigits.
"""
