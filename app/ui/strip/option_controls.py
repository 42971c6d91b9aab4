"""The options of the tool in hand: a control for each that it declares, as many as fit, and all of them in a panel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QWidget,
)

from app.ui.exporting.boxes import TickBox
from app.ui.icons import icon
from app.ui.messages import tooltip
from app.ui.theme import is_palette_change

if TYPE_CHECKING:
    from app.ui.canvas.tools.tool import Option, OptionValue
    from app.ui.session import Session

SPACING = 6
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Number(QSpinBox):
    """A number that gives the keys back when it was typed, or an arrow of it was pressed: ``left`` says so."""

    left = Signal()

    def __init__(self, low: int, high: int, suffix: str = "") -> None:
        super().__init__()
        self.setRange(low, high)
        self.setSuffix(suffix)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.editingFinished.connect(self._leave)

    def _leave(self) -> None:
        if self.hasFocus():
            self.clearFocus()
            self.left.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self._leave()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() == Qt.FocusReason.MouseFocusReason:
            # What is typed takes the place of the number, wherever in it the click was; the click itself comes after.
            QTimer.singleShot(0, self, self.selectAll)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            # What was typed and not yet taken is given up.
            self.lineEdit().setText(self.prefix() + self.textFromValue(self.value()) + self.suffix())
            self._leave()
            event.ignore()
            return
        super().keyPressEvent(event)


class Control:
    """The ``widget`` that shows and sets an option; ``titled``: it says itself what it is about."""

    def __init__(self, option: Option, session: Session, *, titled: bool) -> None:
        self.option = option
        self._session = session
        self._show: Callable[[OptionValue], None]
        if isinstance(option.default, bool):
            self.widget: QWidget = self._tick(titled=titled)
        elif isinstance(option.default, int):
            self.widget = self._number(titled=titled)
        else:
            self.widget = self._choice()
        self.widget.setObjectName(option.key)
        self.widget.setAccessibleName(option.title)
        self.widget.setToolTip(tooltip(f"{option.title}: {option.hint}" if option.hint else option.title))
        self.refresh()

    def refresh(self) -> None:
        """Show the value it has now."""
        self.widget.blockSignals(True)
        self._show(self._session.option(self.option.key, self.option.default))
        self.widget.blockSignals(False)

    def _set(self, value: OptionValue) -> None:
        self._session.set_option(self.option.key, value)

    def _tick(self, *, titled: bool) -> QWidget:
        box = TickBox(self.option.title if titled else "")
        box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._show = lambda value: box.setChecked(bool(value))
        box.toggled.connect(self._set)
        return box

    def _number(self, *, titled: bool) -> QWidget:
        box = Number(self.option.low, self.option.high, self.option.suffix)
        if titled:
            box.setPrefix(f"{self.option.title} ")
        self._show = lambda value: box.setValue(int(value))
        box.valueChanged.connect(self._set)
        return box

    def _choice(self) -> QWidget:
        box = QComboBox()
        box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for value, words in self.option.choices:
            box.addItem(words, value)
        self._show = lambda value: box.setCurrentIndex(max(0, box.findData(value)))
        box.activated.connect(lambda _: self._set(box.currentData()))
        return box


class OptionControls(QWidget):
    """Some controls of its own, then those of the tool in hand as far as ``fit`` allows, then a button to all."""

    left = Signal()
    """A number was typed: the keys belong to the picture again."""

    def __init__(self, session: Session, fixed: Sequence[QWidget] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._options: tuple[Option, ...] = ()
        self._controls: list[Control] = []
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(SPACING)
        self._fixed = list(fixed)
        for widget in self._fixed:
            self._row.addWidget(widget)
            if isinstance(widget, Number):
                widget.left.connect(self.left)
        self.more = QToolButton()
        self.more.setObjectName("moreOptions")
        self.more.setAccessibleName(self.tr("All options of this tool"))
        self.more.setToolTip(tooltip(self.tr("All options of this tool")))
        self.more.setIcon(icon("sliders-horizontal"))
        self.more.setIconSize(QSize(16, 16))
        self.more.setAutoRaise(True)
        self.more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.more.clicked.connect(self._open_panel)
        self._row.addWidget(self.more)
        session.option_changed.connect(self._on_option_changed)

    def show_options(self, options: tuple[Option, ...], *, with_fixed: bool) -> None:
        """Offer these options; ``with_fixed``: the controls of its own are of use, too."""
        for widget in self._fixed:
            widget.setVisible(with_fixed)
        if options == self._options:
            return
        self._options = options
        for control in self._controls:
            self._row.removeWidget(control.widget)
            control.widget.hide()
            control.widget.deleteLater()
        self._controls = [Control(option, self._session, titled=True) for option in options]
        for place, control in enumerate(self._controls):
            self._row.insertWidget(len(self._fixed) + place, control.widget)
            if isinstance(control.widget, Number):
                control.widget.left.connect(self.left)
        # Tab goes through them as they stand; Qt breaks the chain at those that take no focus.
        in_order = [*self._fixed, *(control.widget for control in self._controls), self.more]
        for before, after in pairwise(w for w in in_order if w.focusPolicy() != Qt.FocusPolicy.NoFocus):
            QWidget.setTabOrder(before, after)

    def fit(self, width: int) -> None:
        """Show as many controls as ``width`` has room for."""
        used = sum(w.sizeHint().width() + SPACING for w in self._fixed if not w.isHidden())
        button = self.more.sizeHint().width()
        wanted = [control.widget.sizeHint().width() + SPACING for control in self._controls]
        count = len(wanted)
        while count and used + sum(wanted[:count]) + (button if count < len(wanted) else 0) > width:
            count -= 1
        for place, control in enumerate(self._controls):
            control.widget.setVisible(place < count)
        self.more.setVisible(count < len(wanted))

    def _on_option_changed(self, key: str) -> None:
        for control in self._controls:
            if control.option.key == key:
                control.refresh()

    def _open_panel(self) -> None:
        panel = OptionPanel(self._options, self._session, self)
        panel.move(self.more.mapToGlobal(QPoint(0, self.more.height() + 2)))
        panel.show()
        panel.setFocus()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_palette_change(event):
            self.more.setIcon(icon("sliders-horizontal"))


class OptionPanel(QFrame):
    """Every option of a tool with its title; goes with a click elsewhere, Esc or Enter."""

    def __init__(self, options: tuple[Option, ...], session: Session, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("optionPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        form = QFormLayout(self)
        for option in options:
            form.addRow(option.title, Control(option, session, titled=False).widget)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER:
            self.close()
            return
        super().keyPressEvent(event)
