"""The form that says how a sketch is drawn: a preset, its sliders, or a model of the user's own; and how large.

What is chosen is kept from one dialog to the next, and from one run to the next, as a line of JSON. A line from another
version, or a damaged one, costs the values that it has wrong and no more.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFormLayout, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.generation.sketch.linemap import PRESETS, SIZES, LineMapOptions
from app.generation.sketch.methods import ByLineMap, ByNetwork, ByPhotocopy, Method
from app.generation.sketch.photocopy import GEGL_DEFAULTS, GIMP_DEFAULTS, PhotocopyOptions
from app.generation.sketch.side_car import WORDS
from app.imaging.cleanup import Amount
from app.ui.cleanup.controls import AmountControl, Choice
from app.ui.icons import pixmap
from app.ui.messages import Label, tooltip

_OWN = "own"
_AS_THE_OTHERS = 0
_LONGEST = 1 << 14
_MODEL_PAGE = 2
"""After those of line maps and of photocopies."""
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

_Options = LineMapOptions | PhotocopyOptions
_DEFAULTS: Mapping[str, _Options] = {
    **{preset.name: preset.options for preset in PRESETS}, "photocopy": GIMP_DEFAULTS, "gegl": GEGL_DEFAULTS,
}  # fmt: skip


class MethodForm(QWidget):
    """``method`` is what is chosen; None while a model is wanted and none was picked."""

    edited = Signal()

    def __init__(self, kept: str = "") -> None:
        super().__init__()
        self._options: dict[str, _Options] = dict(_DEFAULTS)
        self._model: Path | None = None
        self.choice = Choice(self.tr("How it is drawn"))
        self.choice.setObjectName("sketchMethod")
        for preset in PRESETS:
            self.choice.addItem(self.tr("Line map: {name}").format(name=self.tr(preset.title)), preset.name)
        self.choice.addItem(self.tr("Photocopy, as GIMP does it"), "photocopy")
        self.choice.addItem(self.tr("Photocopy, as GEGL does it"), "gegl")
        self.choice.addItem(self.tr("Your own model (ONNX)…"), _OWN)
        self.reset_button = QPushButton(self.tr("Reset"))
        self.reset_button.setObjectName("sketchReset")
        self.reset_button.setAutoDefault(False)
        self.reset_button.setToolTip(tooltip(self.tr("All sliders of this preset; a double click resets a single one")))
        self.reset_button.clicked.connect(self.reset)
        self.size_choice = Choice(self.tr("Longer side"))
        self.size_choice.setObjectName("sketchSize")
        self.size_choice.addItem(self.tr("As the dataset's"), _AS_THE_OTHERS)
        for size in SIZES:
            self.size_choice.addItem(self.tr("{size} pixels").format(size=size), size)
        self.note = Label("", muted=True)
        self.note.setWordWrap(True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.note.setMinimumHeight(2 * self.note.fontMetrics().lineSpacing())
        self.problem = Label("", name="sketchProblem")
        self.problem.setWordWrap(True)
        self._mark = Label("")
        self._trouble = QWidget()
        self._trouble.hide()
        self.model_button = QPushButton(self.tr("Choose another model…"))
        self.model_button.setObjectName("sketchModel")
        self.model_button.setAutoDefault(False)
        words = ", ".join(f"{word} ({what})" for word, what in WORDS.items())
        told = self.tr("A network from photo to sketch, NAME.onnx. NAME.json beside it may say how it is fed: {words}.")
        self.model_button.setToolTip(tooltip(told.format(words=words)))
        self.model_button.clicked.connect(lambda: self._on_chosen(_OWN))
        self.sliders = QStackedWidget()
        self._restore(kept)
        # There is room for the longest page: what is beneath stays where it is when another method is chosen.
        for name in (PRESETS[0].name, "photocopy"):
            self.sliders.addWidget(self._page(name))
        self.sliders.addWidget(self._model_page())
        self._arrange()
        self.choice.edited.connect(self._on_chosen)
        self.size_choice.edited.connect(lambda _: self.edited.emit())
        self._show()

    def _arrange(self) -> None:
        top, below = QHBoxLayout(), QFormLayout()
        top.addWidget(self.choice, 1)
        top.addWidget(self.reset_button)
        label = Label(self.tr("Longer side"))
        label.setBuddy(self.size_choice)
        below.addRow(label, self.size_choice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(top)
        column.addWidget(self.note)
        column.addWidget(self.sliders)
        column.addLayout(below)

    @property
    def method(self) -> Method | None:
        """What is chosen."""
        name = self.choice.currentData()
        if name == _OWN:
            return None if self._model is None else ByNetwork(self._model)
        options = self._options[name]
        return ByLineMap(options) if isinstance(options, LineMapOptions) else ByPhotocopy(options)

    @property
    def longer_side(self) -> int | None:
        """In pixels; None: as the dataset's own sketches."""
        size: int = self.size_choice.currentData()
        return size or None

    def tell(self, problem: str) -> None:
        """What is wrong with the model stands beneath it; nothing where the text is empty."""
        self.problem.setText(problem)
        self._mark.setPixmap(pixmap("triangle-alert", self.palette().color(self.foregroundRole())))
        self._trouble.setVisible(bool(problem))

    def choose(self, name: str) -> None:
        """This preset is chosen."""
        self.choice.show_value(name)
        self._on_chosen(name)

    def choose_longer_side(self, size: int | None) -> None:
        """The longer side is to have so many pixels."""
        self.size_choice.show_value(size or _AS_THE_OTHERS)
        self.edited.emit()

    def reset(self) -> None:
        """The preset is as it came."""
        name = self.choice.currentData()
        self._options[name] = _DEFAULTS[name]
        self._show()
        self.edited.emit()

    # From one run to the next

    def kept_text(self) -> str:
        """What is to be kept."""
        changed = {
            name: {field: getattr(options, field) for field in _fields(options) if _differs(name, options, field)}
            for name, options in self._options.items()
            if options != _DEFAULTS[name]
        }
        model = None if self._model is None else str(self._model)
        kept = {"method": self.choice.currentData(), "size": self.longer_side or 0, "model": model, "options": changed}
        return json.dumps(kept)

    def _restore(self, text: str) -> None:
        try:
            kept = json.loads(text) if 0 < len(text) <= _LONGEST else None
        except (ValueError, RecursionError):
            return
        if not isinstance(kept, dict):
            return
        told = kept.get("options")
        for name, values in told.items() if isinstance(told, dict) else ():
            if name in self._options and isinstance(values, dict):
                self._options[name] = _with_possible(self._options[name], values)
        if isinstance(kept.get("size"), int) and kept["size"] in SIZES:
            self.size_choice.show_value(kept["size"])
        if isinstance(kept.get("model"), str) and Path(kept["model"]).is_file():
            self._model = Path(kept["model"])
        method = kept.get("method")
        if method in self._options or (method == _OWN and self._model is not None):
            self.choice.show_value(method)

    # What is shown

    def _on_chosen(self, name: object) -> None:
        if name == _OWN:
            title = self.tr("A model with its side-car JSON")
            path, _ = QFileDialog.getOpenFileName(self, title, "", self.tr("ONNX models (*.onnx)"))
            self._model = Path(path) if path else self._model
        self._show()
        self.edited.emit()

    def _show(self) -> None:
        name = self.choice.currentData()
        if name == _OWN:
            self.note.setText(
                self.tr("No model comes with this program: choose a file of your own.")
                if self._model is None
                else self.tr("{model}, a file of your own").format(model=self._model.name)
            )
        elif isinstance(self._options[name], LineMapOptions):
            self.note.setText(self.tr("A stand-in for the network that drew the released sketches."))
        else:
            self.note.setText(self.tr("Dark is what is darker than its surroundings."))
        self.model_button.setText(
            self.tr("Choose a model…") if self._model is None else self.tr("Choose another model…")
        )
        self.tell("")
        at = _MODEL_PAGE if name == _OWN else 0 if isinstance(self._options[name], LineMapOptions) else 1
        if at != _MODEL_PAGE:
            old = self.sliders.widget(at)
            assert old is not None
            self.sliders.insertWidget(at, self._page(name))
            self.sliders.removeWidget(old)
            old.deleteLater()
        self.sliders.setCurrentIndex(at)
        self._show_reset()

    def _page(self, name: str) -> QWidget:
        """The sliders of a method."""
        page = QWidget()
        form = QFormLayout(page)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(4)
        for amount in _LINES if isinstance(self._options[name], LineMapOptions) else _COPIES:
            self._add(form, name, amount)
        return page

    def _model_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.model_button)
        trouble = QHBoxLayout(self._trouble)
        trouble.setContentsMargins(0, 0, 0, 0)
        trouble.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        trouble.addWidget(self.problem, 1)
        column.addWidget(self._trouble)
        column.addStretch(1)
        return page

    def _show_reset(self) -> None:
        name = self.choice.currentData()
        self.reset_button.setEnabled(name in self._options and self._options[name] != _DEFAULTS[name])

    def _add(self, form: QFormLayout, name: str, amount: Amount) -> None:
        scale = _scale(amount)
        control = AmountControl(amount, getattr(self._options[name], amount.name) * scale)
        control.setObjectName(f"sketch.{amount.name}")
        default = getattr(_DEFAULTS[name], amount.name)

        def take(value: float) -> None:
            # What a slider says of the default is rounded; back there it is the default itself.
            exact = default if math.isclose(value / scale, default, abs_tol=1e-6) else value / scale
            self._options[name] = replace(self._options[name], **{amount.name: exact})  # type: ignore[arg-type]
            self._show_reset()
            self.edited.emit()

        control.edited.connect(take)
        label = Label(self.tr(amount.title))
        label.setBuddy(control)
        label.setToolTip(tooltip(self.tr("A double click resets it")))
        again = _DoubleClick(control)
        again.happened.connect(lambda: control.box.setValue(default * scale))
        for widget in (label, control.slider):
            if widget is not None:
                widget.installEventFilter(again)
        form.addRow(label, control)


class _DoubleClick(QObject):
    """Tells of double clicks on what it is installed on."""

    happened = Signal()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.MouseButtonDblClick:
            self.happened.emit()
            return True
        return False


def _scale(amount: Amount) -> float:
    return 100.0 if amount.unit == "%" else 1.0


def _fields(options: _Options) -> Mapping[str, Amount]:
    """The fields that have a slider."""
    return {amount.name: amount for amount in (_LINES if isinstance(options, LineMapOptions) else _COPIES)}


def _differs(name: str, options: _Options, field: str) -> bool:
    return bool(getattr(options, field) != getattr(_DEFAULTS[name], field))


def _with_possible(options: _Options, values: Mapping[str, Any]) -> _Options:
    """The options with those values that their sliders could say."""
    good = {}
    for field, amount in _fields(options).items():
        value = values.get(field)
        if isinstance(value, int | float) and amount.least <= value * _scale(amount) <= amount.most:
            good[field] = float(value)
    return replace(options, **good)  # type: ignore[arg-type]
