"""How photos are shown: brightness, contrast, gamma, or one channel. It stays while browsing; no file changes."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QPushButton, QSlider, QVBoxLayout, QWidget

from app.ui.looks import LARGEST_GAMMA, LEAST_GAMMA
from app.ui.messages import Label, tooltip

if TYPE_CHECKING:
    from app.ui.session import Session

_GAMMA_STEPS = 100
"""Steps of the slider from gamma 1 to the largest."""


def channel_choices() -> list[tuple[str, str]]:
    """What of the photo can be shown: its title and its name in ``Looks.channel``."""
    from app.imaging.intensity import Channel

    def tr(text: str) -> str:
        return QCoreApplication.translate("PhotoPanel", text)

    return [(tr("In colours"), "")] + [(tr(each.value).capitalize(), each.value) for each in Channel]


class PhotoPanel(QWidget):
    """Sets the session's looks; shows them when something else sets them."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.channel = QComboBox()
        self.channel.setObjectName("photoChannel")
        self.channel.setAccessibleName(self.tr("What of the photo is shown"))
        for text, name in channel_choices():
            self.channel.addItem(text, name)
        self.brightness = self._slider("photoBrightness", self.tr("Brightness"), -100, 100)
        self.contrast = self._slider("photoContrast", self.tr("Contrast"), -100, 100)
        self.gamma = self._slider("photoGamma", self.tr("Gamma: more lifts the shadows"), -_GAMMA_STEPS, _GAMMA_STEPS)
        self._values = [Label(muted=True) for _ in range(3)]
        self.reset = QPushButton(self.tr("Show the photo as it is"))
        self.reset.setObjectName("photoReset")
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        grid.addWidget(Label(self.tr("Channel")), 0, 0)
        grid.addWidget(self.channel, 0, 1, 1, 2)
        sliders = (self.brightness, self.contrast, self.gamma)
        names = (self.tr("Brightness"), self.tr("Contrast"), self.tr("Gamma"))
        for row, (name, slider, value) in enumerate(zip(names, sliders, self._values, strict=True), start=1):
            value.setMinimumWidth(self.fontMetrics().horizontalAdvance("+100"))
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(Label(name), row, 0)
            grid.addWidget(slider, row, 1)
            grid.addWidget(value, row, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addLayout(grid)
        column.addWidget(self.reset)
        note = Label(self.tr("Only the view changes: no file does, and tools work on the photo as it is."), muted=True)
        note.setWordWrap(True)
        column.addWidget(note)
        column.addStretch(1)
        self.channel.activated.connect(self._on_channel)
        self.brightness.valueChanged.connect(lambda value: self._set(brightness=value / 100))
        self.contrast.valueChanged.connect(lambda value: self._set(contrast=value / 100))
        self.gamma.valueChanged.connect(lambda value: self._set(gamma=_gamma_at(value)))
        self.reset.clicked.connect(self._on_reset)
        session.view_changed.connect(self._show)
        self._show()

    @staticmethod
    def _slider(name: str, title: str, least: int, largest: int) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setObjectName(name)
        slider.setAccessibleName(title)
        slider.setToolTip(tooltip(title))
        slider.setRange(least, largest)
        slider.setPageStep(10)
        slider.setMinimumWidth(60)
        return slider

    def _set(self, **changed: float) -> None:
        self._session.looks = replace(self._session.looks, **changed)  # type: ignore[arg-type]

    def _on_channel(self) -> None:
        self._session.looks = replace(self._session.looks, channel=self.channel.currentData())

    def _on_reset(self) -> None:
        self._session.looks = self._session.looks.with_plain_photo()

    def _show(self) -> None:
        looks = self._session.looks
        self.channel.setCurrentIndex(self.channel.findData(looks.channel))
        places = (round(100 * looks.brightness), round(100 * looks.contrast), _place_of(looks.gamma))
        texts = (f"{places[0]:+d}", f"{places[1]:+d}", f"{looks.gamma:.2f}")
        sliders = (self.brightness, self.contrast, self.gamma)
        for slider, place, value, text in zip(sliders, places, self._values, texts, strict=True):
            slider.blockSignals(True)
            slider.setValue(place)
            slider.blockSignals(False)
            value.setText("0" if text == "+0" else text)
        self.reset.setEnabled(not looks.shows_photo_as_it_is)


def _gamma_at(place: int) -> float:
    """The slider's middle is 1, its ends the least and the largest; between them equal steps are equal factors."""
    return float(max(LEAST_GAMMA, min(LARGEST_GAMMA, round(LARGEST_GAMMA ** (place / _GAMMA_STEPS), 2))))


def _place_of(gamma: float) -> int:
    return round(_GAMMA_STEPS * math.log(gamma, LARGEST_GAMMA))
