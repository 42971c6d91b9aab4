"""The form that says how a sketch is drawn: a preset, its sliders, or a model of the user's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QFormLayout, QStackedWidget, QVBoxLayout, QWidget

from app.generation.sketch.linemap import PRESETS, LineMapOptions
from app.generation.sketch.methods import ByLineMap, ByNetwork, ByPhotocopy, Method
from app.generation.sketch.photocopy import GEGL_DEFAULTS, GIMP_DEFAULTS, PhotocopyOptions
from app.imaging.cleanup import Amount
from app.ui.cleanup.controls import AmountControl, Choice
from app.ui.messages import Label

_OWN = "own"
_LINES = (
    Amount("detail", "Detail", 50, 0, 100, 1, "%"),
    Amount("smoothing_px", "Smoothing", 1.5, 0.5, 4, 0.1),
    Amount("stroke_px", "Stroke width", 3.5, 1, 8, 0.1),
    Amount("shortest_px", "Shortest stroke", 8, 0, 60, 1),
    Amount("softness_px", "Softness", 1, 0, 3, 0.1),
    Amount("emphasis", "Emphasis on the face", 0, 0, 200, 5, "%"),
)
_COPIES = (
    Amount("mask_radius_px", "Surroundings", 8, 0, 50, 1),
    Amount("sharpness", "Sharpness", 80, 0, 100, 1, "%"),
    Amount("black", "Black", 20, 0, 100, 1, "%"),
    Amount("white", "White", 20, 0, 100, 1, "%"),
)
"""Sliders by the options' fields; those in percent are fractions there."""


class MethodForm(QWidget):
    """``method`` is what is chosen; None while a model is wanted and none was picked."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._options: dict[str, LineMapOptions | PhotocopyOptions] = {
            **{preset.name: preset.options for preset in PRESETS},
            "photocopy": GIMP_DEFAULTS,
            "gegl": GEGL_DEFAULTS,
        }
        self._model: Path | None = None
        self.choice = Choice(self.tr("How it is drawn"))
        self.choice.setObjectName("sketchMethod")
        for preset in PRESETS:
            self.choice.addItem(self.tr("Line map: {name}").format(name=self.tr(preset.title)), preset.name)
        self.choice.addItem(self.tr("Photocopy, as GIMP does it"), "photocopy")
        self.choice.addItem(self.tr("Photocopy, as GEGL does it"), "gegl")
        self.choice.addItem(self.tr("Your own model (ONNX)…"), _OWN)
        self.note = Label("")
        self.note.setWordWrap(True)
        self.sliders = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.choice)
        column.addWidget(self.note)
        column.addWidget(self.sliders)
        self.choice.edited.connect(self._on_chosen)
        self._show()

    @property
    def method(self) -> Method | None:
        """What is chosen."""
        name = self.choice.currentData()
        if name == _OWN:
            return None if self._model is None else ByNetwork(self._model)
        options = self._options[name]
        return ByLineMap(options) if isinstance(options, LineMapOptions) else ByPhotocopy(options)

    def choose(self, name: str) -> None:
        """This preset is chosen."""
        self.choice.show_value(name)
        self._on_chosen(name)

    def _on_chosen(self, name: object) -> None:
        if name == _OWN:
            title = self.tr("A model with its side-car JSON")
            path, _ = QFileDialog.getOpenFileName(self, title, "", self.tr("ONNX models (*.onnx)"))
            self._model = Path(path) if path else self._model
        self._show()
        self.edited.emit()

    def _show(self) -> None:
        name = self.choice.currentData()
        while (old := self.sliders.widget(0)) is not None:
            self.sliders.removeWidget(old)
            old.deleteLater()
        form_of = QWidget()
        form = QFormLayout(form_of)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(4)
        if name == _OWN:
            chosen = self.tr("No model is chosen") if self._model is None else self._model.name
            self.note.setText(self.tr("{model}. None comes with this program.").format(model=chosen))
        else:
            options = self._options[name]
            is_lines = isinstance(options, LineMapOptions)
            self.note.setText(
                self.tr("A stand-in for the network that drew the released sketches.") if is_lines else ""
            )
            for amount in _LINES if is_lines else _COPIES:
                self._add(form, name, amount)
        self.note.setVisible(bool(self.note.text()))
        self.sliders.addWidget(form_of)

    def _add(self, form: QFormLayout, name: str, amount: Amount) -> None:
        scale = 100.0 if amount.unit == "%" else 1.0
        control = AmountControl(amount, getattr(self._options[name], amount.name) * scale)
        control.setObjectName(f"sketch.{amount.name}")

        def take(value: float) -> None:
            self._options[name] = replace(self._options[name], **{amount.name: value / scale})  # type: ignore[arg-type]
            self.edited.emit()

        control.edited.connect(take)
        label = Label(self.tr(amount.title))
        label.setBuddy(control)
        form.addRow(label, control)
