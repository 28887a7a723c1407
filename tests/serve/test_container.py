"""The steps of the Dockerfile, as far as they can be tested without a container engine."""

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from helpers.servers import Client

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def steps():
    """Every instruction with its argument, in order."""
    lines = (ROOT / "Dockerfile").read_text("utf-8").splitlines()
    return [tuple(line.split(" ", 1)) for line in lines if line and not line.startswith("#")]


def of(steps, instruction):
    return [argument for name, argument in steps if name == instruction]


def exec_form(argument):
    return json.loads(argument[argument.index("[") :])


def test_copied_files_exist_and_are_in_the_build_context(steps):
    sent = set((ROOT / ".dockerignore").read_text("utf-8").split())
    for argument in of(steps, "COPY"):
        *sources, _ = shlex.split(argument)
        for source in sources:
            if not source.startswith(("--from", "/")):
                assert (ROOT / source).exists()
                assert f"!{source}" in sent


def test_installed_packages_exist_and_are_pinned(steps):
    (install,) = (argument for argument in of(steps, "RUN") if "pip install" in argument)
    assert "-c constraints.txt" in install
    extras = re.search(r"\.\[([\w,]+)\]", install)[1].split(",")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pinned = {line.split("==")[0].lower().replace("_", "-") for line in (ROOT / "constraints.txt").read_text().split()}
    needed = sum((project["optional-dependencies"][extra] for extra in extras), project["dependencies"])
    names = {re.match(r"[\w.-]+", requirement)[0].lower().replace("_", "-") for requirement in needed}
    assert names - pinned == set()


def test_it_does_not_run_as_root(steps):
    (user,) = of(steps, "USER")
    assert user.split(":")[0] not in ("0", "root")
    assert [name for name, _ in steps].index("USER") > max(
        place for place, (name, _) in enumerate(steps) if name in ("RUN", "COPY")
    )


def test_the_command_serves_without_a_home_and_its_health_check_passes(steps, tmp_path, picture):
    (entry,), (command,), (check,) = (of(steps, name) for name in ("ENTRYPOINT", "CMD", "HEALTHCHECK"))
    assert exec_form(entry) == ["/opt/inkdigits/bin/inkdigits"]
    arguments = exec_form(command)
    assert "--read-only" in arguments
    arguments[arguments.index("--port") + 1] = "0"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("XDG", "HOME"))}
    environment |= {"HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "inkdigits", *arguments],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            client = Client(process.stdout.readline().split()[0])
            assert client.post("/v1/read?single=true", picture).json["text"] == "1"
            _, *checking = exec_form(check)
            checking = [word.replace(":8000/", f":{client.port}/") for word in checking]
            assert subprocess.run([sys.executable, *checking], check=False).returncode == 0
        finally:
            process.terminate()
    assert process.returncode == 0
    assert list(tmp_path.iterdir()) == []
