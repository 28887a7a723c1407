import pytest

from inkdigits.core.errors import RunError


@pytest.mark.parametrize("device", ["tpu", "cpu:x", "cuda:99", ""])
def test_an_unknown_device_is_refused(train_small, small, device):
    with pytest.raises(RunError, match="expected one of auto, "):
        train_small(small, device=device)
