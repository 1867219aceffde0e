"""Where the program's own files and the user's files lie, in a checkout and in an installed wheel alike."""

from functools import cache
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent.parent


def _mapped(name: str) -> Path:
    inside = _PACKAGE / f"_{name}"
    return inside if inside.is_dir() else _PACKAGE.parent / name


@cache
def resources() -> Path:
    """Return the folder of icons, fonts, themes and templates."""
    return _mapped("resources")


@cache
def translations() -> Path:
    """Return the folder of the compiled message catalogues."""
    return _mapped("translations")


def data_home() -> Path:
    """Return the folder of this user's desk data; it is made by whoever writes there."""
    return Path(platformdirs.user_data_dir("ccbs-desk", appauthor=False))
