"""A word of the strip's sentence: it reads as text, and a click on it offers what else it could say."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QCursor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPolygonF,
)
from PySide6.QtWidgets import QMenu, QStyle, QStyleOptionToolButton, QToolButton, QWidget

from app.faces.classes import RGB
from app.ui.icons import pixmap
from app.ui.messages import tooltip

PADDING, GAP, CHEVRON, ICON = 4, 4, 7, 15
_LEAST_TEXT = 24


@dataclass(frozen=True, slots=True)
class Reading:
    """What a word says now. Where there is little room, ``short`` alone, beside ``icon``; both may be empty."""

    text: str
    before: str = ""
    """Words before it that cannot be clicked apart from it: ``others:``."""
    short: str = ""
    icon: str = ""
    swatch: RGB | None = None

    @property
    def whole(self) -> str:
        """The word with what stands before it."""
        return f"{self.before} {self.text}".lstrip()


class Word(QToolButton):
    """Shows a reading; ``title`` says to people who do not see it what is chosen here."""

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.title = title
        self._reading = Reading("")
        self.is_short = False
        self.setAutoRaise(True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def setMenu(self, menu: QMenu) -> None:
        super().setMenu(menu)
        menu.aboutToHide.connect(self._on_menu_hides)

    def _on_menu_hides(self) -> None:
        # The pointer left while the menu had it, which nobody tells the button: it would stay lit.
        self.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, self.rect().contains(self.mapFromGlobal(QCursor.pos())))
        self.update()

    @property
    def reading(self) -> Reading:
        """What it says."""
        return self._reading

    def read(self, reading: Reading) -> None:
        """It says this from now on."""
        if reading == self._reading:
            return
        self._reading = reading
        self.setText(reading.text)
        self.setAccessibleName(f"{self.title}: {reading.text}")
        self.setToolTip(tooltip(f"{self.title}: {reading.text}"))
        self.update()

    def width_at(self, *, short: bool) -> int:
        """How wide it is in full, or short."""
        metrics, reading = self.fontMetrics(), self._reading
        width = 2 * PADDING + GAP + CHEVRON + 1
        if reading.swatch is not None:
            width += 12 + GAP
        if not short:
            if reading.before:
                width += metrics.horizontalAdvance(f"{reading.before} ")
            return width + self._bold().horizontalAdvance(reading.text)
        if reading.icon:
            width += ICON + (GAP if reading.short else 0)
        return width + self._bold().horizontalAdvance(reading.short)

    def sizeHint(self) -> QSize:
        return QSize(self.width_at(short=self.is_short), self.fontMetrics().height() + 8)

    def minimumSizeHint(self) -> QSize:
        return QSize(2 * PADDING + _LEAST_TEXT, self.sizeHint().height())

    def _bold(self) -> QFontMetrics:
        font = self.font()
        font.setBold(True)
        return QFontMetrics(font, self)

    def paintEvent(self, _event: QPaintEvent) -> None:
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        option.text, option.features = "", QStyleOptionToolButton.ToolButtonFeature.None_
        painter = QPainter(self)
        self.style().drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option, painter, self)
        colours = self.palette()
        plain = colours.color(QPalette.ColorRole.PlaceholderText)
        strong = colours.color(QPalette.ColorRole.WindowText)
        x, right = PADDING, self.width() - PADDING - CHEVRON - GAP
        reading = self._reading
        if self.is_short and reading.icon:
            painter.drawPixmap(
                x, (self.height() - ICON) // 2, pixmap(reading.icon, strong, size=ICON, scale=self.devicePixelRatioF())
            )
            x += ICON + GAP
        if reading.before and not self.is_short:
            x += self._write(painter, x, right, f"{reading.before} ", plain)
        if reading.swatch is not None:
            painter.fillRect(x, (self.height() - 12) // 2, 12, 12, QColor(*reading.swatch))
            painter.setPen(colours.color(QPalette.ColorRole.Mid))
            painter.drawRect(x, (self.height() - 12) // 2, 11, 11)
            x += 12 + GAP
        font = self.font()
        font.setBold(True)
        painter.setFont(font)
        self._write(painter, x, right, reading.short if self.is_short else reading.text, strong)
        self._draw_chevron(painter, plain)

    def _write(self, painter: QPainter, x: int, right: int, text: str, colour: QColor) -> int:
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(text.rstrip(), Qt.TextElideMode.ElideRight, max(0, right - x))
        painter.setPen(colour)
        painter.drawText(QRect(x, 0, max(0, right - x), self.height()), Qt.AlignmentFlag.AlignVCenter, shown)
        return metrics.horizontalAdvance(text)

    def _draw_chevron(self, painter: QPainter, colour: QColor) -> None:
        middle, left = self.height() / 2 + 0.5, self.width() - PADDING - CHEVRON
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = painter.pen()
        pen.setColor(colour)
        pen.setWidthF(1.4)
        painter.setPen(pen)
        points = [(left, middle - 1.5), (left + CHEVRON / 2, middle + 2), (left + CHEVRON, middle - 1.5)]
        painter.drawPolyline(QPolygonF([QPointF(*point) for point in points]))


class StayingMenu(QMenu):
    """A menu in which several ticks can be set before it goes."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        action = self.activeAction()
        if action is not None and action.isCheckable() and action.isEnabled():
            action.trigger()
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Space ticks and stays, Enter ticks and goes, as people expect of a list of ticks.
        action = self.activeAction()
        if event.key() == Qt.Key.Key_Space and action is not None and action.isCheckable() and action.isEnabled():
            action.trigger()
            return
        super().keyPressEvent(event)
