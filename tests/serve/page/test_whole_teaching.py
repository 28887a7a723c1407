"""A hand is taught on the page in English and in Korean: read, correct, teach, be killed, try, accept, go back."""

import csv
import io
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import pytest
from PIL import Image

from helpers.axe import axe_violations
from helpers.forms import table
from helpers.odd_digits import HOOKED_9, draw
from helpers.odd_lines import odd_page
from helpers.percentages import other_percentages
from helpers.servers import TIMEOUT_S, Client, server_process
from inkdigits.core.formatting import percent
from inkdigits.core.locks import lock
from inkdigits.data.load import load
from inkdigits.read.models.chosen import SHIPPED_MODELS
from serve.page.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEACHING_MS = 900_000
"""Half a minute of one free core."""

MODELS = ("digits.onnx", "lines-2.onnx")
"""Two networks learn faster than the four that are shipped."""


class Words(NamedTuple):
    """What the page says in one language."""

    locale: str
    line: str
    corrected: str
    undo: str
    teach: str
    verdict: str
    use: str
    keep: str
    accepted: str
    in_use: str
    taught: str
    went_back: str
    copied: str


ENGLISH = Words(
    "en-US", "Text of line {}", "read {}, is {}", "Undo the correction: read {}, is {}", "Teach from {} corrections",
    "Of your {count} corrections, the new networks read {new} right; the ones in use read {old}.",
    "Use the new ones", "Keep the old ones", "The new networks read from now on.",
    r"In use: taught on \w+ \d+, \d+ \(taught-0001\)", "taught from your corrections",
    "The networks before read again.", "Copied.",
)  # fmt: skip
KOREAN = Words(
    "ko-KR", "{}번째 줄의 내용", "{} → {}", "바로잡기 취소: {} → {}", "바로잡은 {}건으로 가르치기",
    "바로잡은 {count}건 가운데 새 신경망은 {new}건을, 지금 쓰는 신경망은 {old}건을 맞게 읽습니다.",
    "새 신경망 쓰기", "이전 신경망 그대로 쓰기", "이제 새 신경망이 읽습니다.",
    r"지금 쓰는 신경망: \d+년 \d+월 \d+일에 가르침\(taught-0001\)", "바로잡은 것으로 가르친",
    "다시 이전 신경망이 읽습니다.", "복사했습니다.",
)  # fmt: skip


class Writing(NamedTuple):
    """Pictures in a hand whose nines look like eights."""

    page: Path
    lines: list[str]
    form: Path


@pytest.fixture(scope="module")
def writing(tmp_path_factory: pytest.TempPathFactory) -> Writing:
    folder = tmp_path_factory.mktemp("writing")
    picture, text = odd_page(load("uci").train, lines=4, seed=5)
    Image.fromarray(picture).save(folder / "page.png")
    form = table([["12", "345"], ["7", ""]]).picture
    for place, nine in enumerate(draw(HOOKED_9, 2, seed=1)):
        digit = cv2.resize(nine[10:110, 15:105], (36, 40), interpolation=cv2.INTER_AREA)
        left = 194 + 44 * place
        form[120:160, left : left + 36] = np.minimum(form[120:160, left : left + 36], digit)
    Image.fromarray(form).save(folder / "form.png")
    return Writing(folder / "page.png", text.splitlines(), folder / "form.png")


@contextmanager
def serving(data_dir: Path) -> Iterator[tuple[Any, Client]]:
    """Serve two of the shipped networks on a machine without MNIST."""
    environment = {"INKDIGITS_DATA": "", "XDG_CACHE_HOME": str(data_dir / "cache"), "OMP_NUM_THREADS": "1"}
    options = [option for name in MODELS for option in ("--model", str(SHIPPED_MODELS / name))]
    with server_process(data_dir, *options, environment=environment) as started:
        yield started


@contextmanager
def visiting(browser: Any, client: Client, words: Words) -> Iterator[Visit]:
    visit = Visit(browser, client.address, locale=words.locale, permissions=["clipboard-read", "clipboard-write"])
    yield visit
    assert axe_violations(visit.page) == []
    assert other_percentages(visit.page.inner_text("body")) == []
    assert visit.fits()
    visit.context.close()
    assert visit.complaints == []


def lines_read(visit: Visit, page: Path) -> list[str]:
    """Return what the networks in use read of a page, whatever was corrected."""
    visit.give(page)
    visit.page.locator("#answer[aria-busy=false] #lines input").first.wait_for()
    return visit.text_of("#text").splitlines()


def copied(visit: Visit, words: Words) -> str:
    visit.page.locator("#copy").click()
    visit.wait_for("#toast-words", words.copied)
    # The page may not look at the clipboard, but what it holds can be pasted.
    visit.page.evaluate("() => document.body.append(document.createElement('textarea'))")
    visit.page.locator("body > textarea").press("Control+v")
    text = str(visit.page.locator("body > textarea").input_value())
    visit.page.evaluate("() => document.querySelector('body > textarea').remove()")
    return text


def change(visit: Visit, field: Any, text: str, count: int) -> None:
    field.fill(text)
    field.press("Enter")
    visit.wait_for("#corrections-count", str(count))


def exported_texts(visit: Visit) -> list[str]:
    with visit.page.expect_download() as download:
        visit.page.locator("#export").click()
    archive = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    _, *rows = csv.reader(io.StringIO(archive.read(".lines/labels.csv").decode()))
    assert {f".lines/{name}" for name, _ in rows} < set(archive.namelist())
    return [text for _, text in rows]


def correct_lines(visit: Visit, words: Words, writing: Writing) -> list[str]:
    """Correct every line that is read wrong, one of them twice because the first one is undone."""
    read = lines_read(visit, writing.page)
    pairs = enumerate(zip(read, writing.lines, strict=True))
    wrong = [(number, was, text) for number, (was, text) in pairs if was != text]
    assert len(wrong) >= 2, "the shipped networks read this hand already: draw an odder one"
    for count, (number, was, text) in enumerate(wrong, start=1):
        field = visit.page.get_by_label(words.line.format(number + 1), exact=True)
        change(visit, field, text, count)
        if count == 1:
            visit.page.get_by_role("button", name=words.undo.format(was, text)).click()
            visit.page.locator("#corrections-none").wait_for()
            assert visit.text_of("#text").splitlines() == read
            change(visit, field, text, count)
    rows = [words.corrected.format(was, text) for _, was, text in wrong]
    assert visit.page.locator("#corrections li span").all_text_contents() == rows[::-1]
    assert copied(visit, words).splitlines() == writing.lines
    return [text for _, _, text in wrong]


def correct_cell(visit: Visit, words: Words, writing: Writing, before: list[str]) -> None:
    """Fill in the cell that isn't read, and see the corrections of another visit in the list, too."""
    visit.give(writing.form)
    visit.page.locator("#tables input").first.wait_for()
    change(visit, visit.page.locator("#tables input").nth(3), "99", len(before) + 1)
    assert copied(visit, words) == "12345\n799"
    assert exported_texts(visit) == [*before, "99"]


def teach(visit: Visit, words: Words, count: int) -> None:
    visit.page.get_by_role("button", name=words.teach.format(count)).click()
    visit.page.wait_for_function("() => document.getElementById('teach-bar').value > 0.06", timeout=TEACHING_MS)


def decide(visit: Visit, words: Words, writing: Writing, read_before: list[str]) -> None:
    """Look at the figures, try the new networks, use them, and go back."""
    result = visit.client.get("/v1/teaching").json["result"]
    learned = result["learned"]["lines"]
    right = {when: round(learned[when] * learned["examples"]) for when in ("old", "new")}
    assert right["new"] > right["old"]
    assert visit.text_of("#teach-verdict").startswith(words.verdict.format(count=learned["examples"], **right))
    shown = [row.locator("td").all_text_contents()[:2] for row in visit.page.locator("#teach-rows tr").all()]
    measured = [learned, result["mnist"], result["composed"]]
    assert shown == [[percent(figures[when]) for when in ("old", "new")] for figures in measured]
    main = words.use if result["recommended"] else words.keep
    assert visit.page.locator("#teach-decide .primary").all_inner_texts() == [main]
    assert visit.page.locator("#teach-decide button").first.inner_text() == main

    visit.page.locator("#teach-try").check()
    assert lines_read(visit, writing.page) == read_before, "the networks in use go on"
    visit.page.locator("#trial.other").wait_for()
    tried = str(visit.page.locator("#trial").text_content())

    visit.page.locator("#teach-accept").click()
    visit.wait_for("#teach-message", words.accepted)
    visit.page.wait_for_function(
        "title => RegExp(`^${title}$`).test(document.getElementById('teach-used-title').textContent)", arg=words.in_use
    )
    # The picture is read again by itself; after that with the same answer.
    told = "words => document.getElementById('answerer').textContent.includes(words)"
    visit.page.wait_for_function(told, arg=words.taught)
    read_after = visit.text_of("#text").splitlines()
    assert ", ".join(read_after) in tried
    assert lines_read(visit, writing.page) == read_after
    assert exact(read_after, writing) > exact(read_before, writing)

    visit.page.locator("#teach-back").click()
    visit.wait_for("#teach-message", words.went_back)
    assert not visit.page.locator("#teach-used").is_visible()
    visit.wait_for("#text", "\n".join(read_before))
    assert words.taught not in visit.text_of("#answerer")


def exact(read: list[str], writing: Writing) -> int:
    return len(set(read) & set(writing.lines))


def test_a_hand_is_taught_in_two_languages_although_the_server_is_killed(
    browser: Any, tmp_path: Path, writing: Writing
) -> None:
    data_dir = tmp_path / "data"
    with serving(data_dir) as (process, client):
        with visiting(browser, client, ENGLISH) as english:
            read_before = lines_read(english, writing.page)
            texts = correct_lines(english, ENGLISH, writing)
        with visiting(browser, client, KOREAN) as korean:
            correct_cell(korean, KOREAN, writing, texts)
            teach(korean, KOREAN, len(texts) + 1)
        process.kill()
        process.wait()
    with lock(data_dir / "teaching.lock", timeout_s=TIMEOUT_S):
        pass  # the teaching has noticed, too, and ended

    with serving(data_dir) as (_, client), visiting(browser, client, ENGLISH) as english:
        assert english.page.locator("#corrections li").count() == len(texts) + 1
        assert exported_texts(english) == [*texts, "99"]
        assert not english.page.locator("#teach-result").is_visible()
        assert lines_read(english, writing.page) == read_before
        teach(english, ENGLISH, len(texts) + 1)
        with visiting(browser, client, KOREAN) as korean:
            assert korean.page.locator("#teach-running").is_visible()
        english.page.locator("#teach-result").wait_for(timeout=TEACHING_MS)
        shutil.copytree(data_dir, tmp_path / "copy")
        decide(english, ENGLISH, writing, read_before)
    with serving(tmp_path / "copy") as (_, client), visiting(browser, client, KOREAN) as korean:
        decide(korean, KOREAN, writing, read_before)
