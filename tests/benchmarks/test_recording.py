"""Records of what was measured."""

import json

from recording import write_record


def test_another_record_of_the_day_does_not_replace_the_first(tmp_path, capsys):
    for machine in ("one", "another", "a third"):
        write_record({"machine": machine}, f"# {machine}\n", tmp_path / "records", "fast-99.4-2026-11-28")
        assert machine in capsys.readouterr().out
    found = {path.name: path.read_text("utf-8") for path in (tmp_path / "records").iterdir()}
    pages = {"fast-99.4-2026-11-28": "one", "fast-99.4-2026-11-28-2": "another", "fast-99.4-2026-11-28-3": "a third"}
    assert {f"{name}.md": f"# {machine}\n" for name, machine in pages.items()}.items() <= found.items()
    assert {name: json.loads(found[f"{name}.json"])["machine"] for name in pages} == pages
