"""Several trainings at once, in processes and as batched seeds. Knows nothing of what a step is.

`train_all` decides how many processes there are, and which seeds are batched. `worker_process` is a process as its
parent sees it, `worker` what runs in it, `jobs` what both do in the end, and `batched_seeds` several seeds of a small
network as one computation.
"""
