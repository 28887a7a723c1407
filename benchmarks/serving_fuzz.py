"""Fuzzing: ten thousand generated requests to every operation of the OpenAPI description.

    python benchmarks/serving_fuzz.py [OPTIONS OF SCHEMATHESIS]

Each must be answered as described. `schemathesis.toml` beside this file sets their number. The server is a process of
its own with a data folder of its own, so that requests really add corrections and start adaptations. It must still run
at the end.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

CONFIG = Path(__file__).with_name("schemathesis.toml")


def main(options: list[str]) -> int:
    """Run Schemathesis; returns its exit status, or 1 if the server ended before.

    Args:
        options: More options of Schemathesis.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "inkdigits", "serve", "--no-open", "--port", "0", "--data-dir", folder]
        # Without MNIST, adaptation uses scikit-learn's few digits, which is faster.
        environment = os.environ | {"INKDIGITS_DATA": folder, "XDG_CACHE_HOME": folder}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:  # noqa: S603
            assert server.stdout is not None
            try:
                address = server.stdout.readline().split()[0].rstrip("/")
                schemathesis = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run"]
                origin = ["-H", f"Origin: {address}"]
                done = subprocess.run([*schemathesis, f"{address}/openapi.json", *origin, *options], check=False)  # noqa: S603
                is_alive = server.poll() is None
            finally:
                server.terminate()
    print("The server lived to the end." if is_alive else f"The server ended with status {server.returncode}.")
    return done.returncode if is_alive else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
