"""The range of the photo's values that may be changed: its word, and the panel in which it is set.

The range is either on or off; its bounds are kept as options either way, so that a key can switch it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QPushButton, QSpinBox, QVBoxLayout, QWidget

from app.faces.classes import CLASSES
from app.imaging.intensity import Channel, Channel8, PhotoRange, channel_of
from app.ui.canvas.tools.tool import Option, OptionValue
from app.ui.exporting.boxes import TickBox
from app.ui.messages import Label, tooltip
from app.ui.strip.histogram import Histogram
from app.ui.strip.word import Reading, Word

if TYPE_CHECKING:
    from app.faces.mask import Binary
    from app.ui.session import Session

CONTEXT = "rules"
RANGE_OPTIONS = (
    Option(
        "range.channel",
        "Channel",
        Channel.LIGHTNESS.value,
        tuple((channel.value, channel.value) for channel in Channel),
    ),
    Option("range.low", "Lowest value", 0, high=255),
    Option("range.high", "Highest value", 255, high=255),
    Option("range.inverted", "Outside of it", False),
)
"""What the range was last, also while it is off."""
_LEFT_OUT = 2.0
"""Per cent of a class's pixels at either end that its own range leaves out: borders are mixed colours."""


def _tr(text: str) -> str:
    return QCoreApplication.translate(CONTEXT, text)


def kept_range(session: Session) -> PhotoRange:
    """The range that is on, or was on last."""
    if session.photo_range is not None:
        return session.photo_range
    channel, low, high, inverted = (session.option(option.key, option.default) for option in RANGE_OPTIONS)
    return PhotoRange(Channel(channel), int(low), int(high), bool(inverted))


def keep_range(session: Session, wanted: PhotoRange, *, on: bool) -> None:
    """Remember the range, and let it hold or not."""
    values: tuple[OptionValue, ...] = (wanted.channel.value, wanted.low, wanted.high, wanted.inverted)
    for option, value in zip(RANGE_OPTIONS, values, strict=True):
        session.set_option(option.key, value)
    session.photo_range = wanted if on else None


def toggle_range(session: Session) -> None:
    """The range holds, or not any more."""
    keep_range(session, kept_range(session), on=session.photo_range is None)


def range_text(photo_range: PhotoRange | None) -> str:
    """The range as it stands in the sentence."""
    if photo_range is None:
        return _tr("any tone")
    text = _tr("{channel} not {low}–{high}") if photo_range.inverted else _tr("{channel} {low}–{high}")
    return text.format(channel=_tr(photo_range.channel.value), low=photo_range.low, high=photo_range.high)


class RangeWord(Word):
    """Which of the photo's values may be changed; a click opens the panel."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("stripRange", _tr("Which of the photo's values may be changed"), parent)
        self.session = session
        self.panel = RangePanel(session, self)
        self.clicked.connect(self._open)

    @property
    def is_usual(self) -> bool:
        """Whether all may be changed."""
        return self.session.photo_range is None

    def refresh(self) -> None:
        """Say what holds now."""
        wanted = self.session.photo_range
        text, short = range_text(wanted), f"{wanted.low}–{wanted.high}" if wanted is not None else ""
        if wanted is not None and not self.session.photo.is_there:
            text, short = _tr("{range} (no photo)").format(range=text), _tr("no photo")
        self.read(Reading(text, short=short, icon="contrast"))

    def _open(self) -> None:
        self.panel.open_below(self)


class RangePanel(QFrame):
    """Channel, histogram with the two bounds, tick; everything holds at once and shows on the picture."""

    shown_changed = Signal(bool)
    """The panel is open, or not any more: meanwhile the picture shows what may be changed."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("rangePanel")
        self.setAccessibleName(_tr("Range of the photo's values"))
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._session = session
        self._planes: tuple[object, Channel8] | None = None
        self.on_box = TickBox(_tr("Only where the photo is in this range"))
        self.on_box.setObjectName("rangeOn")
        self.channel_box = QComboBox()
        self.channel_box.setObjectName("rangeChannel")
        self.channel_box.setAccessibleName(_tr("What of the photo is looked at"))
        for channel in Channel:
            self.channel_box.addItem(_tr(channel.value), channel)
        self.histogram = Histogram()
        self.histogram.setObjectName("rangeHistogram")
        self.low_box, self.high_box = (self._bound(name, title) for name, title in (
            ("rangeLow", _tr("Lowest value")), ("rangeHigh", _tr("Highest value"))))  # fmt: skip
        self.outside_box = TickBox(_tr("outside of it"))
        self.outside_box.setObjectName("rangeOutside")
        self.take_button = QPushButton()
        self.take_button.setObjectName("rangeTake")
        self.count = Label("", name="rangeCount", muted=True)
        self._lay_out()
        self.on_box.toggled.connect(lambda on: self._set(kept_range(session), on=on))
        self.channel_box.activated.connect(self._on_channel)
        self.histogram.moved.connect(self._on_bounds)
        self.low_box.valueChanged.connect(lambda low: self._on_bounds(low, max(low, self.high_box.value())))
        self.high_box.valueChanged.connect(lambda high: self._on_bounds(min(high, self.low_box.value()), high))
        self.outside_box.toggled.connect(lambda out: self._set(replace(kept_range(session), inverted=out)))
        self.take_button.clicked.connect(self._take)
        session.rules_changed.connect(self._refresh_if_open)
        session.face_class_changed.connect(self._refresh_if_open)

    def _bound(self, name: str, title: str) -> QSpinBox:
        box = QSpinBox()
        box.setObjectName(name)
        box.setAccessibleName(title)
        box.setToolTip(tooltip(title))
        box.setRange(0, 255)
        return box

    def _lay_out(self) -> None:
        bounds = QHBoxLayout()
        for widget in (self.low_box, Label("–"), self.high_box, self.outside_box):
            bounds.addWidget(widget)
        bounds.addStretch(1)
        below = QHBoxLayout()
        below.addWidget(self.take_button)
        below.addStretch(1)
        below.addWidget(self.count)
        column = QVBoxLayout(self)
        column.addWidget(self.on_box)
        column.addWidget(self.channel_box)
        column.addWidget(self.histogram)
        column.addLayout(bounds)
        column.addLayout(below)

    def open_below(self, word: QWidget) -> None:
        """Show the panel under its word, the range on: nobody opens it to leave everything as it is."""
        keep_range(self._session, kept_range(self._session), on=True)
        self._refresh()
        self.adjustSize()
        corner = word.mapToGlobal(QPoint(0, word.height() + 2))
        screen = word.screen().availableGeometry()
        corner.setX(max(screen.left(), min(corner.x(), screen.right() - self.width())))
        self.move(corner)
        self.show()
        self.channel_box.setFocus()
        self.shown_changed.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        wanted = self._session.photo_range
        if wanted is not None and (wanted.low, wanted.high, wanted.inverted) == (0, 255, False):
            keep_range(self._session, wanted, on=False)  # it was only looked at
        self.shown_changed.emit(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.hide()
            return
        super().keyPressEvent(event)

    def _on_channel(self) -> None:
        self._set(PhotoRange(self.channel_box.currentData()))

    def _on_bounds(self, low: int, high: int) -> None:
        self._set(replace(kept_range(self._session), low=low, high=high))

    def _set(self, wanted: PhotoRange, *, on: bool = True) -> None:
        keep_range(self._session, wanted, on=on)
        self._refresh()

    def _take(self) -> None:
        """The range that the pixels of the class in hand have."""
        layer, plane = self._layer(), self._plane()
        if layer is None or plane is None or not layer.any():
            return
        low, high = np.percentile(plane[layer], (_LEFT_OUT, 100 - _LEFT_OUT))
        self._on_bounds(int(np.floor(low)), int(np.ceil(high)))

    def _refresh_if_open(self, *_: object) -> None:
        if self.isVisible():
            self._refresh()

    def _refresh(self) -> None:
        session, wanted = self._session, kept_range(self._session)
        controls = (self.on_box, self.channel_box, self.low_box, self.high_box, self.outside_box)
        for control in controls:
            control.blockSignals(True)
        self.on_box.setChecked(session.photo_range is not None)
        self.channel_box.setCurrentIndex(self.channel_box.findData(wanted.channel))
        self.low_box.setValue(wanted.low)
        self.high_box.setValue(wanted.high)
        self.outside_box.setChecked(wanted.inverted)
        for control in controls:
            control.blockSignals(False)
        plane, layer = self._plane(), self._layer()
        self.histogram.show_counts(None if plane is None else np.bincount(plane.ravel(), minlength=256))
        self.histogram.show_bounds(wanted.low, wanted.high, inverted=wanted.inverted)
        held = CLASSES[session.face_class]
        self.take_button.setText(_tr("Take from {name}").format(name=held.name))
        self.take_button.setEnabled(plane is not None and layer is not None and bool(layer.any()))
        self.count.setText(self._share())

    def _share(self) -> str:
        if self._plane() is None:
            return _tr("no photo")
        within = self._session.within()
        return (
            "" if within is None else _tr("{percent:.1f} % of the picture").format(percent=100 * float(within.mean()))
        )

    def _plane(self) -> Channel8 | None:
        """The channel of the photo on screen, at the mask's size."""
        layer, session = self._layer(), self._session
        photo = None if layer is None else session.photo.rgb((layer.shape[0], layer.shape[1]))
        if layer is None or photo is None:
            return None
        channel = kept_range(session).channel
        key = (session.photo.revision, layer.shape, channel)
        if self._planes is None or self._planes[0] != key:
            self._planes = key, channel_of(photo, channel)
        return self._planes[1]

    def _layer(self) -> Binary | None:
        """Where the class in hand is, on the mask on screen."""
        document, sample = self._session.document, self._session.sample
        mask = document.mask(sample) if document and sample and document.is_open(sample) else None
        return None if mask is None else mask.layer(CLASSES[self._session.face_class].name)
