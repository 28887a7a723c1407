from inkdigits.core.formatting import percent


def test_only_everything_is_a_hundred_percent() -> None:
    assert percent(1.0) == "100.00 %"
    assert percent(0.999996) == "99.99 %"
    assert percent(0.9999, 1) == "99.9 %"
