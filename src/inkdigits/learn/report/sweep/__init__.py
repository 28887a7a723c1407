"""The page of a sweep: its figures -> charts -> one file. Knows nothing of trainings."""
