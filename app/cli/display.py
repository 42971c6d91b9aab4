"""Whether a window could open at all: Qt itself would abort the process where there is no display."""

from __future__ import annotations

import os
import sys

from app.faces.errors import FaceDataError

NO_DISPLAY = "there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)"


def has_display() -> bool:
    """Whether this session has a display, or Qt was told to do without one."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def require_display() -> None:
    """Raises FaceDataError that names what works without a display."""
    if not has_display():
        raise FaceDataError(f"{NO_DISPLAY}; info, show, render and demo --offscreen work without one")
