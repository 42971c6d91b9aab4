"""A small card above a caption with something to choose from: repairs, other wordings, what the line said before.

It takes no keys and no clicks from the line, so that whoever clicked a red word to type there can go on typing; by
key (Ctrl+.) its first button gets the focus. A click elsewhere, Esc or typing puts it away.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QApplication, QCheckBox, QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.ui.messages import Label

_WIDTH, _LOWEST = 560, 80
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


@dataclass(frozen=True, slots=True)
class Offer:
    """A button: what it says, and what it does. ``keeps_open``: the card stays for what comes next."""

    text: str
    do: Callable[[], None]
    keeps_open: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """A line with a box that can be ticked; ``value`` is what it stands for."""

    text: str
    value: object


class CaptionPopup(QFrame):
    """One per window. ``show_offers`` and ``show_ticks`` fill it and put it above a widget."""

    closed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("captionPopup")
        self.setAutoFillBackground(True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(10, 8, 10, 8)
        self._column.setSpacing(4)
        self._anchor: QWidget | None = None
        self._was_focused: QWidget | None = None
        self.buttons: list[QPushButton] = []
        self.ticks: list[QCheckBox] = []
        self.hide()

    def show_offers(self, above: QWidget, parts: Sequence[str | Offer], *, focus: bool = False) -> None:
        """Texts and buttons in this order, above a widget; ``focus``: the keys go to the first button."""
        self._begin(above)
        for part in parts:
            if isinstance(part, str):
                self._column.addWidget(self._text(part))
            else:
                self._column.addWidget(self._button(part))
        self._place(above, focus=focus)

    def show_ticks(
        self,
        above: QWidget,
        title: str,
        ticks: Sequence[Tick],
        accept: Callable[[int], str],
        take: Callable[[list[object]], None],
        *,
        focus: bool = False,
    ) -> None:
        """Lines to be ticked, all of them at first. ``accept`` names the button by how many there are."""
        self._begin(above)
        self._column.addWidget(self._text(title))
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        button = self._button(
            Offer("", lambda: take([t.value for box, t in zip(self.ticks, ticks, strict=True) if box.isChecked()]))
        )

        def count() -> None:
            ticked = sum(box.isChecked() for box in self.ticks)
            button.setText(accept(ticked))
            button.setEnabled(ticked > 0)

        for tick in ticks:
            box = QCheckBox(tick.text.replace("&", "&&"))
            box.setChecked(True)
            box.toggled.connect(count)
            self.ticks.append(box)
            column.addWidget(box)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        scroll.setMinimumHeight(min(inner.sizeHint().height() + 16, 260))
        self._column.addWidget(scroll, 1)
        self._column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        count()
        self._place(above, focus=focus, width=900)

    def put_away(self) -> None:
        """Gone; the keys go back to where they were."""
        if self.isHidden():
            return
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        focused = QApplication.focusWidget()
        back = self._was_focused
        if focused is not None and self.isAncestorOf(focused) and back is not None and back.isVisible():
            back.setFocus(Qt.FocusReason.PopupFocusReason)
        self.hide()
        self.closed.emit()

    def _begin(self, above: QWidget) -> None:
        focused = QApplication.focusWidget()
        if focused is None or not self.isAncestorOf(focused):
            self._was_focused = focused
        else:
            above.setFocus(Qt.FocusReason.PopupFocusReason)
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.buttons.clear()
        self.ticks.clear()

    def _text(self, text: str) -> Label:
        self.setAccessibleName(text)
        label = Label(text)
        label.setWordWrap(True)
        return label

    def _button(self, offer: Offer) -> QPushButton:
        button = QPushButton(offer.text.replace("&", "&&"))
        button.setAutoDefault(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setStyleSheet("text-align: left; padding: 3px 8px;")

        def use() -> None:
            if not offer.keeps_open:
                self.put_away()
            offer.do()

        button.clicked.connect(use)
        self.buttons.append(button)
        return button

    def _place(self, above: QWidget, *, focus: bool, width: int = _WIDTH) -> None:
        window = self._window
        for at in range(self._column.count()):
            item = self._column.itemAt(at)
            if item is not None and (widget := item.widget()) is not None:
                widget.show()  # a layout whose parent is on screen counts new widgets only then
        corner = window.mapFromGlobal(above.mapToGlobal(QPoint(0, 0)))
        if above.window() is not window:  # a floating panel would cover the card
            corner.setY(window.mapFromGlobal(above.window().frameGeometry().topLeft()).y())
        texts = [button.sizeHint().width() + 24 for button in self.buttons]
        width = min(max(width, *texts, 0), window.width() - 16)
        self.setFixedWidth(width)
        self._column.activate()
        height = self._column.heightForWidth(width) if self._column.hasHeightForWidth() else -1
        height = min(height if height > 0 else self._column.sizeHint().height(), window.height() - _LOWEST)
        top = corner.y() - height - 4
        if top < 0:
            top = min(corner.y() + above.height() + 4, window.height() - height)
        self.setGeometry(max(8, min(corner.x(), window.width() - width - 8)), max(0, top), width, height)
        self._anchor = above
        if self.isHidden():
            application = QApplication.instance()
            if application is not None:
                application.installEventFilter(self)
        self.show()
        self.raise_()
        first: list[QWidget] = [*self.ticks, *self.buttons]
        if focus and first:
            first[0].setFocus(Qt.FocusReason.PopupFocusReason)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            commands = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
            event.setAccepted(not event.modifiers() & commands)  # no letter is a tool's here
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.Accent))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        widgets: list[QWidget] = [*self.ticks, *(button for button in self.buttons if button.isEnabled())]
        focused = QApplication.focusWidget()
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            wanted = focused if isinstance(focused, QPushButton) else next(iter(self.buttons), None)
            if wanted is not None and wanted.isEnabled():
                wanted.click()
        elif event.key() in _STEPS and focused in widgets:
            at = widgets.index(focused) + _STEPS[Qt.Key(event.key())]
            widgets[at % len(widgets)].setFocus(Qt.FocusReason.TabFocusReason)
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            if isinstance(watched, QWidget) and watched is not self and not self.isAncestorOf(watched):
                self.put_away()
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and watched is self._anchor:
            self.put_away()
            if event.key() == Qt.Key.Key_Escape:
                return True
        elif kind in (QEvent.Type.Resize, QEvent.Type.WindowDeactivate) and watched is self._window:
            self.put_away()
        return False
