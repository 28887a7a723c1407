import hashlib

import pytest

from inkdigits.core.errors import StorageError
from inkdigits.user_data.folder import registry_dir


def test_networks_adapted_from_others_have_a_folder_of_their_own(tmp_path):
    one, other = tmp_path / "one.onnx", tmp_path / "other.onnx"
    one.write_bytes(b"one")
    other.write_bytes(b"other")
    assert registry_dir(tmp_path, None) == registry_dir(tmp_path, []) == tmp_path
    alone = registry_dir(tmp_path, one)
    assert alone == registry_dir(tmp_path, [one]) == tmp_path / "models" / hashlib.sha256(b"one").hexdigest()[:16]
    both = registry_dir(tmp_path, [one, other])
    assert both == registry_dir(tmp_path, [other, one])
    assert len({alone, both, registry_dir(tmp_path, other)}) == 3
    with pytest.raises(StorageError):
        registry_dir(tmp_path, tmp_path / "gone.onnx")
