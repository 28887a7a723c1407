import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.canvases import TIMEOUT_MS
from inkdigits.data.dataset import Dataset, Split
from inkdigits.data.load import load
from inkdigits.data.review import Decision, picture_id, read_decisions
from inkdigits.learn.data_checks.duplicates import DuplicateGroup
from inkdigits.learn.evaluation.label_review import LabelReview
from inkdigits.learn.evaluation.label_review.near_duplicates import NearDuplicate
from inkdigits.learn.evaluation.label_review.review import OddDigit
from inkdigits.learn.evaluation.label_review.suspects import rank_suspects
from inkdigits.learn.report.review.page import render, write_page


@pytest.fixture(scope="module")
def data() -> Dataset:
    uci = load("uci").limited(400, 120)
    images = uci.train.images.copy()
    images[9] = images[2]
    return replace(uci, train=Split(images, uci.train.labels))


@pytest.fixture(scope="module")
def review(data: Dataset) -> LabelReview:
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet(np.ones(10), 120).astype(np.float32)
    return LabelReview(
        dataset=data,
        split="test",
        seconds=1.0,
        suspects=tuple(rank_suspects(probabilities, data.test, data.train)),
        duplicates=(DuplicateGroup((2, 9), (), False),),
        near_duplicates=(NearDuplicate(4, 7, 0.05),),
        odd=(OddDigit(11, 0.8), OddDigit(3, 0.7)),
    )


@pytest.fixture
def earlier(data: Dataset) -> Decision:
    label = data.classes[data.train.labels[50]]
    return Decision("train", 50, picture_id(data.train.images[50]), label, "leave out")


@pytest.fixture
def opened(review: LabelReview, data: Dataset, earlier: Decision, browser: Any, tmp_path: Path) -> Iterator[Any]:
    path = write_page(review, data, tmp_path / "page.html", [earlier], tmp_path / "uci.review.csv")
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    context.set_default_timeout(TIMEOUT_MS)
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(path.as_uri())
    yield page
    assert page.complaints == []
    context.close()


def saved(page: Any, tmp_path: Path) -> list[tuple[str, int, str, str]]:
    with page.expect_download() as download:
        page.locator("#save").click()
    assert download.value.suggested_filename == "uci.review.csv"
    path = tmp_path / "saved.csv"
    download.value.save_as(path)
    return [(each.split, each.index, each.action, each.new_label) for each in read_decisions(path).values()]


@pytest.mark.slow
def test_the_page_stays_small_with_ten_thousand_suspects(review: LabelReview, data: Dataset) -> None:
    many = replace(review, suspects=(review.suspects * 100)[:10_000])
    page = render(many, data, [], Path("uci.review.csv"))
    assert len(page.encode()) < 5_000_000
    assert "The first 8,000 of 10,000 are on this page." in page


def test_class_names_can_not_become_markup(review: LabelReview, data: Dataset) -> None:
    classes = ("</script><b>", *data.classes[1:])
    named = replace(data, classes=classes)
    page = render(replace(review, dataset=named), named, [], Path("x.review.csv"))
    assert "</script><b>" not in page
    record = json.loads(re.search(r'id="record">(.*?)</script>', page, re.S)[1])  # type: ignore[index]
    assert record["classes"][0] == "</script><b>"


@pytest.mark.browser
def test_decisions_are_made_undone_and_saved(
    opened: Any, review: LabelReview, data: Dataset, earlier: Decision, tmp_path: Path
) -> None:
    cards = opened.locator("[data-section=suspects] > .card")
    assert cards.count() == 48
    first, second, third = review.suspects[:3]
    suggested = data.classes[first.suggested]
    cards.nth(0).get_by_role("button", name=f"Relabel test digit {first.index} as {suggested}").click()
    assert cards.nth(0).locator(".decision").inner_text() == f"Relabelled {suggested}"
    cards.nth(1).get_by_role("button", name=f"Leave out test digit {second.index}").click()
    cards.nth(2).get_by_role("button", name=f"Keep the label of test digit {third.index}").click()
    assert opened.locator("#counts").inner_text() == "1 relabelled, 2 left out, 1 kept · not saved yet"
    opened.locator("#undo").click()
    cards.nth(1).get_by_role("button", name=f"Take back the decision on test digit {second.index}").click()
    before = ("train", 50, "leave out", "")
    assert saved(opened, tmp_path) == [before, ("test", first.index, "relabel", suggested)]
    assert opened.locator("#counts").inner_text() == "1 relabelled, 1 left out, 0 kept"
    opened.locator("#undo").click()
    assert (("test", second.index, "leave out", "")) in saved(opened, tmp_path)


@pytest.mark.browser
def test_keys_decide_and_move_on(opened: Any, review: LabelReview, data: Dataset, tmp_path: Path) -> None:
    cards = opened.locator("[data-section=suspects] > .card")
    cards.nth(0).focus()
    opened.keyboard.press("r")
    opened.keyboard.press("ArrowRight")
    opened.keyboard.press("l")
    opened.keyboard.press("ArrowRight")
    first, second, third = review.suspects[:3]
    opened.keyboard.press(data.classes[third.label])
    assert saved(opened, tmp_path)[1:] == [
        ("test", first.index, "relabel", data.classes[first.suggested]),
        ("test", second.index, "leave out", ""),
        ("test", third.index, "keep", ""),
    ]
    opened.keyboard.press("Shift+Tab")
    cards.nth(2).focus()
    opened.keyboard.press("u")
    assert len(saved(opened, tmp_path)) == 3


@pytest.mark.browser
def test_decisions_outlive_a_reload_and_can_be_filtered(opened: Any, review: LabelReview) -> None:
    cards = opened.locator("[data-section=suspects] > .card")
    cards.nth(3).focus()
    opened.keyboard.press("k")
    opened.on("dialog", lambda dialog: dialog.accept())
    opened.reload()
    assert cards.nth(3).locator(".decision").inner_text().startswith("Kept as ")
    opened.locator("select[name=which]").select_option("decided")
    assert cards.count() == 1
    assert cards.nth(0).get_attribute("data-index") == str(review.suspects[3].index)
    opened.locator("select[name=which]").select_option("all")
    opened.locator("#more").click()
    assert cards.count() == 96


@pytest.mark.browser
def test_copies_and_odd_digits_can_be_decided_on(opened: Any, tmp_path: Path) -> None:
    copies = opened.locator("[data-section=equal] > .card")
    assert copies.count() == 1
    copies.get_by_role("button", name="Leave out train digit 9").click()
    opened.locator("[data-section=near] > .card").get_by_role("button", name="Leave out test digit 4").click()
    odd = opened.locator("[data-section=odd] > .card")
    assert odd.count() == 2
    odd.nth(0).get_by_label("Relabel test digit 11 as another class").select_option(index=1)
    found = saved(opened, tmp_path)
    assert [each[:3] for each in found[1:]] == [
        ("train", 9, "leave out"), ("test", 4, "leave out"), ("test", 11, "relabel"),
    ]  # fmt: skip


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible_and_fits_a_phone(
    review: LabelReview, data: Dataset, browser: Any, tmp_path: Path, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    path = write_page(review, data, tmp_path / "page.html", [], tmp_path / "uci.review.csv")
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme, bypass_csp=True)
    context.set_default_timeout(TIMEOUT_MS)
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_selector(".card")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    context.close()
