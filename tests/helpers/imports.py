"""What a command line imports."""

import json
import subprocess
import sys


def imported_by(*arguments: object) -> set[str]:
    """Return the names of all modules that are loaded once `inkdigits ARGUMENTS` has run, in a process of its own."""
    code = (
        "import json, sys\nfrom inkdigits.cli.app import main\n"
        f"sys.argv = ['inkdigits', *{[str(argument) for argument in arguments]!r}]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    status = end.code\n"
        "sys.stderr.write(json.dumps([status or 0, sorted(sys.modules)]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    status, modules = json.loads(done.stderr)
    assert status == 0
    return set(modules)
