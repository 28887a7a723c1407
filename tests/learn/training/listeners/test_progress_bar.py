import os
import pty
import subprocess
import sys

from inkdigits.learn.training.listeners.listener import ProgressInfo
from inkdigits.learn.training.listeners.progress_bar import ProgressLines
from inkdigits.learn.training.plan import Plan
from inkdigits.runs.history import Record


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
    assert "step 300/10,000  loss 0.5000  accuracy 90.00%  " in capsys.readouterr().err
