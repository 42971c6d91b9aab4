"""Which classes a clean-up is for: the one held, all, those shown, or those ticked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QGridLayout, QToolButton, QVBoxLayout, QWidget

from app.faces.classes import CLASSES, LAYER_CLASSES
from app.ui.cleanup.controls import Choice, swatch
from app.ui.messages import tooltip

if TYPE_CHECKING:
    from app.ui.session import Session

HELD, ALL, SHOWN, TICKED = "held", "all", "shown", "ticked"
_MODE, _TICKS = "cleanup.targets", "cleanup.ticked"
_COLUMNS = 9


class TargetChooser(QWidget):
    """Remembers the choice in the session. Background is no class that could be cleaned up."""

    edited = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.mode = Choice(self.tr("Classes to clean up"))
        self.mode.setObjectName("cleanupTargets")
        for word, text in (
            (HELD, ""),
            (ALL, self.tr("All classes")),
            (SHOWN, self.tr("Classes that are shown")),
            (TICKED, self.tr("Chosen classes")),
        ):
            self.mode.addItem(text, word)
        self.ticks = {c.id: self._tick(c.id) for c in LAYER_CLASSES}
        self._grid = QWidget()
        grid = QGridLayout(self._grid)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(2)
        for number, tick in enumerate(self.ticks.values()):
            grid.addWidget(tick, number // _COLUMNS, number % _COLUMNS)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.mode)
        column.addWidget(self._grid)
        self.setFocusProxy(self.mode)
        self.mode.edited.connect(lambda word: session.set_option(_MODE, word))
        session.option_changed.connect(self._on_option_changed)
        session.face_class_changed.connect(self._on_class_changed)
        session.view_changed.connect(self._on_view_changed)
        self._shown = session.open_eyes
        self._palette = session.palette
        self._show_held()
        self._show_choice()

    def _tick(self, class_id: int) -> QToolButton:
        face_class = CLASSES[class_id]
        tick = QToolButton()
        tick.setCheckable(True)
        tick.setIcon(swatch(self._session.colour_of(face_class)))
        tick.setIconSize(QSize(12, 12))
        tick.setAccessibleName(face_class.title)
        tick.setToolTip(tooltip(face_class.title))
        tick.clicked.connect(self._on_ticked)
        return tick

    @property
    def choice(self) -> str:
        """One of the modes."""
        return str(self._session.option(_MODE, HELD))

    def targets(self) -> tuple[int, ...]:
        """The official ids of the classes chosen."""
        choice, session = self.choice, self._session
        if choice == ALL:
            return tuple(c.id for c in LAYER_CLASSES)
        if choice == SHOWN:
            return tuple(c.id for c in LAYER_CLASSES if c.bit & session.open_eyes)
        if choice == TICKED:
            ticked = self._ticked()
            return tuple(c.id for c in LAYER_CLASSES if c.bit & ticked)
        return (session.face_class,) if session.face_class else ()

    def _ticked(self) -> int:
        kept = self._session.option(_TICKS, 0)
        return kept if isinstance(kept, int) else 0

    def _on_ticked(self) -> None:
        self._session.set_option(_TICKS, sum(CLASSES[c].bit for c, tick in self.ticks.items() if tick.isChecked()))

    def _on_option_changed(self, key: str) -> None:
        if key in (_MODE, _TICKS):
            self._show_choice()
            self.edited.emit()

    def _on_class_changed(self) -> None:
        self._show_held()
        if self.choice == HELD:
            self.edited.emit()

    def _on_view_changed(self) -> None:
        if self._session.palette != self._palette:
            self._palette = self._session.palette
            self._show_held()
            for class_id, tick in self.ticks.items():
                tick.setIcon(swatch(self._session.colour_of(CLASSES[class_id])))
        if self._session.open_eyes != self._shown:
            self._shown = self._session.open_eyes
            if self.choice == SHOWN:
                self.edited.emit()

    def _show_held(self) -> None:
        held = CLASSES[self._session.face_class]
        title = self.tr("Class held: {title}").format(title=held.title) if held.id else self.tr("Class held")
        self.mode.setItemText(0, title)
        self.mode.setItemIcon(0, swatch(self._session.colour_of(held)))

    def _show_choice(self) -> None:
        self.mode.show_value(self.choice)
        self._grid.setVisible(self.choice == TICKED)
        ticked = self._ticked()
        for class_id, tick in self.ticks.items():
            tick.setChecked(bool(CLASSES[class_id].bit & ticked))
