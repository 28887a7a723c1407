"""Which labels of a data set are probably wrong, and why. Numbers only; the page is in `learn/report/review`.

`out_of_fold.py` trains networks that have not seen the digits they judge, several at a time. `suspects.py` ranks the
labels by confident learning (cleanlab) and finds the digits that each suspect looks like. `odd_digits.py` finds digits
that look like nothing else, `near_duplicates.py` test digits that are nearly in the training set. `review.py` calls
them in turn.
"""

from inkdigits.learn.evaluation.label_review.review import LabelReview, review_labels

__all__ = ["LabelReview", "review_labels"]
