import os
import signal
import threading

import pytest

from inkdigits.learn.training.interrupt import stop_on_signal


def test_the_first_signal_asks_to_stop_the_second_interrupts():
    before = signal.getsignal(signal.SIGINT)
    with stop_on_signal() as stop_requested:
        assert not stop_requested()
        os.kill(os.getpid(), signal.SIGINT)
        assert stop_requested()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_other_threads_handle_no_signals():
    answers = []

    def work():
        with stop_on_signal() as stop_requested:
            answers.append(stop_requested())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert answers == [False]
