"""The sentence: “Painting l_brow · only where skin · others: show it · any tone · locked: hair”.

Every word is a menu. Where the strip is narrow, what is as usual shrinks to a picture first and the class last; the
tool tip has the whole sentence at any width.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.messages import Label, tooltip
from app.ui.strip.word import Word

SEPARATOR = " · "
_LEAST = 60


class Sentence(QWidget):
    """Shows words one after the other. ``show_words`` says which, ``tell`` puts a text in their place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stripSentence")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._words: tuple[Word, ...] = ()
        self._shrinking: tuple[Word, ...] = ()
        self._lead = ""
        self._told = ""
        self._lead_label = Label("", self, name="stripLead", muted=True)
        self._told_label = Label("", self, name="stripTold")
        self._told_label.hide()

    def text(self) -> str:
        """What is read here."""
        return self._told or SEPARATOR.join(
            [*([self._lead] if self._lead else []), *(word.reading.whole for word in self._words)]
        )

    def show_words(self, words: Sequence[Word], *, lead: str = "", shrinking: Sequence[Word] = ()) -> None:
        """These words are shown, after the plain text ``lead``; ``shrinking``: the least important first."""
        for word in self.findChildren(Word):
            if word not in words:
                word.hide()
        self._words, self._shrinking, self._lead = tuple(words), tuple(shrinking), lead
        self._told = ""
        self._place()

    def tell(self, text: str, role: QPalette.ColorRole = QPalette.ColorRole.WindowText) -> None:
        """This text is read instead of the words, until ``show_words``."""
        self._told = text
        self._told_label.setForegroundRole(role)
        self._place()

    def sizeHint(self) -> QSize:
        return QSize(400, self.fontMetrics().height() + 8)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._place()

    def _place(self) -> None:
        """Give every word its place, as long as there is room in full."""
        self.setAccessibleName(self.text())
        self.setToolTip(tooltip(self.text()))
        told = bool(self._told)
        self._told_label.setVisible(told)
        self._lead_label.setVisible(bool(self._lead) and not told)
        for word in self._words:
            word.setVisible(not told)
        if told:
            self._fit_label(self._told_label, self._told, 0, self.width())
            return
        widths = self._widths()
        x = 0
        if self._lead:
            lead = self._lead_width() if self._words else self.width()
            lead = min(lead, max(_LEAST, self.width() - sum(widths) - self._gap() * len(widths)))
            self._fit_label(self._lead_label, self._lead, 0, lead)
            x = lead + self._gap()
        height = self.fontMetrics().height() + 8
        for word, width in zip(self._words, widths, strict=True):
            width = max(0, min(width, self.width() - x))
            word.setGeometry(QRect(x, (self.height() - height) // 2, width, height))
            x += width + self._gap()
        self.update()

    def _widths(self) -> list[int]:
        """The width of each word, short where it must be."""
        short: set[Word] = set()
        left = list(self._shrinking)
        while True:
            widths = [word.width_at(short=word in short) for word in self._words]
            lead = self._lead_width() + self._gap() if self._lead else 0
            if lead + sum(widths) + self._gap() * (len(widths) - 1) <= self.width() or not left:
                break
            short.add(left.pop(0))
        for word in self._words:
            word.is_short = word in short
            word.update()
        return widths

    def _lead_width(self) -> int:
        return self.fontMetrics().horizontalAdvance(self._lead) + 8

    def _gap(self) -> int:
        return self.fontMetrics().horizontalAdvance(SEPARATOR)

    def _fit_label(self, label: Label, text: str, x: int, width: int) -> None:
        label.setText(self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width))
        label.setGeometry(QRect(x, 0, width, self.height()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._told:
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        shown = [self._lead_label] * bool(self._lead) + list(self._words)
        for widget in shown[:-1]:
            place = QRect(widget.geometry().right() + 1, 0, self._gap(), self.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, "·")
