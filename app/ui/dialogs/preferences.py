"""The preferences: few, each with the words of what it does."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QDoubleSpinBox, QFormLayout, QWidget

from app.faces.palettes import PALETTES, Palette
from app.settings import Settings


class PreferencesDialog(QDialog):
    """Every change counts at once; there is nothing to confirm."""

    def __init__(
        self,
        parent: QWidget,
        settings: Settings,
        change: Callable[[Settings], None],
        palettes: Sequence[Palette] = PALETTES,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("preferencesDialog")
        self.setWindowTitle(self.tr("Preferences"))
        self._settings = settings
        self._change = change
        form = QFormLayout(self)
        form.setContentsMargins(16, 16, 16, 16)
        form.setVerticalSpacing(8)
        self.autosave = self._choice(
            "autosave",
            [(self.tr("When I go on or pause"), "automatic"), (self.tr("Only when I say so"), "manual")],
        )
        self.idle = QDoubleSpinBox()
        self.idle.setObjectName("autosaveIdle")
        self.idle.setRange(0.2, 600)
        self.idle.setDecimals(1)
        self.idle.setSuffix(self.tr(" s"))
        self.idle.setValue(settings.autosave_idle_s)
        self.idle.valueChanged.connect(lambda value: self._set(autosave_idle_s=value))
        self.theme = self._choice(
            "theme",
            [(self.tr("As the system says"), "system"), (self.tr("Light"), "light"), (self.tr("Dark"), "dark")],
        )
        self.palette_choice = self._choice("palette", [(self.tr(each.title), each.name) for each in palettes])
        self.indexing = self._choice(
            "indexing",
            [(self.tr("As soon as a dataset is open"), "automatic"), (self.tr("Only when I say so"), "manual")],
        )
        form.addRow(self.tr("Save to the dataset's files"), self.autosave)
        form.addRow(self.tr("Pause before saving"), self.idle)
        form.addRow(self.tr("Index in the background"), self.indexing)
        form.addRow(self.tr("Theme"), self.theme)
        form.addRow(self.tr("Class colours"), self.palette_choice)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)
        self._enable()

    def _choice(self, name: str, entries: list[tuple[str, str]]) -> QComboBox:
        box = QComboBox()
        box.setObjectName(f"preference_{name}")
        for text, value in entries:
            box.addItem(text, value)
        box.setCurrentIndex(box.findData(getattr(self._settings, name)))
        box.activated.connect(lambda: self._set(**{name: box.currentData()}))
        return box

    def _set(self, **changed: object) -> None:
        self._settings = dataclasses.replace(self._settings, **changed)  # type: ignore[arg-type]
        self._enable()
        self._change(self._settings)

    def _enable(self) -> None:
        self.idle.setEnabled(self._settings.autosave == "automatic")
