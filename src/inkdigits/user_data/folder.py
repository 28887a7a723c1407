"""Where a user's corrections and adapted networks are. Knows nothing of what is in them."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import platformdirs

from inkdigits.core.atomic import storage_errors


def default_data_dir() -> Path:
    """Return the folder of corrections and adapted networks that is used unless the user names another."""
    return Path(platformdirs.user_data_dir("inkdigits"))


def registry_dir(data_dir: Path, models: Path | Sequence[Path] | None) -> Path:
    """Return the folder for the networks that were adapted from others.

    Args:
        data_dir: The user's data folder.
        models: The files of the networks that were adapted; None or none for the shipped ones.

    Returns:
        What `ModelRegistry` takes: the data folder itself for the shipped networks, or one below it for others.

    Raises:
        StorageError: A file can't be read.
    """
    files = [models] if isinstance(models, Path) else sorted(models or ())
    if not files:
        return data_dir
    digest = hashlib.sha256()
    for file in files:
        with storage_errors(file):
            digest.update(file.read_bytes())
    return data_dir / "models" / digest.hexdigest()[:16]
