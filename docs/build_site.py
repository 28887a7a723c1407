"""Builds the site: English in build/site, Korean in build/site/ko. Warnings are errors, and links are followed.

    python docs/build_site.py [--out FOLDER]

Pages that have not changed are not built again. What a page's code does is checked by examples.py.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from extensions.pages import has_source

DOCS = Path(__file__).parent
LANGUAGES = ("en", "ko")


class Page(HTMLParser):
    """What a page links to, what it loads, and the places in it that can be linked to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.anchors: set[str] = set()
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element.

        Args:
            tag: Its name.
            attrs: Its attributes.
        """
        given = {name: value for name, value in attrs if value is not None}
        self.anchors.update(given[name] for name in ("id", "name") if name in given)
        if "href" in given and tag in ("a", "area"):
            self.links.append(given["href"])
        elif "href" in given and tag == "link":
            loaded = {"stylesheet", "icon", "preload", "prefetch"} & set(given.get("rel", "").split())
            (self.loads if loaded else self.links).append(given["href"])
        if "src" in given:
            self.loads.append(given["src"])


def faults(site: Path) -> Iterator[str]:
    """Yield links inside the site that lead nowhere, and whatever a page would fetch from elsewhere.

    Args:
        site: The folder of the built site.
    """
    pages = {path.resolve(): Page(path) for path in sorted(site.rglob("*.html"))}
    for path, page in pages.items():
        where = path.relative_to(site.resolve())
        for address in page.loads:
            scheme, host, *_ = urlsplit(address)
            if host or scheme not in ("", "data"):
                yield f"{where}: fetches {address}"
        for address in dict.fromkeys([*page.links, *page.loads]):
            scheme, host, name, _, anchor = urlsplit(address)
            if scheme or host:
                continue
            target = (path.parent / unquote(name)).resolve() if name else path
            if not target.is_file():
                yield f"{where}: {address}: there is no such file"
            elif anchor and target in pages and unquote(anchor) not in pages[target].anchors | {""}:
                yield f"{where}: {address}: no such place on that page"


def remove_stale(site: Path) -> None:
    """Remove pages whose source has gone: Sphinx leaves them.

    Args:
        site: The folder of the built site.
    """
    for path in site.rglob("*.html"):
        if not has_source(DOCS / path.relative_to(site).with_suffix("")):
            path.unlink()


def build(out: Path, language: str, *options: str) -> subprocess.Popen[bytes]:
    """Start building the pages of one language.

    Args:
        out: The folder of the site.
        language: en or ko.
        *options: More options of sphinx-build.
    """
    source, target, tags = (DOCS / "ko", out / "ko", ["-t", "ko"]) if language == "ko" else (DOCS, out, [])
    strict = ["-q", "-n", "-W", "--keep-going"]
    places = ["-c", str(DOCS), "-d", str(_state(out, language)), str(source), str(target)]
    return subprocess.Popen([sys.executable, "-m", "sphinx.cmd.build", *strict, *tags, *options, *places])


def _state(out: Path, language: str) -> Path:
    """Return where Sphinx keeps what it has read, so that it reads only what changes."""
    return out.parent / f"{out.name}.read" / language


def main() -> None:
    """Build the site and check it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=DOCS.parent / "build" / "site")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    builds = {language: build(out, language) for language in LANGUAGES[: 2 if cores > 1 else 1]}
    failed = [language for language, process in builds.items() if process.wait()]
    if cores == 1:
        failed += ["ko"] if build(out, "ko").wait() else []
    for language in failed:
        shutil.rmtree(_state(out, language))  # or the next build would be silent about what it doesn't read again
    remove_stale(out)
    found = list(faults(out))
    print("\n".join(found) or f"{out / 'index.html'}: every link inside the site leads somewhere")
    sys.exit(1 if failed or found else 0)


if __name__ == "__main__":
    main()
