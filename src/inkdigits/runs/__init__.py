"""The run folder on disk: files, history, environment, lock. Knows no torch, and nothing of how a run was trained."""
