"""How well a network did and why it failed, in numbers. Knows arrays and runs; nothing of charts and pages.

`trained_run.py` opens a run and measures it. `metrics.py` has the metrics of a split, `calibration.py` the reliability
curve, `mistakes.py` the misread digits, `neighbours.py` and `attribution.py` their explanation. `seed_summary.py` sums
up several runs, and `temperature.py` fits the temperature of an export. `verdict/` judges a training, and `comparison/`
says which of several runs is better.

To add a metric, compute it in `metrics.compute_metrics`, add a field to `Evaluation` and to its `to_dict`, and show it
in `cli/evaluate.py` and `report/template/page.html`.
"""
