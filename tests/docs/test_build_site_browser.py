"""The built site in a real browser: opened from its folder, without a server, in both languages."""

import os
import subprocess
import sys
from pathlib import Path

import build_site
import pytest

from helpers.axe import axe_violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}

PAGES = [
    "index.html",
    "how-to/photos.html",
    "reference/python/layers.html",
    "search.html?q=confidence",
]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The whole site, built once as `make docs` builds it: warnings are errors, and links are followed."""
    out = tmp_path_factory.mktemp("site") / "site"
    command = [sys.executable, build_site.__file__, "--out", out]
    # Sphinx only imports the package: what it runs of it is not worth half as much time again.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.fixture
def open_page(browser, site):
    """Open a page of the site: `open_page("ko/index.html", PHONE, "dark")`. It may fetch nothing from elsewhere."""
    contexts = []

    def open_(name, size=DESK, scheme="light"):
        context = browser.new_context(viewport=size, color_scheme=scheme, offline=True)
        contexts.append(context)
        page = context.new_page()
        page.asked = []
        page.errors = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.goto(f"{site.as_uri()}/{name}", wait_until="load")
        return page

    yield open_
    for context in contexts:
        context.close()


def results(page):
    page.wait_for_function("document.querySelector('.search-summary')?.innerText")
    return [link.inner_text() for link in page.query_selector_all("ul.search a")]


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "dark"), (DESK, "light")], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["", "ko/"], ids=["en", "ko"])
def test_pages_fit_fetch_nothing_and_can_be_used_by_all(open_page, language, size, scheme):
    faults = []
    for name in PAGES:
        page = open_page(language + name, size, scheme)
        if "?q=" in name:
            results(page)
        faults += [f"{name}: {fault}" for fault in axe_violations(page) + page.errors]
        faults += [f"{name} asks for {url}" for url in page.asked if not url.startswith(("file:", "data:"))]
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        faults += [f"{name} is {wide} pixels too wide"] if wide > 0 else []
    assert faults == []


def test_every_page_leads_to_its_twin(open_page, site):
    page = open_page("how-to/forms.html")
    assert page.evaluate("document.documentElement.lang") == "en"
    page.click(".language-switch a")
    page.wait_for_url("**/ko/how-to/forms.html")
    assert page.evaluate("document.documentElement.lang") == "ko"
    assert "양식과 표 읽기" in page.inner_text("h1")
    page.click(".language-switch a")
    page.wait_for_url(f"{site.as_uri()}/how-to/forms.html")


@pytest.mark.parametrize(
    ("name", "asked", "found"),
    [
        ("search.html", "trained seeds", "Train several seeds and compare"),
        ("search.html", "Reader.read", "inkdigits.Reader.read"),
        ("ko/search.html", "양식을", "양식과 표 읽기"),
        ("ko/search.html", "여러 시드로", "여러 시드로 학습하고 비교하기"),
        ("ko/search.html", "컨테이너", "서비스로 운영하기"),
    ],
)
def test_search_finds_pages_without_a_server(open_page, name, asked, found):
    page = open_page("ko/index.html" if name.startswith("ko") else "index.html")
    page.fill("input.sidebar-search", asked)
    page.press("input.sidebar-search", "Enter")
    assert any(found in title for title in results(page))
    assert page.errors == []


def test_the_interface_is_in_the_language_of_the_page(open_page):
    page = open_page("ko/how-to/forms.html")
    names = page.evaluate("[...document.querySelectorAll('[aria-label]')].map(one => one.getAttribute('aria-label'))")
    assert [name for name in names if name.isascii()] == []
    assert "이 페이지의 내용" in page.inner_text(".toc-title")
    assert "본문으로 건너뛰기" in page.text_content(".skip-to-content")


def test_the_phone_has_a_menu(open_page):
    page = open_page("ko/how-to/photos.html", PHONE)
    left = "document.querySelector('.sidebar-drawer').getBoundingClientRect().left"
    assert page.evaluate(left) < 0
    page.click(".nav-overlay-icon")
    page.wait_for_function(f"{left} >= 0")
    page.locator(".sidebar-tree a", has_text="활용 방법").first.click()
    page.wait_for_url("**/ko/how-to/index.html")


def test_code_can_be_copied(open_page):
    page = open_page("how-to/forms.html")
    assert page.locator("button.copybtn").count() > 3


def test_no_page_of_the_documents_is_left_out(site):
    pages = [path for path in Path(build_site.DOCS).rglob("*") if path.suffix in (".md", ".ipynb")]
    shown = [path for path in pages if not {"reproduce", ".ipynb_checkpoints"} & set(path.parts)]
    assert [
        path for path in shown if not (site / path.relative_to(build_site.DOCS).with_suffix(".html")).exists()
    ] == []
