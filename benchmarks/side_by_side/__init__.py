"""Several ways to train one network, side by side on one machine, each in a process of its own.

`task`, `digits`, `child` and the modules it runs (`ours`, `keras_fit`, `torch_loop`) are all that runs in the
environments of others: they need NumPy and the framework they measure, nothing of Inkdigits.
"""
