import sys

import pytest


def test_tensorboard_events_hold_scalars_digits_and_graph(train_small, small):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    run = train_small(small)
    events = EventAccumulator(str(run.path / "tensorboard"))
    events.Reload()
    tags = events.Tags()
    assert set(tags["scalars"]) == {"loss", "accuracy", "val_loss", "val_accuracy", "learning_rate"}
    assert tags["images"] == ["training digits"]
    assert tags["graph"]
    scalars = [event.value for event in events.Scalars("val_loss")]
    assert scalars == pytest.approx(run.history["val_loss"])
    assert "onv2d" in str(events.Graph())


def test_no_tensorflow_is_needed(train_small, small):
    train_small(small)
    assert "tensorflow" not in sys.modules


def test_events_are_left_out_where_they_are_not_wanted(train_small, small):
    assert not (train_small(small, tensorboard=False).path / "tensorboard").exists()
