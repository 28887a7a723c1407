from inkdigits.recipes import load_recipe
from inkdigits.runs.folder import RunFolder
from inkdigits.runs.paths import free_run_path, latest_run_path

METADATA = '{"format": 1, "status": "running", "seed": 1, "dataset": {}, "network": null}'


def create(path):
    RunFolder.create(path, load_recipe("softmax"), {"run.json": METADATA})


def test_run_folders_are_numbered(tmp_path):
    assert free_run_path("net", tmp_path) == tmp_path / "net"
    assert latest_run_path("net", tmp_path) == tmp_path / "net"
    for name in ("net", "net-2"):
        create(tmp_path / name)
    assert free_run_path("net", tmp_path) == tmp_path / "net-3"
    assert latest_run_path("net", tmp_path) == tmp_path / "net-2"
    create(tmp_path / "net-11")
    (tmp_path / "net-12").mkdir()
    assert latest_run_path("net", tmp_path) == tmp_path / "net-11"
