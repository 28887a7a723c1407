import io
import os
import pty
import subprocess
import sys

import pytest

from inkdigits.learn.training.listeners.listener import ProgressInfo
from inkdigits.learn.training.listeners.progress_bar import ProgressLines, parallel_progress, progress_listener
from inkdigits.learn.training.plan import Plan
from inkdigits.runs.history import Record


@pytest.mark.slow
def test_a_bar_on_a_terminal(tmp_path):
    """A real terminal (a pty) gets a bar with loss, accuracy, examples a second and time left."""
    primary, secondary = pty.openpty()
    command = [sys.executable, "-m", "inkdigits", "train", "softmax", "--data", "uci", "--epochs", "40"]
    process = subprocess.Popen(
        [*command, "--out", str(tmp_path / "run")],
        stderr=secondary,
        stdout=subprocess.DEVNULL,
        env=os.environ | {"TERM": "xterm-256color", "COLUMNS": "140"},
    )
    os.close(secondary)
    shown = b""
    try:
        while part := os.read(primary, 65536):
            shown += part
    except OSError:  # the terminal's other end was closed
        pass
    os.close(primary)
    assert process.wait(timeout=60) == 0
    text = shown.decode("utf-8", "replace")
    for words in ("softmax", "epoch 40/40", "━", "examples/s", "loss 0.", "accuracy ", "left", "val_loss"):
        assert words in text


def test_steps_are_counted_where_records_are_not_epochs(capsys):
    lines = ProgressLines(ProgressInfo(Plan(1200, 10_000, 100, 1000), "cnn", batch_size=50))
    lines.on_record(Record(300, 0.25, 0.5, 0.9, None, None, 0.1))
    lines.close()
    assert "step 300/10,000  loss 0.5000  accuracy 90.00 %  " in capsys.readouterr().err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def make_terminal(monkeypatch):
    """Put a terminal in the place of stderr."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "140")
    return terminal


def info(seed):
    return ProgressInfo(Plan(10, 20, 10, 20), "softmax", batch_size=50, seed=seed)


def test_parallel_trainings_share_a_display_and_say_whose_a_record_is(monkeypatch):
    terminal = make_terminal(monkeypatch)
    with parallel_progress() as factory:
        bars = [factory(info(seed)) for seed in (1, 2)]
        for number, bar in enumerate(bars, 1):
            bar.on_record(Record(10, 1.0, 0.5 / number, 0.9, 0.4, 0.95, 0.1))
            bar.close()
    shown = terminal.getvalue()
    assert "softmax seed 1   epoch 1/2  loss 0.5000  accuracy 90.00 %  val_loss 0.4000  val_accuracy 95.00 %" in shown
    assert "softmax seed 2   epoch 1/2  loss 0.2500" in shown


def test_a_training_alone_has_no_seed_in_its_lines(monkeypatch):
    terminal = make_terminal(monkeypatch)
    bar = progress_listener(info(3))
    bar.on_record(Record(10, 1.0, 0.5, 0.9, None, None, 0.1))
    bar.close()
    assert "epoch 1/2  loss 0.5000  accuracy 90.00 %" in terminal.getvalue()
    assert "seed 3" not in terminal.getvalue()


def test_plain_lines_of_parallel_trainings_begin_with_their_titles(capsys):
    with parallel_progress() as factory:
        lines = factory(info(7))
        lines.on_record(Record(20, 2.0, 0.5, 0.9, None, None, 0.1))
    assert capsys.readouterr().err.startswith("softmax seed 7  epoch 2/2  loss 0.5000")
