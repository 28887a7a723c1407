from inkdigits.learn.training.early_stopping import EarlyStoppingState
from inkdigits.recipes.schema import EarlyStopping
from inkdigits.runs.history import Record


def record(step, val_loss=0.5, val_accuracy=0.9):
    return Record(step, float(step), 0.4, 0.95, val_loss, val_accuracy, 0.1)


def steps_until_stop(values, **settings):
    stopping, state = EarlyStopping(**settings), EarlyStoppingState()
    for step, value in enumerate(values, 1):
        name = settings.get("monitor", "val_loss")
        state = state.after(record(step, **{name: value}), stopping)
        if state.should_stop(stopping):
            return step, state
    return None, state


def test_it_waits_as_keras_does():
    step, state = steps_until_stop([0.5, 0.4, 0.45, 0.41, 0.3], patience=2)
    assert (step, state.best, state.best_step) == (4, 0.4, 2)


def test_accuracy_is_better_when_higher():
    assert steps_until_stop([0.8, 0.9, 0.95], monitor="val_accuracy", patience=1)[0] is None
    assert steps_until_stop([0.8, 0.7], monitor="val_accuracy", patience=1)[0] == 2


def test_gains_below_min_delta_do_not_count():
    assert steps_until_stop([0.5, 0.495, 0.49], min_delta=0.02, patience=2)[0] == 3


def test_no_patience_stops_at_the_first_record_without_gain():
    assert steps_until_stop([0.5, 0.4, 0.4], patience=0)[0] == 3
