import copy
import json
import pickle

import pytest

from inkdigits.core.messages import Message

MESSAGE = Message("{count:,} of {what}", count=1200, what=Message("{name} digits", name="test"))


def test_it_is_its_english_sentence():
    assert MESSAGE == "1,200 of test digits"
    assert json.dumps({"said": MESSAGE}) == '{"said": "1,200 of test digits"}'


@pytest.mark.parametrize("copied", [copy.deepcopy(MESSAGE), pickle.loads(pickle.dumps(MESSAGE))])
def test_copies_remember_how_it_was_made(copied):
    assert copied == MESSAGE
    assert copied.template == "{count:,} of {what}"
    assert copied.values["what"].template == "{name} digits"


def test_braces_in_a_value_stay_text():
    assert Message("label {name}", name="{count}") == "label {count}"
