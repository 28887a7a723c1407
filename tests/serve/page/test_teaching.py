"""A real adaptation on the page: from the button to the new network, and back."""

from typing import Any

import pytest

from serve.page.visit import Visit

pytestmark = pytest.mark.browser

TEACHING_MS = 900_000
"""A quarter of a minute on two free cores."""


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
    assert visit.text_of("#teach") == "Correct a digit first"


def test_teaching_can_be_stopped(visit: Visit) -> None:
    correct(visit, "7", "1", 1)
    visit.page.get_by_role("button", name="Teach it from one correction").click()
    visit.page.locator("#teach-bar").wait_for()
    visit.page.wait_for_function("() => document.activeElement.id === 'teach-cancel'")
    visit.page.locator("#teach-cancel").click()
    visit.wait_for("#teach-message", "Stopped. The network is as it was.")
    assert visit.page.locator("#teach").is_enabled()


@pytest.mark.slow
def test_teach_compare_accept_and_go_back(browser: Any, visit: Visit) -> None:
    # Enough that some are held back to measure with.
    for count in range(1, 7):
        correct(visit, "7", "1", count)
    visit.page.get_by_role("button", name="Teach it from 6 corrections").click()
    visit.page.wait_for_function("() => document.getElementById('teach-bar').value > 0", timeout=TEACHING_MS)
    # Another visit, or a reload, shows that it runs.
    other = Visit(browser, visit.address)
    other.page.locator("#teach-running").wait_for()
    other.context.close()

    visit.page.locator("#teach-running").wait_for(state="hidden", timeout=TEACHING_MS)
    assert visit.client.get("/v1/teaching").json["state"] == "ready"
    rows = visit.page.locator("#teach-rows tr")
    assert rows.count() == 2
    result = visit.client.get("/v1/teaching").json["result"]
    for row, name in ((rows.nth(0), "corrections"), (rows.nth(1), "mnist")):
        shown = row.locator("td").all_text_contents()[:2]
        assert shown == [f"{result[name][when]:.2%}" for when in ("old", "new")]
    assert "UCI test digits" in rows.nth(1).inner_text()
    visit.page.wait_for_function("() => document.activeElement.id === 'teach-accept'")

    visit.page.locator("#teach-accept").click()
    visit.wait_for("#teach-message", "The new network reads from now on.")
    assert visit.client.get("/v1/model").json["digit"]["taught"]
    assert "taught from your corrections" in visit.text_of("#answerer")
    visit.write("7")
    visit.wait_for("#digit", "7")

    visit.page.locator("#teach-back").click()
    visit.wait_for("#teach-message", "The network before reads again.")
    assert not visit.client.get("/v1/model").json["digit"]["taught"]
    assert "taught from your corrections" not in visit.text_of("#answerer")


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
