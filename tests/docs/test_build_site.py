"""The site's links are followed, and nothing is fetched from elsewhere."""

import build_site


def site_of(folder, **pages):
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text, "utf-8")
    return list(build_site.faults(folder))


def test_links_that_lead_somewhere_are_no_faults(tmp_path):
    (tmp_path / "style.css").touch()
    first = '<link rel="stylesheet" href="style.css?v=1"><a href="second.html#place">x</a><a href="https://a.b/">y</a>'
    assert site_of(tmp_path, first=first, second='<p id="place"><a href="#">top</a>') == []


def test_links_that_lead_nowhere_are_told(tmp_path):
    first = '<a href="gone.html">x</a><a href="second.html#gone">y</a><a href="#gone">z</a><img src="gone.png">'
    assert site_of(tmp_path, first=first, second="") == [
        "first.html: gone.html: there is no such file",
        "first.html: second.html#gone: no such place on that page",
        "first.html: #gone: no such place on that page",
        "first.html: gone.png: there is no such file",
    ]


def test_what_would_be_fetched_from_elsewhere_is_told(tmp_path):
    page = '<script src="https://cdn.example/x.js"></script><link rel="stylesheet" href="//cdn.example/x.css">'
    assert len(site_of(tmp_path, page=page)) == 2


def test_pages_whose_source_has_gone_are_removed(tmp_path):
    kept = [tmp_path / "index.html", tmp_path / "search.html", tmp_path / "ko" / "index.html"]
    gone = [tmp_path / "gone.html", tmp_path / "ko" / "how-to" / "gone.html"]
    for path in kept + gone:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    build_site.remove_stale(tmp_path)
    assert sorted(tmp_path.rglob("*.html")) == sorted(kept)
