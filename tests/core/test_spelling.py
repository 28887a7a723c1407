from inkdigits.core.spelling import suggest


def test_the_most_similar_word_is_suggested():
    assert suggest("sofmax", ["relu", "softmax", "softplus"], "choose one") == "did you mean softmax?"


def test_without_a_similar_word_there_is_other_advice():
    assert suggest("zebra", ["relu", "softmax"], "choose one") == "choose one"
    assert suggest("", [], "choose one") == "choose one"
