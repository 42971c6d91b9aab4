"""Small labels that lie over a canvas: what is hidden, and the brush size while it changes."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from app.faces.classes import CLASSES
from app.ui.session import Session

CHIP = "background: rgba(0, 0, 0, 170); color: #eeeeee; padding: 3px 8px; border: none; border-radius: 4px"
_BUBBLE_MS = 900


def _tr(text: str) -> str:
    return QCoreApplication.translate("canvas", text)


def take_pointer(widget: QWidget) -> None:
    """The pointer came from a canvas onto something that lies on it: Qt tells the canvas nothing, and the brush's
    outline would stay where it was."""
    parent = widget.parentWidget()
    if parent is not None:
        QCoreApplication.sendEvent(parent, QEvent(QEvent.Type.Leave))


class ChipButton(QPushButton):
    """A sentence on dark ground that can be clicked; hidden while it says nothing."""

    def __init__(self, parent: QWidget, *, name: str) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.hide()

    def enterEvent(self, event: QEnterEvent) -> None:
        take_pointer(self)
        super().enterEvent(event)

    def say(self, text: str) -> None:
        """Show this sentence; an empty one hides the chip."""
        if text == self.text():
            return
        self.setText(text)
        self.setAccessibleName(text)
        self.adjustSize()
        self.setVisible(bool(text))

    def sizeHint(self) -> QSize:
        return self.fontMetrics().size(0, self.text()) + QSize(16, 8)

    def paintEvent(self, _event: QPaintEvent) -> None:
        # By hand: with a style sheet this takes longer than all of the canvas beneath it, at every full repaint.
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        is_marked = self.underMouse() or self.hasFocus()
        painter.setBrush(QColor(0, 0, 0, 230 if is_marked else 170))
        painter.drawRoundedRect(self.rect(), 4, 4)
        painter.setPen(QColor("#eeeeee"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()


class HiddenBadge(ChipButton):
    """Says, as long as it is so, that not all of the mask is seen; a click shows all."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent, name="hiddenBadge")
        self._session = session
        self.setToolTip(_tr("Show all classes"))
        self.move(8, 8)
        self.clicked.connect(session.show_all)

    def refresh(self, *, has_mask: bool) -> None:
        """Say what is hidden now."""
        self.say(self._sentence() if has_mask and not self._session.bare else "")

    def _sentence(self) -> str:
        session = self._session
        if not session.overlay_on:
            return _tr("Mask hidden")
        if session.solo is not None:
            return _tr("Only {0} is shown").format(CLASSES[session.solo].title)
        count = session.hidden_count
        if count == 1:
            return _tr("1 class hidden")
        return _tr("{0} classes hidden").format(count) if count else ""


class SizeBubble(QLabel):
    """The brush size, or what else the wheel changes, beside the pointer, for as long as one looks at it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("sizeBubble")
        self.setStyleSheet(CHIP)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_BUBBLE_MS)
        self._timer.timeout.connect(self.hide)

    def show_size(self, size: int, position: QPointF) -> None:
        """Show a size in mask pixels beside a position of the parent."""
        self.show_text(_tr("{0} px").format(size), position)

    def show_text(self, text: str, position: QPointF) -> None:
        """Show a few words beside a position of the parent."""
        self.setText(text)
        self.adjustSize()
        self.move((position + QPointF(18, 18)).toPoint())
        self.show()
        self._timer.start()
