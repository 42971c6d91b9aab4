"""Opening a dataset from the window: the document with its way back to this thread, or the reasons why not."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.document.document import Document
from app.faces.errors import FaceDataError
from app.formats.registry import BUILT_IN
from app.ui.bridge import Bridge
from app.ui.faults import LOG
from app.workbench.open import open_document


def open_dataset(
    bridge: Bridge, folder: Path, *, layout: str | None = None, scheme: str | None = None
) -> tuple[Document | None, str]:
    """The open document, or None and why the folder cannot be opened, a reason per line."""
    QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
    try:
        document = open_document(folder, layout=layout, scheme=scheme, post=bridge.post)
    except FaceDataError as error:
        LOG.info("not opened: %s", type(error).__name__)
        return None, _a_line_per_layout(str(error))
    except OSError as error:
        LOG.info("not opened: errno %s", error.errno)
        return None, error.strerror or type(error).__name__
    finally:
        QApplication.restoreOverrideCursor()
    bridge.attach(document)
    LOG.info("opened: layout %s, %d samples", document.store.layout, len(document.store.sample_ids))
    return document, ""


def _a_line_per_layout(text: str) -> str:
    """Why each layout does not fit, below each other; semicolons inside of a reason stay."""
    for layout in BUILT_IN:
        for mark in (";", "."):
            text = text.replace(f"{mark} {layout.title}: ", f".\n{layout.title}: ")
    return text
