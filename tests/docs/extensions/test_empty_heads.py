"""Heads without text are cells; others stay."""

from extensions.empty_heads import without_empty_heads


def test_only_empty_heads_change():
    page = '<tr><th class="head"><p></p></th><th class="head"><p>loss</p></th></tr><tr><th></th><th>0</th></tr>'
    assert without_empty_heads(page) == (
        '<tr><td></td><th class="head"><p>loss</p></th></tr><tr><td></td><th>0</th></tr>'
    )
