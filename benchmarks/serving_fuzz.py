"""Ten thousand made-up requests to every operation of the OpenAPI description: is each answered as described?

    python benchmarks/serving_fuzz.py [OPTIONS OF SCHEMATHESIS]

`schemathesis.toml` beside this file says how many there are. The server is a process of its own with a data folder of
its own, so that corrections are made and teachings begun for real; it must be alive at the end.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

CONFIG = Path(__file__).with_name("schemathesis.toml")


def main(options: list[str]) -> int:
    """Let Schemathesis ask; returns its exit status, or 1 where the server did not live to the end."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "inkdigits", "serve", "--no-open", "--port", "0", "--data-dir", folder]
        # Teaching is begun with the digits that scikit-learn carries: there are fewer of them.
        environment = os.environ | {"INKDIGITS_DATA": folder, "XDG_CACHE_HOME": folder}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:  # noqa: S603
            assert server.stdout is not None
            try:
                address = server.stdout.readline().split()[0].rstrip("/")
                asking = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run"]
                origin = ["-H", f"Origin: {address}"]
                asked = subprocess.run([*asking, f"{address}/openapi.json", *origin, *options], check=False)  # noqa: S603
                lived = server.poll() is None
            finally:
                server.terminate()
    print("The server lived to the end." if lived else f"The server ended with status {server.returncode}.")
    return asked.returncode if lived else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
