"""Teaching on the page: what it says at each state. A whole teaching is in `test_whole_teaching.py`."""

from pathlib import Path
from typing import Any

import pytest

from helpers.axe import axe_violations
from helpers.networks import digit_model, metadata_of, save
from helpers.servers import server_process
from inkdigits.corrections.model_registry import ModelRegistry
from serve.page.visit import Visit

pytestmark = pytest.mark.browser


def correct(visit: Visit, digit: str, label: str, count: int) -> None:
    visit.write(digit)
    visit.wait_for("#digit", digit)
    visit.page.locator("#digit").click()
    visit.page.locator("#correct").wait_for()
    visit.page.keyboard.press(label)
    visit.wait_for("#corrections-count", str(count))
    visit.page.locator("#clear").click()
    visit.wait_for("#digit", "")


def test_without_corrections_there_is_nothing_to_teach(visit: Visit) -> None:
    assert visit.page.locator("#teach").is_disabled()
    assert visit.text_of("#teach") == "Correct something first"


def test_teaching_can_be_stopped(visit: Visit) -> None:
    correct(visit, "7", "1", 1)
    visit.page.get_by_role("button", name="Teach from one correction").click()
    visit.page.locator("#teach-bar").wait_for()
    visit.page.wait_for_function("() => document.activeElement.id === 'teach-cancel'")
    visit.page.locator("#teach-cancel").click()
    visit.wait_for("#teach-message", "Stopped. The networks are as they were.")
    assert visit.page.locator("#teach").is_enabled()


def figures(old: float, new: float, examples: int) -> dict[str, Any]:
    return {"old": old, "new": new, "examples": examples}


def stage(data_dir: Path, reason: str) -> None:
    """Let a random network wait for a decision, with figures."""
    result = {
        "mnist": figures(0.99, 0.985 if reason == "forgets" else 0.99, 10_000) | {"name": "mnist"},
        "corrections": figures(0.5, 1.0, 2), "lines": figures(0.0, 0.5, 4), "composed": figures(0.5, 0.5, 100),
        "learned": {"digits": figures(0.0, 0.75, 8), "lines": figures(0.25, 1.0, 16)},
        "strength": {"digits": 1.0, "lines": 1.0}, "recommended": reason == "better", "reason": reason, "seconds": 9.0,
    }  # fmt: skip
    with ModelRegistry(data_dir).stage(result) as folder:
        save(digit_model(), folder / "digits.onnx", metadata_of())


ENGLISH = {
    "locale": "en-US", "better": "Use the new ones", "forgets": "Keep the old ones",
    "now": "Of your 30 corrections, the new networks read 26 right; the ones in use read 5.",
    "other": r"^The new networks read \d \(.*\), those in use 7$",
    "used": r"^In use: taught on \w+ \d+, \d+ \(taught-0001\)$",
}  # fmt: skip
KOREAN = {
    "locale": "ko-KR", "better": "새 신경망 쓰기", "forgets": "이전 신경망 그대로 쓰기",
    "now": "바로잡은 30건 가운데 새 신경망은 26건을, 지금 쓰는 신경망은 5건을 맞게 읽습니다.",
    "other": r"^새 신경망: \d\(.*\), 지금 쓰는 신경망: 7$",
    "used": r"^지금 쓰는 신경망: \d+년 \d+월 \d+일에 가르침\(taught-0001\)$",
}  # fmt: skip


@pytest.mark.parametrize("reason", ["better", "forgets"])
@pytest.mark.parametrize("words", [ENGLISH, KOREAN], ids=["english", "korean"])
def test_the_figures_decide_the_default_and_new_networks_can_be_tried_first(
    browser: Any, tmp_path: Path, words: dict[str, str], reason: str
) -> None:
    stage(tmp_path, reason)
    with server_process(tmp_path) as (_, client):
        visit = Visit(browser, client.address + "/", locale=words["locale"])
        visit.page.locator("#teach-result").wait_for()
        assert visit.text_of("#teach-verdict").startswith(words["now"])
        assert visit.page.locator("#teach-rows tr").count() == 6
        buttons = visit.page.locator("#teach-decide button")
        assert buttons.first.inner_text() == words[reason]
        assert visit.page.locator("#teach-decide .primary").all_inner_texts() == [words[reason]]
        assert axe_violations(visit.page) == []

        visit.write("7")
        visit.wait_for("#digit", "7")
        assert not visit.page.locator("#trial").is_visible()
        visit.page.locator("#teach-try").focus()
        visit.page.keyboard.press("Space")
        told = f"() => /{words['other']}/.test(document.getElementById('trial').textContent)"
        visit.page.wait_for_function(told)
        assert axe_violations(visit.page) == []
        assert visit.text_of("#digit") == "7", "the networks in use go on"

        # By keyboard: the default, and after the new networks, back.
        buttons.first.focus()
        visit.page.keyboard.press("Enter")
        visit.page.locator("#teach-result").wait_for(state="hidden")
        assert not visit.page.locator("#trial").is_visible()
        assert client.get("/v1/model").json["digit"]["taught"] is (reason == "better")
        assert visit.page.locator("#teach-used").is_visible() is (reason == "better")
        if reason == "better":
            used = f"() => /{words['used']}/.test(document.getElementById('teach-used-title').textContent)"
            visit.page.wait_for_function(used)
            visit.page.locator("#teach-used-title").press("Enter")
            assert visit.page.locator("#teach-used-rows tr").count() == 6
            assert axe_violations(visit.page) == []
            visit.page.locator("#teach-back").press("Enter")
            visit.page.locator("#teach-used").wait_for(state="hidden")
            assert client.get("/v1/model").json["digit"]["taught"] is False
        assert visit.fits()
        visit.context.close()
        assert visit.complaints == []


def test_where_nothing_can_be_taught_the_page_says_why(browser: Any, unteachable_address: str) -> None:
    visit = Visit(browser, unteachable_address)
    why = "the network in use reads other classes than the ten digits"
    visit.wait_for("#teach-hint", f"Teaching is not possible here: {why}.")
    assert not visit.page.locator("#teach").is_visible()
    visit.context.close()
    assert visit.complaints == []
    korean = Visit(browser, unteachable_address, locale="ko-KR")
    why = "지금 쓰는 신경망은 숫자 열 개가 아닌 것을 읽습니다."
    korean.wait_for("#teach-hint", f"여기서는 가르칠 수 없습니다. {why}")
    korean.context.close()
