"""Several trainings at once: in processes, or several seeds in one batched computation."""
