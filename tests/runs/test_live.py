import numpy as np
import pytest

from inkdigits.runs.live import LiveFolder


@pytest.fixture
def live(tmp_path):
    live = LiveFolder.of(tmp_path)
    live.create()
    return live


def test_a_half_written_event_waits_for_its_end(live):
    live.append({"event": "step", "step": 1})
    with (live.path / "events.jsonl").open("a") as file:
        file.write('{"event": "st')
    events, end = live.events_after(0)
    assert [event["step"] for event in events] == [1]
    with (live.path / "events.jsonl").open("a") as file:
        file.write('ep", "step": 2}\n')
    assert live.events_after(end)[0] == [{"event": "step", "step": 2}]


def test_what_a_resumed_training_takes_again_is_forgotten(live):
    for step in (1, 5, 9):
        live.append({"event": "step", "step": step})
    _, end = live.events_after(0)
    live.truncate_after(5)
    assert [event["step"] for event in live.events_after(0)[0]] == [1, 5]
    assert [event["step"] for event in live.events_after(end)[0]] == [1, 5], "whoever had more begins anew"


def test_commands_are_numbered_and_damage_is_no_command(live):
    assert live.command() == ("go", 0)
    assert (live.give("pause"), live.give("step")) == (1, 2)
    assert live.command() == ("step", 2)
    (live.path / "command.json").write_text('{"command": "explode", "number": 9}')
    assert live.command() == ("go", 0)


def test_each_question_gets_its_own_answer(live):
    digits = [np.full((28, 28), level, np.uint8) for level in (1, 2)]
    names = [live.ask(digit) for digit in digits]
    asked = dict(live.questions())
    assert live.questions() == []
    for name, digit in zip(names, digits, strict=True):
        assert (asked[name] == digit).all()
        assert live.take_answer(name) is None
        live.answer(name, {"level": int(asked[name][0, 0])})
    assert [live.take_answer(name) for name in names] == [{"level": 1}, {"level": 2}]
    assert list((live.path / "questions").iterdir()) == []


def test_withdrawn_and_old_questions_are_gone(live):
    live.withdraw(live.ask(np.zeros((28, 28), np.uint8)))
    assert live.questions() == []
    live.ask(np.zeros((28, 28), np.uint8))
    live.create()
    assert live.questions() == []
