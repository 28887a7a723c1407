"""Reading with no option but two flags does not go through Typer; users must see no difference."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("flags", [[], ["--single"], ["--json"], ["--json", "--single"]])
def test_the_result_is_as_through_typer(inkdigits, sheet, tmp_path, flags):
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"no picture")
    plain = inkdigits("read", *flags, sheet, bad)
    parsed = inkdigits("read", *flags, "--min-confidence", 0.4, sheet, bad)
    assert plain == parsed
    assert plain.status == 1


def test_neither_typer_nor_pydantic_nor_rich_is_imported(sheet):
    code = (
        "import sys\nfrom inkdigits.cli.app import main\n"
        f"sys.argv = ['inkdigits', 'read', {str(sheet)!r}]\nmain()\n"
        "parser = {'typer', 'pydantic', 'rich'} & set(sys.modules)\n"
        "sys.exit(f'imported {parser}' if parser else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("arguments", [[], ["--single"], ["--jsno", "a.png"]])
def test_other_uses_are_left_to_typer(inkdigits, arguments):
    done = inkdigits("read", *arguments)
    assert done.status == 2
    assert "Usage" in done.stderr


def test_a_closed_pipe_leaves_no_traceback(sheet):
    command = [sys.executable, "-m", "inkdigits", "read", str(sheet), "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.close()
        process.stdin.write(sheet.read_bytes())
        process.stdin.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1
