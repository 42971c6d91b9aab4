"""How marked words look: a quiet line under what states an attribute, red under what is contradicted.

What is denied ("no hat") has a dotted line, what is no word a wavy one; words that speak of the class under
the pointer lie in a box.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPalette, QPen, QPolygonF, QTextLayout, QTextOption

if TYPE_CHECKING:
    from app.ui.captions.editor import CaptionEditor
    from app.ui.captions.words import Word

_RED = {False: QColor("#c62828"), True: QColor("#ff8a80")}
_AMBER = {False: QColor("#a86a00"), True: QColor("#e0a94a")}
_QUIET_ALPHA = {False: 120, True: 130}
# Marks lie over the letters: a tint any stronger would make them hard to read. It is no class's colour: that of skin
# is red, which says "contradicted" here.
_LIT_ALPHA, _HOVER_ALPHA = 60, 40
_WAVE = 2


class Layout:
    """Where the characters of a line stand; kept while the text is the same and nobody says ``forget``."""

    def __init__(self) -> None:
        self._text: str | None = None
        self._laid = QTextLayout()

    def forget(self) -> None:
        """The font is another one."""
        self._text = None

    def of(self, text: str, font: QFont) -> Layout:
        """Of this text now."""
        if text != self._text:
            self._text = text
            option = QTextOption()
            option.setWrapMode(QTextOption.WrapMode.NoWrap)
            option.setFlags(QTextOption.Flag.IncludeTrailingSpaces)
            self._laid = QTextLayout(text, font)
            self._laid.setTextOption(option)
            self._laid.beginLayout()
            self._laid.createLine()
            self._laid.endLayout()
        return self

    def x(self, position: int) -> float:
        """The left edge of a character, from that of the line."""
        # PySide returns the position with it, which its stubs call an object.
        x, _position = cast("tuple[float, int]", self._laid.lineAt(0).cursorToX(position))
        return x


def amber(palette: QPalette) -> QColor:
    """The colour of what is worth a look."""
    return _AMBER[is_dark(palette)]


def is_dark(palette: QPalette) -> bool:
    """Whether text is light on dark."""
    return palette.color(QPalette.ColorRole.Base).lightness() < 128


def red(palette: QPalette) -> QColor:
    """The colour of what is contradicted."""
    return _RED[is_dark(palette)]


def paint_marks(painter: QPainter, editor: CaptionEditor, lit: int, hovered: Word | None) -> None:
    """The marks of all words of an editor."""
    dark = is_dark(editor.palette())
    quiet = editor.palette().color(QPalette.ColorRole.Text)
    quiet.setAlpha(_QUIET_ALPHA[dark])
    height = editor.fontMetrics().height()
    top = (editor.height() - height) // 2
    base = top + editor.fontMetrics().ascent() + 2
    on_class = QPainterPath()
    places = [place for word in editor.words for place in (word.start, word.end)]
    edges = iter(editor.edges(places))
    for word in editor.words:
        left, right = next(edges), next(edges)
        box = QRect(left - 1, top, right - left + 2, height)
        if word.bits & lit:
            one = QPainterPath()
            one.addRoundedRect(QRectF(box).adjusted(-1.5, -0.5, 1.5, 0.5), 3, 3)
            on_class |= one
        if word == hovered:
            painter.fillRect(box, QColor(quiet.red(), quiet.green(), quiet.blue(), _HOVER_ALPHA))
        if word.is_wrong:
            painter.fillRect(QRect(left, base, right - left, 2), _RED[dark])
        elif word.is_misspelt:
            _wave(painter, left, right, base, _AMBER[dark])
        elif word.fact is not None:
            is_denied = not word.fact.value and word.fact.attribute != "Male"
            painter.setPen(QPen(quiet, 1, Qt.PenStyle.DotLine if is_denied else Qt.PenStyle.SolidLine))
            painter.drawLine(left, base, right - 1, base)
    if not on_class.isEmpty():
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = editor.palette().color(QPalette.ColorRole.Highlight)
        painter.strokePath(on_class, QPen(colour, 1.5))
        colour.setAlpha(_LIT_ALPHA)
        painter.fillPath(on_class, colour)


def _wave(painter: QPainter, left: int, right: int, base: int, colour: QColor) -> None:
    painter.setPen(QPen(colour, 1))
    steps = range((right - left) // _WAVE + 1)
    painter.drawPolyline(QPolygonF([QPointF(left + _WAVE * step, base + step % 2 * _WAVE) for step in steps]))
