"""A control for each kind of parameter, made from its declaration; values live in the session, by operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QFormLayout, QHBoxLayout, QSizePolicy, QSlider, QWidget

from app.faces.classes import CLASSES
from app.faces.errors import InvalidEditError
from app.imaging.cleanup import Amount, ClassChoice, OneOf, Operator, Parameter, Value
from app.ui.messages import Label

if TYPE_CHECKING:
    from app.ui.session import Session

NOTHING = ""
"""What the session says of a value that was never set."""
_SLIDER_STEPS = 300
"""Amounts of more steps get no slider: one pixel of it would be several steps."""


class NoWheel(QObject):
    """A wheel over a control scrolls the panel, unless the control is in use."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


class AmountControl(QWidget):
    """A number with a slider where the range is short."""

    edited = Signal(object)

    def __init__(self, parameter: Amount, value: Value) -> None:
        super().__init__()
        self._parameter = parameter
        self.box = QDoubleSpinBox()
        self.box.setDecimals(0 if float(parameter.step).is_integer() else 1)
        self.box.setRange(parameter.least, parameter.most)
        self.box.setSingleStep(parameter.step)
        self.box.setSuffix(f" {parameter.unit}" if parameter.unit else "")
        self.box.setValue(float(value))
        self.box.setAccessibleName(self.tr(parameter.title))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        steps = round((parameter.most - parameter.least) / parameter.step)
        self.slider = QSlider(Qt.Orientation.Horizontal) if steps <= _SLIDER_STEPS else None
        if self.slider is not None:
            self.slider.setRange(0, steps)
            self.slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.slider.setAccessibleName(self.tr(parameter.title))
            self.slider.setMinimumWidth(24)
            self._show_on_slider()
            self.slider.valueChanged.connect(self._on_slider)
            self.slider.installEventFilter(NoWheel(self.slider))
            row.addWidget(self.slider, 1)
        row.addWidget(self.box, 0 if self.slider else 1)
        self.box.installEventFilter(NoWheel(self.box))
        self.setFocusProxy(self.box)
        self.box.valueChanged.connect(self._on_box)

    def _on_slider(self, step: int) -> None:
        self.box.setValue(self._parameter.least + step * self._parameter.step)

    def _show_on_slider(self) -> None:
        if self.slider is not None:
            with QSignalBlocker(self.slider):
                self.slider.setValue(round((self.box.value() - self._parameter.least) / self._parameter.step))

    def _on_box(self) -> None:
        # What is typed between two steps counts as the nearer one.
        step = self._parameter.step
        self._show_on_slider()
        self.edited.emit(self._parameter.least + round((self.box.value() - self._parameter.least) / step) * step)


class Choice(QComboBox):
    """One of several values, each with its words."""

    edited = Signal(object)

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.installEventFilter(NoWheel(self))
        self.activated.connect(lambda at: self.edited.emit(self.itemData(at)))

    def show_value(self, value: Value) -> None:
        """This one is chosen."""
        self.setCurrentIndex(self.findData(value))


def class_choice(title: str, session: Session, *, nothing: str = "", has_background: bool = False) -> Choice:
    """A choice of a class by its official id, each with its colour; -1 for ``nothing``."""
    choice = Choice(title)
    if nothing:
        choice.addItem(nothing, -1)
    for face_class in CLASSES:
        if face_class.id or has_background:
            choice.addItem(swatch(session.colour_of(face_class)), face_class.title, face_class.id)
    return choice


def swatch(colour: tuple[int, int, int]) -> QIcon:
    """A square of a class's colour."""
    picture = QPixmap(12, 12)
    picture.fill("#{:02x}{:02x}{:02x}".format(*colour))
    return QIcon(picture)


def key_of(operator: Operator, parameter: Parameter) -> str:
    """Under which the session keeps a parameter's value."""
    return f"cleanup.{operator.name}.{parameter.name}"


def value_of(operator: Operator, parameter: Parameter, session: Session) -> Value:
    """A parameter's value as it is now; its default where what was kept is none any more.

    The session keeps whole numbers and words, so of an amount it keeps how many steps it is above the least.
    """
    kept = session.option(key_of(operator, parameter), NOTHING)
    if kept == NOTHING:
        return parameter.default
    value: Value = kept
    if isinstance(parameter, Amount) and isinstance(kept, int):
        value = parameter.least + kept * parameter.step
    try:
        return parameter.checked(value)
    except InvalidEditError:
        return parameter.default


def keep_value(operator: Operator, parameter: Parameter, session: Session, value: Value) -> None:
    """A parameter has this value from now on."""
    if isinstance(parameter, Amount):
        value = round((float(value) - parameter.least) / parameter.step)
    assert not isinstance(value, float), "only amounts have halves"
    session.set_option(key_of(operator, parameter), value)


class ParameterForm(QWidget):
    """The controls of one operator."""

    edited = Signal()
    reach_edited = Signal(float)
    """How far an operator reaches around a pixel, in mask pixels, is this now."""

    def __init__(self, operator: Operator, session: Session) -> None:
        super().__init__()
        self._session = session
        self.controls: dict[str, QWidget] = {}
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(4)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        # Longer words than ours must not push the controls out of the panel.
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for parameter in operator.parameters:
            control = self._control(operator, parameter)
            control.setObjectName(key_of(operator, parameter))
            label = Label(self.tr(parameter.title))
            label.setBuddy(control)
            form.addRow(label, control)
            self.controls[parameter.name] = control

    def _control(self, operator: Operator, parameter: Parameter) -> QWidget:
        value = value_of(operator, parameter, self._session)
        control: AmountControl | Choice
        if isinstance(parameter, Amount):
            control = AmountControl(parameter, value)
        elif isinstance(parameter, OneOf):
            control = Choice(self.tr(parameter.title))
            for word, text in parameter.choices:
                control.addItem(self.tr(text), word)
            control.show_value(value)
        else:
            assert isinstance(parameter, ClassChoice)
            nothing = self.tr(parameter.nothing) if parameter.nothing else ""
            title = self.tr(parameter.title)
            control = class_choice(title, self._session, nothing=nothing, has_background=parameter.has_background)
            control.show_value(value)
        control.edited.connect(lambda value: self._take(operator, parameter, value))
        return control

    def _take(self, operator: Operator, parameter: Parameter, value: Value) -> None:
        keep_value(operator, parameter, self._session, value)
        self.edited.emit()
        if isinstance(parameter, Amount) and parameter.is_reach:
            self.reach_edited.emit(float(value))
