import subprocess
import sys

import pytest

from inkdigits.corrections import journal


def test_records_come_back_in_order(tmp_path):
    path = tmp_path / "journal.jsonl"
    for number in range(3):
        journal.append(path, {"id": number, "label": "칠"})
    assert [record["id"] for record in journal.read(path)] == [0, 1, 2]
    assert path.read_text("utf-8").count("\n") == 3


def test_there_may_be_no_journal(tmp_path):
    assert journal.read(tmp_path / "journal.jsonl") == []


@pytest.mark.parametrize("torn", [b'{"id": 2', b'{"id": 2}', b"\0\0\0"])
def test_a_torn_line_is_passed_over_and_then_mended(tmp_path, torn):
    path = tmp_path / "journal.jsonl"
    journal.append(path, {"id": 1})
    with path.open("ab") as file:
        file.write(torn)
    assert journal.read(path) == [{"id": 1}]
    journal.append(path, {"id": 3})
    assert journal.read(path) == [{"id": 1}, {"id": 3}]
    assert path.read_bytes() == b'{"id": 1}\n{"id": 3}\n'


@pytest.mark.parametrize("damaged", [b"\0\xff\n", b"7\n", b"{]\n", b"[" * 10_000 + b"\n"])
def test_a_damaged_line_costs_no_other(tmp_path, damaged):
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b'{"id": 1}\n' + damaged + b'{"id": 2}\n')
    assert journal.read(path) == [{"id": 1}, {"id": 2}]


@pytest.mark.skipif(sys.platform == "win32", reason="the system has no limit for the size of files")
def test_a_line_that_does_not_fit_is_told_and_leaves_the_others(tmp_path):
    path = tmp_path / "journal.jsonl"
    journal.append(path, {"id": 1})
    code = (
        "import resource, signal, sys\nfrom pathlib import Path\nfrom inkdigits.corrections import journal\n"
        "from inkdigits.core.errors import StorageError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (15, 15))\n"
        "try:\n    journal.append(Path(sys.argv[1]), {'id': 2})\n"
        "except StorageError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert "no space left" in done.stdout
    assert path.read_bytes() == b'{"id": 1}\n'
