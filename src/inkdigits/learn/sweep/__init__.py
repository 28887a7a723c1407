"""Which values of a recipe's keys are best: many trainings, chosen between by the validation set. Draws no page.

`settings` says what to sweep, `space` reads what may vary. `study` chooses the values of each trial, by Optuna, and
remembers all in a journal. `search` trains the trials, `sweep` more seeds of the best three; the test set is read once,
for the winner. `result` has the figures.
"""
