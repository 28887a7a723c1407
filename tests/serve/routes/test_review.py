import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.canvases import TIMEOUT_MS
from helpers.servers import Client, serving
from inkdigits.core.errors import DataError
from inkdigits.data.dataset import Dataset
from inkdigits.data.load import load
from inkdigits.data.review import read_decisions
from inkdigits.learn.evaluation.label_review import LabelReview
from inkdigits.learn.evaluation.label_review.suspects import rank_suspects
from inkdigits.learn.report.review.page import write_page
from inkdigits.serve.review_page import ReviewPage
from inkdigits.serve.settings import Settings


@pytest.fixture(scope="module")
def data() -> Dataset:
    return load("uci").limited(200, 60)


@pytest.fixture
def page(data: Dataset, tmp_path: Path) -> Path:
    probabilities = np.random.default_rng(0).dirichlet(np.ones(10), 60).astype(np.float32)
    suspects = tuple(rank_suspects(probabilities, data.test, data.train))
    review = LabelReview(data, "test", 1.0, suspects, (), (), ())
    return write_page(review, data, tmp_path / "page.html", [], tmp_path / "uci.review.csv")


@pytest.fixture
def client(page: Path, tmp_path: Path) -> Iterator[Client]:
    with serving(Settings(port=0, data_dir=tmp_path / "user", review=page)) as opened:
        yield opened


def kept(page: Path) -> dict[int, tuple[str, str]]:
    decisions = read_decisions(page.with_name("uci.review.csv")).values()
    return {each.index: (each.action, each.new_label) for each in decisions}


def post(client: Client, body: object, origin: str | None = "own") -> int:
    return client.request("POST", "/v1/review", body, origin=origin).status


def other_class(data: Dataset, index: int) -> str:
    return str((data.test.labels[index] + 1) % 10)


@pytest.mark.slow
def test_decisions_outlive_a_server_that_is_killed_after_any_of_them(data: Dataset, page: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "inkdigits", "serve", "--port", "0", "--no-open", "--review", str(page)]
    command += ["--data-dir", str(tmp_path / "user")]
    expected: dict[int, tuple[str, str]] = {}
    steps: list[tuple[int, str | None, str]] = [(index, "relabel", other_class(data, index)) for index in range(20)]
    steps += [(index, None, "") for index in (0, 4, 7, 13, 19)]
    for batch in (steps[:1], steps[1:20], steps[20:]):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
            assert process.stdout is not None
            address = process.stdout.readline().split()[0].rstrip("/")
            server = Client(address)
            for index, action, new_label in batch:
                answer = post(server, {"split": "test", "index": index, "action": action, "new_label": new_label})
                assert answer == 200
                expected.pop(index, None)
                if action:
                    expected[index] = (action, new_label)
                assert kept(page) == expected
            process.send_signal(signal.SIGKILL)
        assert kept(page) == expected
    assert len(expected) == 15
    corrected = load("uci", review=page.with_name("uci.review.csv"))
    assert (corrected.test.labels != load("uci").test.labels).sum() == 15


def test_what_is_not_on_the_page_or_no_decision_is_refused(client: Client, page: Path) -> None:
    good = {"split": "test", "index": 3, "action": "keep", "new_label": ""}
    for wrong in (
        good | {"split": "train"},
        good | {"split": ["test"]},
        good | {"index": 60},
        good | {"index": True},
        good | {"index": "3"},
        good | {"action": "drop"},
        good | {"action": 1},
        good | {"new_label": "4"},
        good | {"action": "relabel"},
        good | {"action": "relabel", "new_label": "x"},
        [],
        None,
    ):
        assert post(client, wrong) == 400, wrong
    assert not page.with_name("uci.review.csv").exists()
    assert post(client, good) == 200
    assert kept(page) == {3: ("keep", "")}


def test_other_sites_can_not_decide_and_a_reading_server_keeps_nothing(
    client: Client, page: Path, tmp_path: Path
) -> None:
    good = {"split": "test", "index": 3, "action": "keep", "new_label": ""}
    assert client.get("/v1/review").json == {"file": "uci.review.csv", "decisions": []}
    assert post(client, good, origin="http://elsewhere.example") == 403
    assert post(client, good, origin=None) == 403
    with serving(Settings(port=0, data_dir=tmp_path / "other", review=page, read_only=True)) as reading:
        assert post(reading, good) == 403
    with serving(Settings(port=0, data_dir=tmp_path / "none")) as without:
        assert post(without, good) == 404
    assert not page.with_name("uci.review.csv").exists()


def test_another_file_is_no_page_of_a_review(tmp_path: Path) -> None:
    other = tmp_path / "other.html"
    with pytest.raises(DataError, match="can't be read"):
        ReviewPage(other)
    other.write_text("<p>Hello</p>")
    with pytest.raises(DataError, match="is no page of a review"):
        ReviewPage(other)


@pytest.mark.browser
def test_the_served_page_keeps_each_decision_at_once(client: Client, page: Path, browser: Any) -> None:
    context = browser.new_context()
    context.set_default_timeout(TIMEOUT_MS)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(client.address)
    opened.locator("#tab-review a").click()
    cards = opened.locator("[data-section=suspects] > .card")
    cards.nth(0).focus()
    opened.keyboard.press("l")
    opened.keyboard.press("ArrowRight")
    opened.keyboard.press("k")
    opened.wait_for_function(
        "() => document.querySelector('#counts').textContent === '0 relabelled, 1 left out, 1 kept'"
    )
    first, second = (int(cards.nth(place).get_attribute("data-index")) for place in (0, 1))
    assert kept(page) == {first: ("leave out", ""), second: ("keep", "")}
    opened.locator("#undo").click()
    opened.wait_for_function(
        "() => document.querySelector('#counts').textContent === '0 relabelled, 1 left out, 0 kept'"
    )
    assert kept(page) == {first: ("leave out", "")}
    opened.reload()
    cards.nth(0).locator(".decision", has_text=re.compile("^Left out$")).wait_for()
    opened.locator("#home a").click()
    opened.locator("#tab-review").wait_for()
    assert complaints == []
    context.close()
