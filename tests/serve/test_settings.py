from inkdigits.serve.settings import Limits


def test_default_limits_are_those_of_the_documentation():
    usual = Limits()
    assert (usual.max_picture_bytes, usual.max_pixels, usual.max_batch) == (10_000_000, 40_000_000, 256)
