import io
import re
import sys

import pytest

from inkdigits.core.progress import make_display, track


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_plain_lines_at_start_and_end(capsys):
    with track("Reading", 1200, unit="pictures") as advance:
        assert capsys.readouterr().err == "Reading: 1,200 pictures\n"
        advance(1000)
        advance(200)
    assert re.fullmatch(r"Reading: done, 1,200 pictures in \d+\.\d s\n", capsys.readouterr().err)


def test_a_long_task_says_how_far_it_is(capsys, monkeypatch):
    monkeypatch.setattr("inkdigits.core.progress.LINE_INTERVAL_S", 0.0)
    with track("Reading", 1200, unit="pictures") as advance:
        advance(300)
        advance(900)
    _, first, second, _ = capsys.readouterr().err.splitlines()
    assert re.fullmatch(r"Reading: 300 of 1,200 pictures, [\d,.]+/s, \d+ s left", first)
    assert re.fullmatch(r"Reading: 1,200 of 1,200 pictures, [\d,.]+/s, 0 s left", second)


def test_a_share_is_told_alone(capsys, monkeypatch):
    monkeypatch.setattr("inkdigits.core.progress.LINE_INTERVAL_S", 0.0)
    with track("Teaching", 100, unit="%") as advance:
        advance(40)
    first, second, last = capsys.readouterr().err.splitlines()
    assert first == "Teaching"
    assert re.fullmatch(r"Teaching: 40 %, \d+ s left", second)
    assert re.fullmatch(r"Teaching: done, 40 % in \d+\.\d s", last)


def test_nothing_known_and_stopped_half_way(capsys):
    def stop_half_way():
        with track("Reading", None, unit="bytes") as advance:
            advance(3)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop_half_way()
    assert re.fullmatch(r"Reading\nReading: stopped, 3 bytes in \d+\.\d s\n", capsys.readouterr().err)


@pytest.mark.parametrize(("unit", "shown"), [("pictures", "2/2"), ("bytes", "2/2 bytes"), ("%", "2 %")])
def test_a_bar_on_a_terminal(monkeypatch, unit, shown):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with track("Reading", 2, unit=unit) as advance:
        advance(2)
    assert "Reading" in terminal.getvalue()
    assert shown in terminal.getvalue()


def test_a_display_is_made_on_a_terminal_only(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert make_display(list) is None
    monkeypatch.setattr(sys, "stderr", Terminal())
    display = make_display(list)
    assert display is not None
    assert display.console.file is sys.stderr
