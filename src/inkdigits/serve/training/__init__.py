"""Trainings that the page starts, watches and steers. Imports nothing of the learn half: each is a process of its own.

- `choices.py` says what can be trained, and turns what the page sends into a recipe.
- `process.py` starts the process that trains, and goes on with one that was killed.
- `events.py` streams what a training writes into its run folder.
- `results.py` makes what a finished run can be used for: its report, and its network as a file.
"""
