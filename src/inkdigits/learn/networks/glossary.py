"""What the words of a network's summary mean, for readers who meet them the first time. Knows no torch."""

from collections.abc import Sequence

from inkdigits.learn.networks.summary import SummaryRow

_TERMS = {
    "flatten": "the picture's rows are put one after the other into a single list of numbers; nothing is computed",
    "dense": "each output is a weighted sum of all inputs; the number says how many outputs there are",
    "conv": "small windows slide over the picture, each filter looks for one pattern and draws a map of where it is",
    "same": "the picture gets an empty border, so that the map is as large as the picture",
    "valid": "windows stay inside the picture, so that the map is a little smaller than the picture",
    "stride": "windows move on by so many pixels; 2 halves the map",
    "max pool": "of each small window only the largest value is kept, so that the map becomes smaller",
    "average pool": "each small window is replaced by its mean, so that the map becomes smaller",
    "global average pool": "each map is replaced by its mean, one number a map",
    "columns": "the maps are read from left to right, one vector a column",
    "steps": "a vector for each step from left to right",
    "batch norm": "values are brought to a common mean and spread, which makes learning faster",
    "dropout": "while training, this share of values is set to 0 at random, against learning by heart",
    "relu": "negative values become 0",
    "gelu": "negative values become almost 0, with a smooth bend",
    "tanh": "values are squeezed between -1 and 1",
    "sigmoid": "values are squeezed between 0 and 1",
    "softmax": "the outputs become probabilities that sum to 1, one for each class",
}


def explain_terms(rows: Sequence[SummaryRow]) -> list[tuple[str, str]]:
    """Return the words of a summary that need explaining, with what they mean, in the order they appear.

    Args:
        rows: The layers.

    Examples:
        >>> [term for term, _ in explain_terms([SummaryRow("conv 5x5, 32 filters, same, relu", (32, 28, 28), 832)])]
        ['conv', 'same', 'relu']
    """
    parts = [part for row in rows for part in row.name.split(", ")]
    # Longer terms first: "global average pool" is no "average pool".
    terms = sorted(_TERMS, key=len, reverse=True)
    found = [next((term for term in terms if part == term or part.startswith(f"{term} ")), None) for part in parts]
    return [(term, _TERMS[term]) for term in dict.fromkeys(found) if term]
