import pytest

from inkdigits.runs.history import History, Record


def record(step, val_loss=0.5, val_accuracy=0.9):
    return Record(step, float(step), 0.4, 0.95, val_loss, val_accuracy, 0.1)


def test_a_history_is_series_and_table():
    history = History([record(1), record(2, 0.4)])
    assert dict(history)["val_loss"] == [0.5, 0.4]
    assert history["learning_rate"] == [0.1, 0.1]
    assert History.from_list(history.to_list()).records == history.records
    with pytest.raises(KeyError):
        history["val_acc"]
