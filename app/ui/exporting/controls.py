"""One control per kind of option. Each says what its value is as JSON has it, and tells when the user changes it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSpinBox,
    QWidget,
)

from app.faces.sample import Modality
from app.formats.exporting.options import Choice, Kind
from app.ui import messages
from app.ui.exporting.boxes import TickBox
from app.ui.exporting.paint_order import PaintOrderControl
from app.ui.field import Field

SIZES = (64, 128, 256, 512, 1024, 2048, 4096)
_WHOLE_MOST = 1_000_000_000


class Control(Protocol):
    """What the form knows of a control."""

    def value(self) -> Any:
        """What it says, as JSON has it; a word that is no number is given as it is, for the options to refuse."""
        ...

    def show_value(self, value: Any) -> None:
        """It says this now; nothing is told."""
        ...


class _NoWheel(QObject):
    """A wheel over a control scrolls the form, unless the control is in use."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


class Tick(TickBox):
    """Yes or no; its text is the option's name."""

    edited = Signal()

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.clicked.connect(self.edited)

    def value(self) -> Any:
        return self.isChecked()

    def show_value(self, value: Any) -> None:
        self.setChecked(bool(value))


class Whole(QSpinBox):
    """A whole number."""

    edited = Signal()

    def __init__(self, least: float | None, most: float | None) -> None:
        super().__init__()
        self.setRange(-_WHOLE_MOST if least is None else round(least), _WHOLE_MOST if most is None else round(most))
        self.setKeyboardTracking(False)
        self.valueChanged.connect(self.edited)

    def show_value(self, value: Any) -> None:
        with QSignalBlocker(self):
            self.setValue(int(value))


class Number(QDoubleSpinBox):
    """A number with a fraction."""

    edited = Signal()

    def __init__(self, least: float | None, most: float | None) -> None:
        super().__init__()
        self.setRange(-1e9 if least is None else least, 1e9 if most is None else most)
        self.setDecimals(2)
        self.setSingleStep(0.05 if self.maximum() <= 1 else 0.5)
        self.setKeyboardTracking(False)
        self.valueChanged.connect(self.edited)

    def show_value(self, value: Any) -> None:
        with QSignalBlocker(self):
            self.setValue(float(value))


class OneOf(QComboBox):
    """One word of several; ``nothing`` is what no word at all is called, empty where one is needed."""

    edited = Signal()

    def __init__(self, words: Sequence[str], nothing: str = "") -> None:
        super().__init__()
        if nothing:
            self.addItem(nothing, None)
        for word in words:
            self.addItem(word, word)
        self.activated.connect(self.edited)

    def value(self) -> Any:
        return self.currentData()

    def show_value(self, value: Any) -> None:
        self.setCurrentIndex(max(0, self.findData(value)))


class MaybeNumber(QComboBox):
    """A number or none; some to choose, any to type."""

    edited = Signal()

    def __init__(self, usual: Sequence[int], nothing: str) -> None:
        super().__init__()
        self._nothing = nothing
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.addItems([nothing, *map(str, usual)])
        self.editTextChanged.connect(self.edited)

    def value(self) -> Any:
        text = self.currentText().strip()
        if text in ("", self._nothing):
            return None
        for kind in (int, float):
            try:
                return kind(text)
            except ValueError:
                continue
        return text

    def show_value(self, value: Any) -> None:
        with QSignalBlocker(self):
            self.setEditText(self._nothing if value is None else str(value))


class Line(Field):
    """A line of text, with words that are often meant to complete it; empty may mean none."""

    edited = Signal()

    def __init__(self, *, is_optional: bool) -> None:
        super().__init__()
        self._is_optional = is_optional
        self.textChanged.connect(self.edited)

    def value(self) -> Any:
        text = self.text().strip()
        return None if self._is_optional and not text else text

    def show_value(self, value: Any) -> None:
        with QSignalBlocker(self):
            self.setText("" if value is None else str(value))


class Words(Field):
    """Several words with commas between them."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.textChanged.connect(self.edited)

    def value(self) -> Any:
        return [word.strip() for word in self.text().split(",") if word.strip()]

    def show_value(self, value: Any) -> None:
        with QSignalBlocker(self):
            self.setText(", ".join(value))


class Ticks(QWidget):
    """Some of several words, each with a box. Those ``missing`` cannot be chosen and keep what they were."""

    edited = Signal()

    def __init__(self, words: Sequence[str], titles: Sequence[str], missing: Collection[str] = ()) -> None:
        super().__init__()
        self._missing = frozenset(missing)
        self._kept: frozenset[str] = frozenset()
        self.boxes = {word: TickBox(title) for word, title in zip(words, titles, strict=True)}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        for number, (word, box) in enumerate(self.boxes.items()):
            box.setEnabled(word not in self._missing)
            box.clicked.connect(self.edited)
            grid.addWidget(box, number // 3, number % 3)
        self.setFocusProxy(next(iter(self.boxes.values())))

    def value(self) -> Any:
        return [word for word, box in self.boxes.items() if box.isChecked() or word in self._kept]

    def show_value(self, value: Any) -> None:
        """What is missing is never shown as ticked, but asked for as before: then the report says it is left out."""
        self._kept = self._missing & set(value)
        for word, box in self.boxes.items():
            box.setChecked(word in value and word not in self._missing)


class FileLine(QWidget):
    """The name of a file, and a button that looks for one."""

    edited = Signal()

    def __init__(self, title: str, *, is_optional: bool) -> None:
        super().__init__()
        self.line = Line(is_optional=is_optional)
        self.button = QPushButton(self.tr("Choose…"))
        self.button.setAccessibleName(self.tr("Choose a file: {title}").format(title=title))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.line, 1)
        row.addWidget(self.button)
        self.setFocusProxy(self.line)
        self.line.edited.connect(self.edited)
        self.button.clicked.connect(lambda: self._choose(title))

    def _choose(self, title: str) -> None:
        file: Path | None = messages.choose_file(self, title)
        if file is not None:
            self.line.setText(str(file))

    def value(self) -> Any:
        return self.line.value()

    def show_value(self, value: Any) -> None:
        self.line.show_value(value)


def control_for(choice: Choice, nothing: str, held: Collection[Modality] | None = None) -> QWidget:
    """The control of an option, showing its default. ``nothing`` is what None is called; ``held`` are the modalities
    that the format holds. Every control is a ``Control`` with a signal ``edited``."""
    made: Any
    match choice.kind:
        case Kind.TICK:
            made = Tick(choice.title)
        case Kind.WHOLE | Kind.NUMBER if choice.optional:
            made = MaybeNumber(_usual(choice), nothing)
        case Kind.WHOLE:
            made = Whole(choice.least, choice.most)
        case Kind.NUMBER:
            made = Number(choice.least, choice.most)
        case Kind.MODALITIES:
            names = [modality.value for modality in Modality]
            missing = [] if held is None else [modality.value for modality in Modality if modality not in held]
            made = Ticks(names, [name.capitalize() for name in names], missing)
        case Kind.LIST if choice.choices:
            made = Ticks(choice.choices, choice.choices)
        case Kind.LIST:
            made = Words()
        case Kind.TEXT if choice.choices:
            made = OneOf(choice.choices, nothing if choice.optional else "")
        case Kind.TEXT if choice.name == "paint_order":
            made = PaintOrderControl()
        case Kind.TEXT if choice.is_file:
            made = FileLine(choice.title, is_optional=choice.optional)
        case _:
            made = Line(is_optional=choice.optional)
    default = choice.default
    if choice.kind is Kind.MODALITIES:
        default = [modality.value for modality in default]
    made.show_value(default)
    filtered = made.findChildren(QWidget) if isinstance(made, FileLine | Ticks) else [made]
    for widget in filtered:
        widget.installEventFilter(_NoWheel(widget))
    return made


def _usual(choice: Choice) -> list[int]:
    """The sizes of pictures that the limits of the option allow."""
    if choice.least is None or choice.most is None:
        return []
    return [size for size in SIZES if choice.least <= size <= choice.most]
