"""Several trainings at once: in processes of a core each, and small networks batched as one computation."""
