"""The training step: forward and backward pass, optimiser, precision, metrics. Knows no epochs, files or screens.

`trainer.py` takes the steps: it gets a batch from the task, calls a `Step`, and gives the gradients to the optimiser.

* A `Step` leaves gradients in the parameters. `autograd_step.py` has the protocol and the step that fits any network.
  Faster ones are `fused_mlp.py` (with `dense_layers.py`, `buffers.py` and `matmul.py`) and `conv_backbone_step.py`.
  A new one goes to a file of its own; `make_step` in `trainer.py` chooses it.
* A new optimiser is a class in `optimizers.py` that `build_optimizer` returns; its settings are in the recipes package.
* A new way to multiply matrices is a `Matmul` in `matmul.py` that `choose_matmul` returns.
* `precision.py` chooses float32 or bf16, `environment.py` sets threads and memory, `cuda_graphs.py` captures steps on a
  GPU, `ema.py` averages weights, `step_metrics.py` keeps losses on the device until they are needed.
"""
