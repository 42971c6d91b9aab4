"""What is under the pointer when something is dragged over the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QDropEvent

ARCHIVES = (".zip", ".tar")
"""Files that are datasets by themselves; any other file lies in one."""


def dropped_folder(event: QDropEvent) -> Path | None:
    """The folder or archive that is dragged; a file stands for its folder. None: nothing on this machine."""
    for url in event.mimeData().urls():
        if url.isLocalFile():
            path = Path(url.toLocalFile())
            return path if path.is_dir() or path.suffix.lower() in ARCHIVES else path.parent
    return None
