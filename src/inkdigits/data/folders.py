"""Where data lies on this machine: folders that the user names, and the cache. Knows no data set."""

import os
from pathlib import Path

import platformdirs

from inkdigits.core.errors import DataError

VARIABLE = "INKDIGITS_DATA"
"""The environment variable that names a folder with data."""


def local_folders(data_dir: Path | None) -> list[Path]:
    """Return the folders that the user named, those to look in first.

    Args:
        data_dir: A folder; None for none.

    Returns:
        `data_dir` and $INKDIGITS_DATA, as far as there are such.

    Raises:
        DataError: `data_dir` doesn't exist.
    """
    if data_dir is not None and not data_dir.is_dir():
        raise DataError(
            f"the data folder {data_dir} does not exist",
            expected="a folder with the files of the data set",
            mend="check the path",
        )
    variable = os.environ.get(VARIABLE)
    return [folder for folder in (data_dir, Path(variable) if variable else None) if folder is not None]


def cache_folder(name: str) -> Path:
    """Return the folder of the user's cache where downloads are kept; it may be missing.

    Args:
        name: Of the folder.
    """
    return Path(platformdirs.user_cache_dir("inkdigits")) / name
