"""The form of any options dataclass: a control per field with its name before it and its help below it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Generic, TypeVar, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from app.faces.errors import ExportError
from app.faces.sample import Modality
from app.formats.exporting.options import Choice, Kind, choices_of, from_json
from app.ui.exporting.controls import Control, control_for
from app.ui.messages import Label, sentence

T = TypeVar("T")


class OptionsForm(QWidget, Generic[T]):
    """``options`` is what the controls say. ``held``: the modalities that the format holds."""

    edited = Signal()

    def __init__(self, options: type[T], *, prefix: str, held: Collection[Modality] | None = None) -> None:
        """The control of the option ``size`` is called ``<prefix>.size``."""
        super().__init__()
        self._type = options
        self._rows: dict[str, tuple[QWidget, ...]] = {}
        self.controls: dict[str, QWidget] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for choice in choices_of(options):
            self._add(grid, choice, prefix, held)

    def _add(self, grid: QGridLayout, choice: Choice, prefix: str, held: Collection[Modality] | None) -> None:
        nothing = self.tr("as it is") if choice.kind is Kind.WHOLE else self.tr("none")
        control = control_for(choice, nothing, held)
        control.setObjectName(f"{prefix}.{choice.name}")
        control.setAccessibleName(choice.title)
        help_text = Label(sentence(choice.help), name=f"{prefix}.{choice.name}.help", muted=True)
        help_text.setWordWrap(True)
        help_text.setContentsMargins(0, 0, 0, 8)
        control.setAccessibleDescription(help_text.text())
        row = grid.rowCount()
        widgets: tuple[QWidget, ...] = (control, help_text)
        if choice.kind is not Kind.TICK:
            name = Label(choice.title)
            name.setBuddy(control)
            name.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            widgets = (name, *widgets)
        grid.addWidget(control, row, 1)
        grid.addWidget(help_text, row + 1, 1)
        control.edited.connect(self.edited)  # type: ignore[attr-defined]
        self.controls[choice.name] = control
        self._rows[choice.name] = widgets

    def options(self) -> T:
        """The options as the controls say. Raises ExportError for what is no value of one."""
        return from_json(self._type, self.values())

    def values(self) -> dict[str, Any]:
        """What the controls say, as JSON has it, valid or not."""
        return {name: cast("Control", control).value() for name, control in self.controls.items()}

    def show_values(self, values: Mapping[str, Any]) -> None:
        """The controls say this, where it is valid; the others what they said."""
        for name, value in values.items():
            if name in self.controls:
                before = self.values()
                try:
                    from_json(self._type, {**before, name: value})
                except ExportError:
                    continue
                cast("Control", self.controls[name]).show_value(value)

    def show_only(self, names: Collection[str]) -> None:
        """The other options have no bearing now."""
        for name, widgets in self._rows.items():
            for widget in widgets:
                widget.setVisible(name in names)
