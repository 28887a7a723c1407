"""Training: the only loop, and the run folder that it leaves. Knows nothing of charts or commands.

How a training runs through the files:

1. `options`: run folder, seed, device and the like; `train` and `parallel.train_all` take them.
2. `setup.open_session`: device, precision, threads, network and task are chosen, and the run folder is made or resumed
   under a lock. Whether and how a run may be resumed is decided in `resume`.
3. `session.TrainingSession`: goes to the last checkpoint, runs the loop, and completes the run folder.
4. `loop.Loop`: takes steps, records and checkpoints as `plan` says, with the learning rates of `schedules`; stops early
   as `early_stopping` says; tells `listeners`. All that it remembers is a `state.TrainingState`.
5. `engine.trainer.Trainer`: takes the steps, on the batches and with the loss of a task in `tasks`.
6. `inkdigits.runs.folder`: the files of the run.

`parallel` trains several seeds or recipes at once, each through the same session and loop.
"""
