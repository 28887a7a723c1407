"""The shipped networks, fine-tuned on what a user taught. Knows nothing of HTTP and of commands.

`adapt.py` leads: `examples.py` loads corrected digits and labelled lines; `train.py` trains each network on its task
(`replay_task.py`, `lines/task.py`) in the one training loop; `strength.py` chooses how much of it is kept;
`comparison.py` measures the set beside the one in use.
"""
