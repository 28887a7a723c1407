"""The report of a run as one web page. Knows evaluations and runs; nothing of training.

`collect.py` gathers what a run has into `content.py`'s records, `charts.py` draws, `page.py` lays out with the files of
`template/`, which `html.py` fills, and `chart_data.py` writes the numbers beside the page. `comparison/` makes the page
of several runs. What `page.html` says is in English there, and in each other language in a catalogue of `languages/`.

To add a chart, write a `draw_...` function in `charts.py` that returns an `<svg>` element, call it in `page._values`,
and place it in `template/page.html`. `HoverBand`s tell its numbers where it is pointed at. Data that it needs and no
record has goes into `content.py` and `collect.py`. Words go through `language.say`, in a template through `_` and
`trans`.
"""
