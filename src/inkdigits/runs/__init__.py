"""A run folder on disk: its files, history, environment and lock. Knows no torch and no training."""
