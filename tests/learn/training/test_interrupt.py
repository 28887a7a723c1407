import os
import signal
import threading

import pytest

from inkdigits.learn.training.interrupt import stop_on_signal


def test_the_first_signal_asks_to_stop_the_second_interrupts():
    before = signal.getsignal(signal.SIGINT)
    with stop_on_signal() as should_stop:
        assert not should_stop()
        os.kill(os.getpid(), signal.SIGINT)
        assert should_stop()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_other_threads_handle_no_signals():
    answers = []

    def work():
        with stop_on_signal() as should_stop:
            answers.append(should_stop())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert answers == [False]
