"""Which of several runs reads better, and whether it is chance. Knows runs and numbers; nothing of charts and pages.

`entrants.py` opens what is compared, `compare.py` measures it on the same digits, `paired.py` has the statistics,
`sentences.py` says the result in words, and `records.py` holds it.
"""

from inkdigits.learn.evaluation.comparison.compare import compare_entrants
from inkdigits.learn.evaluation.comparison.entrants import Entrant, open_entrants
from inkdigits.learn.evaluation.comparison.records import Comparison

__all__ = ["Comparison", "Entrant", "compare_entrants", "open_entrants"]
