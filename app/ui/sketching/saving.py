"""A copy of what is shown, in a file of the user's choice: pixels as PNG, strokes as SVG."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QCoreApplication
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QWidget

from app.generation.sketch.drawing import LineMap, as_svg
from app.ui import messages
from app.ui.messages import sentence


def save_picture(parent: QWidget, image: QImage, name: str) -> str:
    """Ask where and write it as PNG; what became of it in words, empty where nothing was wanted."""
    path = _chosen(parent, _tr("Save the picture as PNG"), name, ".png")
    if path is None:
        return ""
    if not QImageWriter(str(path), QByteArray(b"png")).write(image):
        return _tr("{name} could not be written; choose another place.").format(name=path.name)
    return _tr("{name} is written.").format(name=path.name)


def save_strokes(parent: QWidget, strokes: LineMap, shape: tuple[int, int], name: str) -> str:
    """Ask where and write them as SVG for a picture of (H, W); what became of it in words, empty as above."""
    path = _chosen(parent, _tr("Save the strokes as SVG"), name, ".svg")
    if path is None:
        return ""
    try:
        path.write_text(as_svg(strokes, shape), encoding="utf-8")
    except OSError as error:
        return sentence(f"{path.name}: {error.strerror}")
    return _tr("{name} is written.").format(name=path.name)


def _chosen(parent: QWidget, title: str, name: str, suffix: str) -> Path | None:
    path = messages.choose_new_file(parent, title, name)
    return path if path is None or path.suffix else path.with_suffix(suffix)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Sketches", text)
