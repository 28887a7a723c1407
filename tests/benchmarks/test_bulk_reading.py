"""The script that measures reading of many pictures: what it finds missing, and a job that it measures and kills."""

import json
import random

import bulk_reading
import pytest
from bulk_jobs import list_of

from helpers.files import draw_digit
from helpers.pictures import to_png


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_what_is_missing_twice_and_different_is_counted(tmp_path):
    alone = write(tmp_path / "alone.jsonl", [{"source": name, "text": name, "seconds": 1} for name in "abcd"])
    killed = write(
        tmp_path / "killed.jsonl",
        [
            {"source": name, "text": text, "seconds": 2}
            for name, text in (("a", "a"), ("b", "x"), ("d", "d"), ("d", "d"))
        ],
    )
    kills = bulk_reading.compare("", alone, killed, {"lead": 1, "read": 0, "machine": 0})
    assert (kills.pictures, kills.missing, kills.twice, kills.different) == (4, 1, 1, 1)


@pytest.fixture
def pictures(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number:02}.png").write_bytes(to_png(draw_digit(number % 10, 40 + number)))
    return list_of(folder, 40, tmp_path)


def test_a_list_has_as_many_pictures_as_were_asked_for(pictures, tmp_path):
    assert len(pictures.read_text().splitlines()) == 40
    with pytest.raises(SystemExit, match="has 40 pictures; make 50"):
        list_of(tmp_path / "pictures", 50, tmp_path)


@pytest.mark.slow
def test_a_job_is_measured_and_survives_kills(pictures):
    job = bulk_reading.measure(pictures, 40, ["--workers", "1"])
    assert job.pictures == 40
    assert all((job.cpu_ms, job.leader_mib, job.reader_mib))
    survived = bulk_reading.kill(pictures, 40, ["--workers", "1"], 2, random.Random(1), None)
    assert (survived.pictures, survived.missing, survived.twice, survived.different) == (40, 0, 0, 0)
    page = bulk_reading.to_markdown({"date": "today", "machine": "this", "jobs": [bulk_reading.asdict(job)]})
    assert "| --workers 1 | 40 |" in page
