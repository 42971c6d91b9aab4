"""The strip under the menus: the tools, the brush, and in one sentence what a stroke would do now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QSizePolicy, QSpinBox, QToolBar, QToolButton

from app.faces.classes import CLASSES, names_of
from app.faces.sample import Modality
from app.ui.messages import Label, not_edited, tooltip
from app.ui.session import LARGEST_BRUSH

if TYPE_CHECKING:
    from app.ui.action_set import ActionSet
    from app.ui.session import Session

_SHAPES = (("brush.round", "round"), ("brush.square", "square"), ("brush.diamond", "diamond"))
_LOCKS_NAMED = 3
_TOLD_MS = 6000


class ToolStrip(QToolBar):
    """Reads and sets the session; its buttons are the table's actions."""

    def __init__(self, session: Session, actions: ActionSet) -> None:
        super().__init__()
        self._session = session
        self.setObjectName("toolStrip")
        self.setWindowTitle(self.tr("Tool options"))
        self.setAccessibleName(self.tr("Tool options"))
        self.setMovable(False)
        self.setIconSize(QSize(18, 18))
        self.toggleViewAction().setEnabled(False)
        for action_id in ("sample.previous", "sample.next"):
            self._add(actions, action_id)
        self.addSeparator()
        for action_id in ("edit.undo", "edit.redo", "file.save"):
            self._add(actions, action_id)
        self.addSeparator()
        for action_id in ("tool.brush", "tool.eraser", "tool.pick", "tool.hand"):
            self._add(actions, action_id)
        self.addSeparator()
        self.size_box = QSpinBox()
        self.size_box.setObjectName("brushSize")
        self.size_box.setAccessibleName(self.tr("Brush size in mask pixels"))
        self.size_box.setToolTip(tooltip(self.tr("Brush size in mask pixels: [ and ], or Shift+wheel on the picture")))
        self.size_box.setRange(1, LARGEST_BRUSH)
        self.size_box.setSuffix(self.tr(" px"))
        self.size_box.setKeyboardTracking(False)
        self.size_box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.addWidget(self.size_box)
        for action_id, _shape in _SHAPES:
            self._add(actions, action_id)
        self.others_box = self._box("othersRule", self.tr("What painting does to other classes"))
        self.erase_box = self._box("eraseMode", self.tr("What the eraser takes away"))
        self._others = self.addWidget(self.others_box)
        self._erases = self.addWidget(self.erase_box)
        self.addSeparator()
        self.swatch = Label(name="stripSwatch")
        self.swatch.setFixedSize(12, 12)
        self.swatch.setAutoFillBackground(True)
        self.addWidget(self.swatch)
        self.sentence = Label(name="stripSentence")
        self.sentence.setContentsMargins(6, 0, 0, 0)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.sentence.setMinimumWidth(40)
        self.addWidget(self.sentence)
        self._told = QTimer(self)
        self._told.setSingleShot(True)
        self._told.setInterval(_TOLD_MS)
        self._fill_boxes()
        self._connect()
        self.refresh()

    def _add(self, actions: ActionSet, action_id: str) -> None:
        self.addAction(actions[action_id])
        button = self.widgetForAction(actions[action_id])
        if isinstance(button, QToolButton):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _box(self, name: str, title: str) -> QComboBox:
        box = QComboBox()
        box.setObjectName(name)
        box.setAccessibleName(title)
        box.setToolTip(tooltip(title))
        box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return box

    def _fill_boxes(self) -> None:
        from app.imaging.compose import Erase, Others

        for rule in Others:
            self.others_box.addItem(self.tr("Others: {rule}").format(rule=self.tr(rule.value)), rule.value)
        for mode in Erase:
            self.erase_box.addItem(self.tr("Erase: {mode}").format(mode=self.tr(mode.value)), mode.value)

    def _connect(self) -> None:
        session = self._session
        self._told.timeout.connect(self.refresh)
        self.size_box.valueChanged.connect(self._on_size)
        self.size_box.editingFinished.connect(self._leave_box)
        self.others_box.activated.connect(self._on_others)
        self.erase_box.activated.connect(self._on_erase_mode)
        for signal in (
            session.tool_changed, session.face_class_changed, session.brush_size_changed, session.rules_changed,
            session.view_changed, session.sample_changed,
        ):  # fmt: skip
            signal.connect(lambda *_: self.refresh())

    def _on_size(self, size: int) -> None:
        self._session.brush_size = size

    def _leave_box(self) -> None:
        # Typed a size and pressed Enter: the keys belong to the canvas again.
        if self.size_box.hasFocus():
            self.size_box.clearFocus()

    def _on_others(self) -> None:
        self._session.others_name = self.others_box.currentData()

    def _on_erase_mode(self) -> None:
        self._session.erase_mode_name = self.erase_box.currentData()

    @property
    def is_erasing(self) -> bool:
        """Whether a stroke with the left button would erase."""
        return self._session.tool == "eraser" or (self._session.tool == "brush" and self._session.erasing)

    def refresh(self) -> None:
        """Say what a stroke would do now."""
        session = self._session
        self.size_box.blockSignals(True)
        self.size_box.setValue(session.brush_size)
        self.size_box.blockSignals(False)
        self.others_box.setCurrentIndex(self.others_box.findData(session.others_name))
        self.erase_box.setCurrentIndex(self.erase_box.findData(session.erase_mode_name))
        self._others.setVisible(not self.is_erasing)
        self._erases.setVisible(self.is_erasing)
        face_class = CLASSES[session.face_class]
        colours = self.swatch.palette()
        red, green, blue = face_class.safe_colour if session.palette == "safe" else face_class.colour
        colours.setColor(self.swatch.backgroundRole(), f"#{red:02x}{green:02x}{blue:02x}")
        self.swatch.setPalette(colours)
        self._told.stop()
        self._say(self.text(), QPalette.ColorRole.WindowText)

    def tell(self, text: str) -> None:
        """Why a stroke was refused, for a while: here, where nothing moves under the pointer."""
        self._say(text, QPalette.ColorRole.BrightText)
        self._told.start()

    def _say(self, text: str, role: QPalette.ColorRole) -> None:
        self.sentence.setForegroundRole(role)
        self.sentence.setText(text)
        self.sentence.setToolTip(tooltip(text))

    def _why_not(self) -> str | None:
        """Why the mask of the sample on screen cannot be painted, or None."""
        document, sample = self._session.document, self._session.sample
        if document is None or sample is None or not document.is_open(sample):
            return None
        if reason := document.read_only(sample, Modality.MASK):
            return not_edited(reason)
        return None if document.mask(sample) is not None else self.tr("This sample has no mask to paint on.")

    def text(self) -> str:
        """``Painting l_brow · others: show it · locked: hair``."""
        session = self._session
        name = CLASSES[session.face_class].name
        if session.tool in ("brush", "eraser") and (reason := self._why_not()):
            return reason
        if session.tool == "pick":
            return self.tr("Click a class in the picture to take it up")
        if session.tool == "hand":
            return self.tr("Drag to move the picture")
        if self.is_erasing:
            what = name if session.erase_mode_name == "this class" else self.tr(session.erase_mode_name)
            parts = [self.tr("Erasing: {what}").format(what=what)]
        else:
            rule = self.tr(session.others_name)
            parts = [
                self.tr("Painting {name}").format(name=name),
                self.tr("others: {rule}").format(rule=rule),
            ]
        locked = (["background"] if session.background_locked else []) + list(names_of(session.locked))
        if locked:
            named = ", ".join(locked[:_LOCKS_NAMED])
            more = len(locked) - _LOCKS_NAMED
            parts.append(self.tr("locked: {names}").format(names=f"{named} +{more}" if more > 0 else named))
        return " · ".join(parts)
