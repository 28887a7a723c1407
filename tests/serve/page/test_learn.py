"""The Learn tab: trainings started, watched and steered on the page, with mouse and keyboard, in both languages."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import inkdigits
from helpers.axe import axe_violations
from helpers.writing import STROKES
from serve.page.conftest import run_server
from serve.page.visit import Visit

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def learn_address(tmp_path_factory: pytest.TempPathFactory, runs: Path) -> Iterator[str]:
    yield from run_server(tmp_path_factory.mktemp("learn"), "--runs", str(runs))


class LearnVisit(Visit):
    """The Learn tab open in a browser."""

    def __init__(self, browser: Any, address: str, run: str = "", **options: Any) -> None:
        super().__init__(browser, f"{address}#learn{run and f'/{run}'}", corrects=False, **options)
        self.client.address = address.rstrip("/")

    def open(self) -> None:
        self.page.goto(self.address)
        self.page.wait_for_function("() => /[0-9]/.test(document.querySelector('#learn-size')?.textContent ?? '')")

    def button(self, name: str) -> Any:
        return self.page.get_by_role("button", name=name, exact=True)

    def wait_for_state(self, text: str) -> None:
        self.wait_for("#learn-state", text)

    def step_shown(self) -> int:
        """Return the step that the figures are of."""
        return int(self.text_of("#learn-figures dd").partition("step ")[2].rstrip(")").replace(",", "") or 0)

    def draw_on_pad(self, digit: str) -> None:
        pad = self.page.locator("#learn-pad")
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        side = box["width"]
        self.draw(
            [
                [(box["x"] + side * (0.3 + 0.45 * x), box["y"] + side * (0.2 + 0.6 * y)) for x, y in stroke]
                for stroke in STROKES[digit]
            ]
        )


def choose_short(visit: LearnVisit) -> None:
    """Choose the smallest network and two epochs."""
    visit.page.locator("#learn-recipe").select_option("softmax")
    visit.page.locator("#learn-epochs").fill("2")
    visit.wait_for("#learn-size", "7,850 parameters")


def test_from_the_first_step_to_the_last(browser: Any, learn_address: str, runs: Path) -> None:
    visit = LearnVisit(browser, learn_address)
    assert visit.text_of("#title") == "Watch it learn"
    choose_short(visit)
    visit.button("Start paused").click()
    visit.wait_for_state("Paused")
    assert visit.page.url.endswith("#learn/softmax")
    visit.draw_on_pad("7")
    visit.page.locator("#learn-bars .best").wait_for()
    bars = "[...document.querySelectorAll('#learn-bars .fill')].map((each) => each.style.width).join()"
    before = visit.page.evaluate(bars)
    weights = visit.page.evaluate("() => document.querySelector('#learn-weights canvas').toDataURL()")

    visit.button("One step").click()
    visit.page.wait_for_function("() => document.querySelector('#learn-figures dd').textContent.includes('step 1)')")
    visit.page.wait_for_function(
        "before => document.querySelector('#learn-weights canvas').toDataURL() !== before", arg=weights
    )
    visit.page.wait_for_function(f"before => {bars} !== before", arg=before)
    assert visit.page.locator("#learn-ten li").count() == 10
    assert visit.page.locator("#learn-confusion tbody tr").count() == 10
    assert axe_violations(visit.page) == []

    # A reload and a second tab show the same training as it stands.
    visit.open()
    visit.wait_for_state("Paused")
    visit.page.wait_for_function("() => document.querySelector('#learn-figures dd').textContent.includes('step 1)')")
    other = LearnVisit(browser, learn_address)
    other.wait_for_state("Paused")
    other.button("Go on").click()
    visit.wait_for_state("Done")
    other.wait_for_state("Done")
    other.context.close()
    assert visit.page.locator("#learn-loss circle").count() == 2
    visit.page.locator("#learn-table tbody tr").wait_for()
    errors = json.loads((runs / "softmax" / "metrics.json").read_text())["test"]["errors"]
    assert f"{errors} are wrong" in visit.text_of("#learn-verdict")

    visit.context.close()
    assert visit.complaints == []


def test_a_finished_run_is_used_reported_deleted_and_taken_back(browser: Any, learn_address: str, runs: Path) -> None:
    inkdigits.train("softmax", "uci", epochs=2, out=runs / "done", progress=False)  # it was never watched
    visit = LearnVisit(browser, learn_address, "done")
    visit.wait_for_state("Done")
    visit.page.locator("#learn-loss .train[d^=M]").wait_for()
    visit.button("Use it on the pad").click()
    visit.page.get_by_text("done reads on the pad now. Go there.").click()
    visit.page.locator("#pad").wait_for()
    assert visit.text_of("#title") == "Write a digit"
    assert visit.client.get("/v1/model").json["digit"]["provenance"]["recipe"] == "softmax"
    visit.page.get_by_role("link", name="Learn").click()

    visit.button("Write the report").click()
    with visit.context.expect_page() as opened:
        visit.page.get_by_text("Open the report of done").click()
    assert "softmax" in opened.value.locator("h1").inner_text().lower()
    opened.value.close()

    visit.page.get_by_role("button", name="Delete the run done").click()
    row = visit.page.get_by_role("button", name="Delete the run done")
    row.wait_for(state="detached")
    visit.page.locator("#toast-undo").click()
    visit.page.get_by_role("button", name="done", exact=True).click()
    visit.wait_for_state("Done")
    visit.page.get_by_role("button", name="Delete the run done").click()
    row.wait_for(state="detached")
    visit.context.close()
    assert visit.complaints == []


def test_layers_are_stacked_and_faults_are_told(browser: Any, learn_address: str) -> None:
    visit = LearnVisit(browser, learn_address)
    choose_short(visit)
    visit.page.locator("#learn-add-type").select_option("dense")
    visit.button("Add before the last layer").click()
    visit.wait_for("#learn-size", "79,510 parameters")
    assert visit.page.locator("#learn-layers .shape").all_text_contents()[1] == "→ 100, 78,500 parameters"
    units = visit.page.locator("#learn-layers li").nth(1).locator("input")
    units.fill("32")
    units.press("Tab")
    visit.wait_for("#learn-size", "25,450 parameters")
    remove = visit.page.get_by_role("button", name="Remove: layer 3, Dense")
    remove.click()
    visit.page.locator("#learn-size.wrong").wait_for()
    assert "expected" in visit.text_of("#learn-size")
    assert visit.button("Start training").is_disabled()
    visit.page.locator("#learn-recipe").select_option("mlp-dropout")
    visit.wait_for("#learn-size", "669,706 parameters")
    assert visit.button("Start training").is_enabled()
    visit.context.close()
    assert visit.complaints == []


def test_on_a_phone_in_korean_with_keys_alone(browser: Any, learn_address: str) -> None:
    visit = LearnVisit(browser, learn_address, locale="ko-KR", color_scheme="dark", **PHONE)
    assert visit.text_of("#title") == "배우는 모습을 지켜보세요"
    assert visit.fits()
    visit.page.locator("#learn-recipe").focus()
    visit.page.keyboard.type("softmax")
    visit.wait_for("#learn-size", "매개변수 7,850개")
    visit.page.locator("#learn-start-paused").focus()
    visit.page.keyboard.press("Enter")
    visit.wait_for_state("일시 정지됨")
    visit.page.locator("#learn-pad").focus()
    for key in ["Shift+ArrowUp"] * 3 + ["Space"] + ["Shift+ArrowDown"] * 6 + ["Space"]:
        visit.page.keyboard.press(key)
    visit.page.locator("#learn-bars .best").wait_for()
    assert visit.fits()
    assert axe_violations(visit.page) == []
    stop = visit.button("중단")
    stop.focus()
    visit.page.keyboard.press("Enter")
    visit.wait_for_state("중단됨")
    # The button is gone with the training; the focus is beside it.
    assert visit.page.evaluate("() => document.activeElement.closest('#learn-live') !== null")
    for key in ("name", "accuracy"):
        visit.page.locator(f"#runs-by-{key}").focus()
        visit.page.keyboard.press("Enter")
        assert visit.page.evaluate("() => document.activeElement.id") == f"runs-by-{key}"
    order = visit.page.locator("#learn-table thead th").nth(2).get_attribute("aria-sort")
    assert order == "descending"
    visit.context.close()
    assert visit.complaints == []


def test_where_nothing_can_be_trained_the_tab_says_why(browser: Any, read_only_address: str) -> None:
    visit = Visit(browser, read_only_address, corrects=False)
    visit.page.get_by_role("link", name="Learn").click()
    visit.wait_for("#learn-hint", "This server only reads. Start one without --read-only.")
    assert not visit.page.locator("#learn-setup").is_visible()
    assert axe_violations(visit.page) == []
    visit.context.close()
    assert visit.complaints == []


def test_without_the_learn_half_the_tab_says_what_to_install(
    browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import inkdigits.serve.services
    from helpers.servers import serving
    from inkdigits.serve.settings import Settings

    monkeypatch.setattr(inkdigits.serve.services, "is_learn_extra_installed", lambda: False)
    with serving(Settings(port=0, data_dir=tmp_path, runs=tmp_path / "runs")) as client:
        visit = Visit(browser, client.address + "/", corrects=False)
        visit.page.get_by_role("link", name="Learn").click()
        visit.page.locator("#learn-hint").wait_for()
        assert 'pip install "inkdigits[learn]"' in visit.text_of("#learn-hint")
        visit.context.close()
    assert visit.complaints == []
