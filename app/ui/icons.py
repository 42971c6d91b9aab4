"""Monochrome icons that take their colour from the palette in use.

Qt renders ``currentColor`` black, so the colour is written into the SVG text before rendering. Each icon holds its
picture at 1× and 2× for the normal, disabled and selected state; a theme change makes them anew.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap

from app.paths import resource

SIZE = 18
"""Icon side in device-independent pixels."""


def icon(name: str, colour: QColor | None = None) -> QIcon:
    """The icon ``resources/icons/<name>.svg`` in the colours of the application's palette (or one colour)."""
    colours = QGuiApplication.palette()
    made = QIcon()
    for mode, group, role in (
        (QIcon.Mode.Normal, QPalette.ColorGroup.Active, QPalette.ColorRole.ButtonText),
        (QIcon.Mode.Disabled, QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText),
        (QIcon.Mode.Selected, QPalette.ColorGroup.Active, QPalette.ColorRole.HighlightedText),
    ):
        tint = (colour if mode is QIcon.Mode.Normal else None) or colours.color(group, role)
        for scale in (1, 2):
            made.addPixmap(pixmap(name, tint, scale=scale), mode)
    return made


def pixmap(name: str, colour: QColor, *, size: int = SIZE, scale: float = 1) -> QPixmap:
    """One picture of an icon, ``size`` × ``size`` device-independent pixels at the given device pixel ratio."""
    return _pixmap(name, colour.name(QColor.NameFormat.HexArgb), size, scale)


@lru_cache(maxsize=512)
def _pixmap(name: str, colour: str, size: int, scale: float) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer

    tint = QColor(colour)
    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", tint.name()).encode()))
    made = QPixmap(round(size * scale), round(size * scale))
    made.setDevicePixelRatio(scale)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setOpacity(tint.alphaF())
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return made


@lru_cache(maxsize=256)
def _source(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")
