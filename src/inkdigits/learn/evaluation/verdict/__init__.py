"""What matters most about a training, in one sentence. Knows numbers; draws nothing.

`evidence.py` gathers what is judged: curves (`curves.py`), metrics of the finished network, and facts about the data.
`judge.py` looks for the faults of `faults.py` and the limits of `limits.py`, the worst first, and returns a `Verdict`
with the remarks of `details.py`. `causes.py` says why nothing was learned; `failure.py` asks for that at the end of a
training. `intervals.py` has the uncertainty of every share: no verdict stands on a
difference that chance may have made.
"""

from inkdigits.learn.evaluation.verdict.evidence import gather_evidence
from inkdigits.learn.evaluation.verdict.failure import find_failure
from inkdigits.learn.evaluation.verdict.judge import Verdict, judge

__all__ = ["Verdict", "find_failure", "gather_evidence", "judge"]
