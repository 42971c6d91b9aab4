"""Where things lie that are not part of a dataset: our resources, the user's state, logs and settings."""

from __future__ import annotations

from pathlib import Path

import platformdirs

_APP = "facewright"


def resource(*parts: str) -> Path:
    """A file shipped with the program, e.g. ``resource("icons", "brush.svg")``. Only this module knows where."""
    here = Path(__file__).resolve().parent
    packed = here / "_resources"
    return (packed if packed.is_dir() else here.parent / "resources").joinpath(*parts)


def state_folder() -> Path:
    """The user's work on datasets whose own folder cannot be written."""
    return Path(platformdirs.user_state_dir(_APP, appauthor=False))


def log_folder() -> Path:
    """Rotating logs: ids and error codes, no captions, pixels or user names."""
    return Path(platformdirs.user_log_dir(_APP, appauthor=False))


def config_folder() -> Path:
    """Settings that differ from the defaults."""
    return Path(platformdirs.user_config_dir(_APP, appauthor=False))


def data_folder() -> Path:
    """What the program makes for the user when no place is named: the demo dataset."""
    return Path(platformdirs.user_data_dir(_APP, appauthor=False))


def cache_folder() -> Path:
    """What can be made again at any time: catalogs, decoded masks, thumbnails. May be deleted whenever."""
    return Path(platformdirs.user_cache_dir(_APP, appauthor=False))
