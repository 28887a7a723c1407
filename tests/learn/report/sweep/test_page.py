import re

import pytest

from helpers.axe import axe_violations
from helpers.canvases import TIMEOUT_MS
from inkdigits.learn.report.languages import load_language
from inkdigits.learn.report.sweep.page import render_sweep, write_sweep
from inkdigits.learn.sweep.result import Candidate, SweepResult
from inkdigits.learn.sweep.space import Dimension
from inkdigits.learn.sweep.study import TrialRecord

SPACE = (
    Dimension("optimizer.learning_rate", (), 1e-4, 1e-1, log=True),
    Dimension("batch_size", (50, 100)),
    Dimension("layers.1.units", (), 20, 200),
)


def values(number):
    return dict(zip((each.key for each in SPACE), (1e-4 * 2**number, (50, 100)[number % 2], 20 + number), strict=True))


TRIALS = (
    *(TrialRecord(n, f"{n:03}", "complete", values(n), 0.9 + n / 100, None) for n in range(4)),
    TrialRecord(4, "004", "pruned", values(4), 0.3, None),
    TrialRecord(5, "005", "failed", values(5), None, "the loss became <NaN>"),
)
BEST = tuple(Candidate(n, values(n), (0.9 + n / 100, 0.91), 'name = "<b>"\n', ("a", "b")) for n in (3, 2, 1))
RESULT = SweepResult(
    "mlp-<i>", "uci", 288, SPACE, TRIALS, {"batch_size": 0.75, "layers.1.units": 0.25}, BEST, (0.912, 0.914), 12.0, 9.0
)


def test_it_says_how_was_chosen_and_what_came_out():
    page = render_sweep(RESULT)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
    assert "chosen by the validation set. The test set was read once" in text
    assert "91.30 ± 0.14 % over 2 seeds" in text
    assert "288 validation digits" in text
    assert page.count("best/1.toml") == 2
    assert "the loss became &lt;NaN&gt;" in page
    assert "mlp-&lt;i&gt;" in page
    assert "<i>" not in page


def test_the_charts_tell_values_and_shares():
    page = render_sweep(RESULT)
    assert "batch_size: 75.0 %" in page
    assert "optimizer.learning_rate, the best: 0.0008, 0.0004, 0.0002" in page
    assert "6 trials" not in page.split("<svg")[1]  # the failed one has no line
    without = render_sweep(SweepResult(**{**vars(RESULT), "importance": {}}))
    assert "too few trials" in without


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize(("code", "width"), [("en", 390), ("ko", 1280)])
def test_axe_finds_nothing_and_it_asks_for_nothing(browser, tmp_path, code, width):
    path = write_sweep(RESULT, tmp_path, load_language(code))
    context = browser.new_context(viewport={"width": width, "height": 844})
    context.set_default_timeout(TIMEOUT_MS)
    page = context.new_page()
    complaints, requests = [], []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(path.as_uri())
    page.locator("details summary").last.click()
    assert page.locator("pre").last.inner_text().strip() == 'name = "<b>"'
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe_violations(page) == []
    assert (complaints, requests) == ([], [path.as_uri()])
    context.close()
