import numpy as np

from inkdigits.data.load import load
from inkdigits.learn.adaptation.lines.hard_digits import hard_digits
from inkdigits.read.reader import Reader
from inkdigits.read.single import classify


def test_what_a_network_is_least_sure_of_is_among_them():
    digits, network = load("uci").test, Reader().digit_network
    of_label = classify(network, digits.images)[np.arange(len(digits)), digits.labels]
    hard = hard_digits(digits, network, seed=1)
    chosen = {image.tobytes() for image in hard.images}
    assert all(digits.images[number].tobytes() in chosen for number in np.argsort(of_label)[:20])
    assert len(hard) >= len(digits) // 3
