"""Runs the code of every page of the documents, as it stands there, in a folder with the pictures that they speak of.

    python docs/run_examples.py [PAGE...]

Code that ran before is not run again while neither it nor the package has changed: build/examples.json says which.
"""

import hashlib
import json
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

DOCS = Path(__file__).parent
ROOT = DOCS.parent
sys.path[:0] = [str(DOCS), str(ROOT / "tests")]

from page_code.blocks import PageCode, faults, page_code  # noqa: E402
from page_code.files import make_files  # noqa: E402
from page_code.runner import run_page  # noqa: E402

DONE = ROOT / "build" / "examples.json"
_CODE = ("src/inkdigits", "docs/page_code")
"""What a page's code depends on."""


def pages() -> list[PageCode]:
    """Return the code of all pages; English ones come first."""
    found = sorted(DOCS.rglob("*.md"), key=lambda path: (path.is_relative_to(DOCS / "ko"), path))
    return [page_code(path) for path in found if "reproduce" not in path.parts]


def digest(*parts: str) -> str:
    """Return a name for texts that other texts do not have.

    Args:
        *parts: Texts.
    """
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def code_digest() -> str:
    """Return a name for the state of the code that pages run."""
    files = [path for folder in _CODE for path in sorted((ROOT / folder).rglob("*")) if path.suffix in (".py", ".toml")]
    return digest(*(path.read_text("utf-8") for path in files))


def main() -> None:
    """Run what has changed."""
    chosen = [Path(name).resolve() for name in sys.argv[1:]]
    code = [one for one in pages() if not chosen or one.page.resolve() in chosen]
    wrong = [fault for one in code for fault in faults(one)]
    state = code_digest()
    done: dict[str, str] = json.loads(DONE.read_text("utf-8")) if DONE.exists() else {}
    ran = set(done) if done.get("code") == state else set()
    todo: dict[str, PageCode] = {}
    for one in code:
        name = digest(json.dumps(one.program()))
        if any(one.program()) and (name not in ran or chosen):
            todo.setdefault(name, one)
    failed = run_all(todo) if todo else {}
    wrong += [f"{todo[name].page.relative_to(ROOT)}: {failure}" for name, failure in failed.items()]
    if not chosen:
        kept = {digest(json.dumps(one.program())) for one in code} - set(failed)
        DONE.parent.mkdir(exist_ok=True)
        DONE.write_text(json.dumps({"code": state} | dict.fromkeys(sorted(kept), "ran")), "utf-8")
    print("\n".join(wrong) or f"code of the pages: {len(todo)} ran, and nothing failed")
    sys.exit(1 if wrong else 0)


def run_all(todo: dict[str, PageCode]) -> dict[str, str]:
    """Run the code of pages, on each core one, and return the failures.

    Args:
        todo: Pages by the name of their code.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with tempfile.TemporaryDirectory(prefix="inkdigits-pages-") as folder:
        # A home without anything in it, and one thread each: several run side by side.
        paths = os.pathsep.join(map(str, (ROOT / "src", ROOT / "tests", DOCS)))
        os.environ.update(HOME=folder, OMP_NUM_THREADS="1", PYTHONPATH=paths)
        files = Path(folder) / "files"
        files.mkdir()
        make_files(files)
        with ThreadPoolExecutor(cores) as threads:
            runs = {
                name: threads.submit(run_page, Path(folder) / str(number), files, one.program())
                for number, (name, one) in enumerate(todo.items())
            }
            return {name: failure for name, run in runs.items() if (failure := run.result())}


if __name__ == "__main__":
    main()
