import psutil
import pytest

from inkdigits.core.errors import RunError
from inkdigits.learn.synthesis.line import LineComposer
from inkdigits.learn.training.tasks.line_processes import BatchComposer, LineProcesses


def children():
    return {child for child in psutil.Process().children() if "line_processes" in " ".join(child.cmdline())}


def test_a_process_that_was_killed_is_an_error_that_says_what_to_do(digits):
    composer = BatchComposer(LineComposer(digits.train.images, digits.train.labels), 2, seed=1)
    before = children()
    processes = LineProcesses(composer, 1)
    assert processes.compose(0)[1] == composer.compose(0)[1]
    (child,) = children() - before
    child.kill()
    with pytest.raises(RunError, match="a process that composes lines has ended"):
        processes.compose(1)


def test_processes_end_with_what_started_them(digits):
    before = children()
    processes = LineProcesses(BatchComposer(LineComposer(digits.train.images, digits.train.labels), 2, seed=1), 2)
    started = children() - before
    assert len(started) == 2
    del processes
    assert not any(child.is_running() for child in started)
