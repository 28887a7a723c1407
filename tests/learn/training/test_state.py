import json

import pytest

from inkdigits.learn.training.early_stopping import EarlyStoppingState
from inkdigits.learn.training.state import TrainingState
from inkdigits.runs.history import Record


def record(step, val_loss=0.5, val_accuracy=0.9):
    return Record(step, float(step), 0.4, 0.95, val_loss, val_accuracy, 0.1)


def test_a_state_survives_json():
    state = (
        TrainingState(seconds=1.5)
        .after_steps([(0.25, 3, 4)])
        .after_record(record(1, None, None), EarlyStoppingState(0.1, 1, 2))
    )
    state = state.after_steps([(1 / 3, 1, 4)])
    assert TrainingState.from_dict(json.loads(json.dumps(state.to_dict()))) == state
    assert state.totals.mean_loss == pytest.approx(1 / 3)
    assert state.totals.accuracy == 0.25
