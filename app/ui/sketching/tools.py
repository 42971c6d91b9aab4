"""The two rows above the preview: what is seen of the sketches, and what the mouse does to the new one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSlider, QToolButton, QVBoxLayout, QWidget

from app.ui.exporting.boxes import TickBox
from app.ui.icons import icon
from app.ui.messages import Label, tooltip
from app.ui.sketching.comparison import LARGEST_BRUSH_PX, Comparison, Hand, Seen


class Tools(QWidget):
    """The rows and the ``comparison`` beneath."""

    changed = Signal()
    """Something else is seen, or the mouse does something else."""

    def __init__(self) -> None:
        super().__init__()
        self.comparison = Comparison()
        self.comparison.brush_changed.connect(self._on_brush)
        self.seen = self._choices(
            {
                Seen.NEW: self.tr("New"), Seen.OLD: self.tr("The one there now"), Seen.BOTH: self.tr("Side by side"),
                Seen.WIPE: self.tr("Wipe"), Seen.DIFFERENCE: self.tr("Difference"),
            }
        )  # fmt: skip
        self.hands = self._choices(
            {Hand.NONE: self.tr("Pan"), Hand.BRUSH: self.tr("Brush"), Hand.ERASER: self.tr("Eraser")}
        )
        self.seen.idClicked.connect(lambda at: self.see(list(Seen)[at]))
        self.hands.idClicked.connect(lambda at: self.take_up(list(Hand)[at]))
        self.width_slider = QSlider(Qt.Orientation.Horizontal)
        self.width_slider.setRange(1, LARGEST_BRUSH_PX)
        self.width_slider.setAccessibleName(self.tr("Width of brush and eraser"))
        self.width_slider.setToolTip(tooltip(self.tr("Width of brush and eraser, also by Shift and the wheel")))
        self.width_slider.setMaximumWidth(110)
        self.width_slider.valueChanged.connect(self._set_width)
        self.width_label = Label("")
        self.width_label.setFixedWidth(
            self.width_label.fontMetrics().horizontalAdvance(self.tr("{width} px").format(width=LARGEST_BRUSH_PX))
        )
        self.beneath = TickBox(self.tr("Photo beneath"))
        self.back = self._button("undo-2", self.tr("Take the last stroke back"), self.comparison.undo)
        self.again = self._button("redo-2", self.tr("Do the stroke again"), self.comparison.redo)
        self.fit = self._button("maximize", self.tr("See the whole sketch"), self.comparison.viewport.fit)
        self.actual = QToolButton()
        self.actual.setText(self.tr("100 %"))
        self.actual.setAutoRaise(True)
        self.actual.setToolTip(tooltip(self.tr("One pixel of the sketch per pixel of the screen")))
        self.actual.clicked.connect(self.comparison.viewport.actual_size)
        self.zoom = Label("", muted=True)
        self.zoom.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        # Numbers of more digits push no button from under the pointer.
        self.zoom.setFixedWidth(self.zoom.fontMetrics().horizontalAdvance(self.tr("{percent} %").format(percent=6400)))
        self.comparison.viewport.changed.connect(self._show_zoom)
        self._arrange()
        self._on_brush(self.comparison.brush_px)
        self._show_zoom()

    def show_state(self, *, has_photo: bool) -> None:
        """What can be used now."""
        can_compare = self.comparison.old is not None
        for at, button in enumerate(self.seen.buttons()):
            button.setEnabled(at == 0 or can_compare)
        self.back.setEnabled(self.comparison.is_touched)
        self.again.setEnabled(self.comparison.can_redo)
        self.beneath.setEnabled(has_photo)

    def see(self, seen: Seen) -> None:
        """This is to be seen."""
        self.comparison.seen = seen
        if seen not in (Seen.NEW, Seen.BOTH):
            self.take_up(Hand.NONE)
        self.changed.emit()

    def take_up(self, hand: Hand) -> None:
        """The mouse does this from now on."""
        self.comparison.hand = hand
        self.hands.button(list(Hand).index(hand)).setChecked(True)
        self.seen.button(list(Seen).index(self.comparison.seen)).setChecked(True)
        self.changed.emit()

    def _set_width(self, width: int) -> None:
        self.comparison.brush_px = width

    def _on_brush(self, width: int) -> None:
        self.width_slider.setValue(width)
        self.width_label.setText(self.tr("{width} px").format(width=width))

    def _show_zoom(self) -> None:
        zoom = self.comparison.viewport.zoom
        self.zoom.setText(self.tr("{percent} %").format(percent=f"{100 * zoom:.0f}"))

    def _choices(self, titles: dict[Seen, str] | dict[Hand, str]) -> QButtonGroup:
        group = QButtonGroup(self)
        for at, title in enumerate(titles.values()):
            button = QPushButton(title)
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setChecked(at == 0)
            group.addButton(button, at)
        return group

    def _button(self, picture: str, title: str, do: Callable[[], None]) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(picture))
        button.setAutoRaise(True)
        button.setToolTip(tooltip(title))
        button.setAccessibleName(title)
        button.clicked.connect(do)
        return button

    def _arrange(self) -> None:
        views, tools = QHBoxLayout(), QHBoxLayout()
        for button in self.seen.buttons():
            views.addWidget(button)
        views.addStretch(1)
        views.addWidget(self.zoom)
        views.addWidget(self.fit)
        views.addWidget(self.actual)
        for button in self.hands.buttons():
            tools.addWidget(button)
        for widget in (self.width_slider, self.width_label, self.back, self.again):
            tools.addWidget(widget)
        tools.addStretch(1)
        tools.addWidget(self.beneath)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(views)
        column.addLayout(tools)
        column.addWidget(self.comparison, 1)
