import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from helpers.percentages import other_percentages, text_of_markup
from inkdigits.core.errors import StorageError
from inkdigits.learn.evaluation.metrics import compute_metrics
from inkdigits.learn.report.content import NetworkInfo, ReportContent
from inkdigits.learn.report.languages import load_language
from inkdigits.learn.report.page import render, write_report

LARGEST_PAGE_BYTES = 5_000_000


class Elements(HTMLParser):
    """Every tag with its attributes, and the pieces of text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


@pytest.fixture(scope="module")
def page(content: ReportContent) -> str:
    return render(content)


def test_page_asks_nothing_of_the_network(page: str) -> None:
    for tag, attributes in Elements(page).tags:
        assert tag not in {"link", "iframe", "object", "embed", "base"}
        for name in ("src", "href", "xlink:href", "action", "srcset"):
            value = attributes.get(name)
            assert value is None or value.startswith(("#", "data:image/png;base64,")), (tag, name, value)
    assert "@import" not in page
    assert "url(http" not in page


def test_policy_allows_this_script_only(page: str) -> None:
    policy = next(a["content"] for t, a in Elements(page).tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-inline" not in policy.split("style-src")[0]


def test_sections_come_in_order_and_the_contents_lead_to_them(page: str) -> None:
    tags = Elements(page).tags
    sections = [attributes["id"] for tag, attributes in tags if tag == "section"]
    assert sections == [
        "summary", "data", "network", "training", "evaluation", "classes", "confusion", "reliability", "example",
        "gallery", "making",
    ]  # fmt: skip
    assert [a["href"] for t, a in tags if t == "a" and "data-label" not in a][1:] == [f"#{each}" for each in sections]


def test_ids_are_unique_and_every_picture_is_described(page: str) -> None:
    tags = Elements(page).tags
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert all(attributes.get("alt") for tag, attributes in tags if tag == "img")


def test_figures_are_those_of_the_content(page: str, content: ReportContent) -> None:
    texts = Elements(page).texts
    for shown in ("88.21 %", "92.00 %", "7,850", "797 × 28 × 28", "uci"):
        assert shown in texts
    assert any("inkdigits train softmax" in each for each in texts)
    assert f"All {len(content.mistakes)} test digits" in page


def test_the_same_content_gives_the_same_page(page: str, content: ReportContent) -> None:
    assert render(content) == page


def test_what_the_user_named_stays_text(content: ReportContent) -> None:
    nasty = ("</script><script>alert(1)</script>", '<img src=x onerror="alert(1)">', *content.classes[2:])
    page = render(
        replace(
            content,
            classes=nasty,
            title="</title><b>bold</b>",
            recipe=replace(content.recipe, toml="</code><script>alert(2)</script>", description="<i>slanted</i>"),
            dataset=replace(content.dataset, source="<u>under</u>"),
            evaluations={
                split: replace(
                    each,
                    classes=tuple(replace(c, name=name) for c, name in zip(each.classes, nasty, strict=True)),
                )
                for split, each in content.evaluations.items()
            },
        )
    )
    elements = Elements(page)
    assert not {"i", "u"} & {tag for tag, _ in elements.tags}
    assert "<b>bold</b>" not in page
    assert not [attributes for _, attributes in elements.tags if "onerror" in attributes]
    scripts = [attributes.get("type") for tag, attributes in elements.tags if tag == "script"]
    assert scripts == ["application/json", "application/json", "module"]
    record = json.loads(re.search(r'id="gallery-data">(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]
    assert record["classes"][:2] == list(nasty[:2])


def test_thousands_of_mistakes_stay_under_the_limit_and_the_page_says_so(content: ReportContent) -> None:
    crowd = tuple(
        replace(case, mistake=replace(case.mistake, index=at))
        for at, case in enumerate(content.mistakes * (10_000 // len(content.mistakes)))
    )
    # Noise in place of ink: what compresses worst.
    noise = np.random.default_rng(0).integers(0, 256, (len(crowd), 28, 28), dtype=np.uint8)
    crowd = tuple(replace(case, image=image) for case, image in zip(crowd, noise, strict=True))
    page = render(replace(content, mistakes=crowd))
    assert len(page.encode()) < LARGEST_PAGE_BYTES
    assert "surest mistakes show everything" in page
    assert "have no card" not in page


def test_enormous_texts_are_cut(content: ReportContent) -> None:
    page = render(
        replace(
            content,
            recipe=replace(content.recipe, toml="#" * 6_000_000),
            network=NetworkInfo((), 0, diagram_svg="<svg>" + " " * 6_000_000 + "</svg>"),
        )
    )
    assert len(page.encode()) < LARGEST_PAGE_BYTES
    assert "cut off here" in page


def test_words_of_the_network_are_explained(page: str) -> None:
    texts = Elements(page).texts
    assert {"flatten", "dense", "softmax"} <= set(texts)
    assert any("one after the other into a single list" in each for each in texts)


@pytest.mark.slow
def test_other_writers_are_told_where_test_digits_are_harder(content: ReportContent) -> None:
    writers = "Other people wrote the test digits."
    told = replace(content, dataset=replace(content.dataset, writers=writers))
    train = content.evaluations["train"]
    harder = replace(told, evaluations={**content.evaluations, "validation": replace(train, split="validation")})
    assert train.accuracy > content.main_evaluation.accuracy + 0.01
    summary = re.compile(r'id="writers">' + re.escape(writers) + r" That makes them harder: 88.2 %")
    assert summary.search(render(harder))
    assert writers in render(told)
    assert not summary.search(render(told))
    assert writers not in render(content)


def test_what_is_not_there_is_left_out(content: ReportContent) -> None:
    page = render(
        replace(
            content,
            mistakes=(),
            samples=(),
            tutorial_result=None,
            network=replace(content.network, diagram_svg=""),
            history=replace(content.history, val_loss=None, val_accuracy=None),
            recipe=replace(content.recipe, source=""),
        )
    )
    texts = Elements(page).texts
    assert "None: all test digits were read right." in texts
    assert not {"Samples", "Tutorial"} & set(texts)
    assert 'class="diagram' not in page
    assert "Watched while training" not in page


def test_more_classes_than_fit_are_told(content: ReportContent) -> None:
    classes = tuple(f"sign {number}" for number in range(50))
    labels = np.arange(100) % 50
    probabilities = np.full((100, 50), 0.01, np.float32)
    probabilities[np.arange(100), (labels + (np.arange(100) < 9)) % 50] = 0.51
    evaluation = compute_metrics(probabilities, labels, classes, split="validation", loss=1.0)
    page = render(
        replace(
            content,
            classes=classes,
            evaluations={"validation": evaluation},
            mistakes=(),
            example=replace(content.example, probabilities=probabilities[0]),
        )
    )
    assert "The 40 classes with the most mistakes are shown" in page
    assert "a 1 in place 0 of 50" in page
    assert "validation accuracy" in page


def test_page_and_numbers_are_written_together(content: ReportContent, tmp_path: Path) -> None:
    path = write_report(content, tmp_path)
    again = write_report(content, tmp_path)
    assert path == again == tmp_path / "report.html"
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    numbers = {each.stem: json.loads(each.read_text(encoding="utf-8")) for each in (tmp_path / "report").iterdir()}
    assert sorted(numbers) == ["evaluations", "example", "history", "mistakes", "verdict"]
    assert numbers["history"]["val_loss"] == list(content.history.val_loss or ())
    assert numbers["evaluations"]["test"]["confusion"] == content.evaluations["test"].confusion.tolist()
    assert [each["index"] for each in numbers["mistakes"]["mistakes"]] == [
        case.mistake.index for case in content.mistakes
    ]
    assert numbers["example"]["probabilities"][0] == pytest.approx(content.example.probabilities[0], abs=1e-6)
    assert not list(tmp_path.glob(".*"))


def test_a_folder_that_is_missing_is_told(content: ReportContent, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="missing"):
        write_report(content, tmp_path / "missing")


def test_it_speaks_korean(content: ReportContent, tmp_path: Path) -> None:
    path = write_report(content, tmp_path, load_language("ko"))
    page = path.read_text(encoding="utf-8")
    assert path.name == "report.ko.html"
    assert '<html lang="ko">' in page
    assert other_percentages(text_of_markup(page)) == []
    parsed = Elements(re.sub(r"<(script|style|pre)\b.*?</\1>", "", page, flags=re.DOTALL))
    words = re.findall(r"[A-Za-z][a-z]{3,}(?: [a-z]+){2,}", " ".join(parsed.texts))
    own = (content.title, content.recipe.description, content.dataset.source, content.verdict.headline)
    assert [each for each in words if not any(each in name for name in own)] == []


def test_a_recipe_of_ones_own_stays_text_in_every_language(content: ReportContent) -> None:
    own = replace(content, title="<b>100 %(x)s {y}</b>")
    for code in ("en", "ko"):
        assert "&lt;b&gt;100 %(x)s {y}&lt;/b&gt;" in render(own, load_language(code))
