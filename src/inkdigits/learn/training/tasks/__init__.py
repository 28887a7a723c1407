"""What a network is trained on: batches, their loss and how it is measured. Knows no optimiser and no loop.

To add a loss: write a function of logits and labels in `losses.py`, add it to `LOSSES`, and its
name and description to `recipes/schema.py` (`Recipe.loss`, `LOSS_DESCRIPTIONS`).

To add a task: write a class with the methods of `Task` (`task.py`) in a module of its own, and let `make_task`
(`make.py`) choose it for the recipes that are trained on it. Or pass an instance as `task` to `open_session`.
"""
