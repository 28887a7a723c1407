"""The explanations' pictures are what the script draws, and both languages show the same code and measured figures."""

import re
from pathlib import Path
from statistics import mean

import draw
import pytest
from drawings.measured import measurements
from drawings.networks import reads_seven
from drawings.results import expected_best

from inkdigits.core.formatting import percent

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(page.name for page in (DOCS / "explanations").glob("*.md"))


def text(page, language=""):
    return (DOCS / language / "explanations" / page).read_text("utf-8")


@pytest.mark.parametrize("name", draw.DRAWINGS)
def test_pictures_are_as_the_script_draws_them(name):
    svg = draw.draw(name)
    assert (draw.PICTURES / f"{name}.svg").read_text("utf-8") == svg, "run `python docs/draw.py`"
    assert len(svg.encode()) < 60_000
    assert "<title" in svg
    assert "prefers-color-scheme:dark" in svg


def test_both_languages_show_every_picture():
    drawn = {f"{name}.svg" for name in draw.DRAWINGS}
    for language in ("", "ko"):
        shown = {
            Path(target).name for page in PAGES for target in re.findall(r"\]\(([^)]+\.svg)\)", text(page, language))
        }
        assert shown == drawn


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_have_the_same_code_figures_and_length(page):
    english, korean = text(page), text(page, "ko")
    blocks = [re.findall(r"```python\n(.*?)```", each, re.S) for each in (english, korean)]
    without_words = [[re.sub(r'f?"[^"]*"|#.*', "", block) for block in each] for each in blocks]
    assert without_words[0] == without_words[1]
    assert set(re.findall(r"\d+\.\d+", english)) == set(re.findall(r"\d+\.\d+", korean))
    if page != "index.md":
        assert 60 <= len(english.splitlines()) <= 150
        assert 60 <= len(korean.splitlines()) <= 150


def quoted():
    """Yield a page and a figure that it quotes, from what was measured."""
    measured = measurements()
    for curve in measured["losses"].values():
        yield "softmax-and-cross-entropy.md", percent(curve["val_accuracy"][0], 1)
        yield "softmax-and-cross-entropy.md", percent(curve["val_accuracy"][-1], 1)
        yield "softmax-and-cross-entropy.md", percent(min(curve["test"]))
        yield "softmax-and-cross-entropy.md", percent(max(curve["test"]))
    for curve in measured["activations"].values():
        yield "activations.md", percent(curve["val_accuracy"][-1], 1)
        yield "activations.md", percent(min(curve["test"]))
        yield "activations.md", percent(max(curve["test"]))
    for curve in measured["optimisers"].values():
        yield "optimisers.md", f"{curve['loss'][0]:.3f}, {curve['loss'][-1]:.3f}"
        yield "optimisers.md", percent(mean(curve["test"]), 1)
    confidence = measured["over_fitting"].pop("confidence")
    for curve in measured["over_fitting"].values():
        yield "over-fitting.md", percent(mean(curve["test"]), 1)
        yield "over-fitting.md", f"{mean(curve['test_loss']):.3f}"
    for point in confidence["after"]["sure"]:
        if point["limit"] in (0.5, 0.8, 0.9, 0.99):
            yield "calibration.md", f"{point['wrong']:,} = {percent(point['wrong'] / point['answered'], 1)}"
    for key in ("before", "after"):
        yield "calibration.md", f"{confidence[key]['ece']:.3f}"
        yield "calibration.md", f"{confidence[key]['loss']:.3f}"


def test_pages_quote_what_was_measured():
    for page, figure in quoted():
        for language in ("", "ko"):
            assert figure.removesuffix(" %") in text(page, language), (language, page, figure)


def test_the_best_of_many_tries_looks_better_than_it_is():
    assert expected_best(1, 100, 0.9) == pytest.approx(0.9)
    assert expected_best(2, 1, 0.5) == pytest.approx(0.75)  # two coins: at least one head
    assert percent(expected_best(100, 359, 0.95), 1) == "97.6 %"


def test_paths_that_read_seven():
    assert reads_seven((0, 0, 1))
    assert not reads_seven((0, 1, 0))
    assert not reads_seven((1, 1, 1))
