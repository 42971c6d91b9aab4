"""The options of the tool in hand: a control for each that it declares, as many as fit, and all of them in a panel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QWidget,
)

from app.ui.icons import icon
from app.ui.messages import tooltip
from app.ui.theme import is_palette_change

if TYPE_CHECKING:
    from app.ui.canvas.tools.tool import Option, OptionValue
    from app.ui.session import Session

SPACING = 6
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Number(QSpinBox):
    """A number that gives the keys back to the picture when it was typed."""

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


def control_of(option: Option, session: Session, *, titled: bool) -> QWidget:
    """A control that shows and sets an option; ``titled``: it says itself what it is about."""
    control: QWidget
    if isinstance(option.default, bool):
        control = _tick(option, session, titled=titled)
    elif isinstance(option.default, int):
        control = _number(option, session, titled=titled)
    else:
        control = _choice(option, session)
    control.setObjectName(option.key)
    control.setAccessibleName(option.title)
    control.setToolTip(tooltip(f"{option.title}: {option.hint}" if option.hint else option.title))
    return control


def _tick(option: Option, session: Session, *, titled: bool) -> QCheckBox:
    box = QCheckBox(option.title if titled else "")
    box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    _follow(option, session, box, lambda value: box.setChecked(bool(value)))
    box.toggled.connect(lambda on: session.set_option(option.key, on))
    return box


def _number(option: Option, session: Session, *, titled: bool) -> QSpinBox:
    box = Number(option.low, option.high, option.suffix)
    if titled:
        box.setPrefix(f"{option.title} ")
    _follow(option, session, box, lambda value: box.setValue(int(value)))
    box.valueChanged.connect(lambda value: session.set_option(option.key, value))
    return box


def _choice(option: Option, session: Session) -> QComboBox:
    box = QComboBox()
    box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    for value, words in option.choices:
        box.addItem(words, value)
    _follow(option, session, box, lambda value: box.setCurrentIndex(max(0, box.findData(value))))
    box.activated.connect(lambda _: session.set_option(option.key, box.currentData()))
    return box


def _follow(option: Option, session: Session, control: QWidget, show: Callable[[OptionValue], None]) -> None:
    """The control shows the option's value, now and when it is set elsewhere."""

    def refresh(key: str) -> None:
        if key == option.key:
            control.blockSignals(True)
            show(session.option(option.key, option.default))
            control.blockSignals(False)

    refresh(option.key)
    session.option_changed.connect(refresh)
    control.destroyed.connect(lambda _: session.option_changed.disconnect(refresh))


class OptionControls(QWidget):
    """Some controls of its own, then those of the tool in hand as far as ``fit`` allows, then a button to all."""

    def __init__(self, session: Session, fixed: Sequence[QWidget] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._options: tuple[Option, ...] = ()
        self._controls: list[QWidget] = []
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(SPACING)
        self._fixed = list(fixed)
        for widget in self._fixed:
            self._row.addWidget(widget)
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

    def show_options(self, options: tuple[Option, ...], *, with_fixed: bool) -> None:
        """Offer these options; ``with_fixed``: the controls of its own are of use, too."""
        for widget in self._fixed:
            widget.setVisible(with_fixed)
        if options == self._options:
            return
        self._options = options
        for control in self._controls:
            self._row.removeWidget(control)
            control.hide()
            control.deleteLater()
        self._controls = [control_of(option, self._session, titled=True) for option in options]
        for place, control in enumerate(self._controls):
            self._row.insertWidget(len(self._fixed) + place, control)

    def fit(self, width: int) -> None:
        """Show as many controls as ``width`` has room for."""
        used = sum(w.sizeHint().width() + SPACING for w in self._fixed if not w.isHidden())
        button = self.more.sizeHint().width()
        wanted = [control.sizeHint().width() + SPACING for control in self._controls]
        count = len(wanted)
        while count and used + sum(wanted[:count]) + (button if count < len(wanted) else 0) > width:
            count -= 1
        for place, control in enumerate(self._controls):
            control.setVisible(place < count)
        self.more.setVisible(count < len(wanted))
        self.setVisible(bool(wanted) or any(not widget.isHidden() for widget in self._fixed))

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
            form.addRow(option.title, control_of(option, session, titled=False))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER:
            self.close()
            return
        super().keyPressEvent(event)
