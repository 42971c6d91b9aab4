"""The strip itself: to and fro, undo and save, the options of the tool in hand, and the sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QAction, QPalette, QResizeEvent
from PySide6.QtWidgets import QToolBar, QToolButton, QWidget

from app.faces.sample import Modality
from app.ui.canvas.tools import BUILT_IN, Tool
from app.ui.messages import not_edited, tooltip
from app.ui.session import LARGEST_BRUSH
from app.ui.strip.option_controls import Number, OptionControls
from app.ui.strip.photo_range import RangeWord
from app.ui.strip.rule_words import AreaWord, ClassWord, EraseWord, LocksWord, OthersWord
from app.ui.strip.sentence import Sentence
from app.ui.strip.word import Word

if TYPE_CHECKING:
    from app.ui.action_set import ActionSet
    from app.ui.session import Session

SHAPES = ("brush.round", "brush.square", "brush.diamond")
_TOLD_MS = 6000
_SENTENCE_WIDTH = 540
"""What the sentence gets before the tool's options do."""


class ToolStrip(QToolBar):
    """Reads and sets the session; its buttons are the table's actions."""

    def __init__(self, session: Session, actions: ActionSet) -> None:
        super().__init__()
        self._session = session
        self._tools: dict[str, type[Tool]] = {tool.name: tool for tool in BUILT_IN}
        self.setObjectName("toolStrip")
        self.setWindowTitle(self.tr("Tool options"))
        self.setAccessibleName(self.tr("Tool options"))
        self.setMovable(False)
        self.setIconSize(QSize(18, 18))
        self.toggleViewAction().setEnabled(False)
        for action_id in ("sample.previous", "sample.next"):
            self._add(actions[action_id])
        self.addSeparator()
        for action_id in ("edit.undo", "edit.redo", "file.save"):
            self._add(actions[action_id])
        self.addSeparator()
        self.size_box = Number(1, LARGEST_BRUSH, self.tr(" px"))
        self.size_box.setObjectName("brushSize")
        self.size_box.setAccessibleName(self.tr("Brush size in mask pixels"))
        self.size_box.setToolTip(tooltip(self.tr("Brush size in mask pixels: [ and ], or Shift+wheel on the picture")))
        self.options = OptionControls(session, [self.size_box, *(_button(actions[name]) for name in SHAPES)])
        self.addWidget(self.options)
        self.sentence = Sentence()
        self.addWidget(self.sentence)
        self.class_word = ClassWord(session, self.sentence)
        self.erase_word = EraseWord(session, self.sentence)
        self.area_word = AreaWord(session, self.sentence)
        self.others_word = OthersWord(session, self.sentence)
        self.range_word = RangeWord(session, self.sentence)
        self.locks_word = LocksWord(session, self.sentence)
        self._told = QTimer(self)
        self._told.setSingleShot(True)
        self._told.setInterval(_TOLD_MS)
        self._connect()
        self.refresh()

    def _add(self, action: QAction) -> None:
        self.addAction(action)
        button = self.widgetForAction(action)
        if isinstance(button, QToolButton):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _connect(self) -> None:
        session = self._session
        self._told.timeout.connect(self.refresh)
        self.size_box.valueChanged.connect(self._on_size)
        for signal in (
            session.tool_changed, session.face_class_changed, session.brush_size_changed, session.rules_changed,
            session.view_changed,
        ):  # fmt: skip
            signal.connect(lambda *_: self.refresh())
        session.option_changed.connect(self._on_option_changed)

    def _on_option_changed(self) -> None:
        if self.tr(self.tool.verb_now(self._session)) != self.class_word.verb:
            self.refresh()

    def _on_size(self, size: int) -> None:
        self._session.brush_size = size

    @property
    def tool(self) -> type[Tool]:
        """The tool in hand."""
        return self._tools.get(self._session.tool, BUILT_IN[0])

    @property
    def _paints(self) -> bool:
        return self.tool.verb_now(self._session) == "Painting"

    @property
    def is_erasing(self) -> bool:
        """Whether the left button would erase."""
        return self._paints and (self._session.tool == "eraser" or self._session.erasing)

    def refresh(self) -> None:
        """Say what the tool would do now."""
        self.size_box.blockSignals(True)
        self.size_box.setValue(self._session.brush_size)
        self.size_box.blockSignals(False)
        self.options.show_options(self.tool.options, with_fixed=self.tool.shows_footprint)
        self._fit()
        self._told.stop()
        self._say()

    def _say(self) -> None:
        tool = self.tool
        if tool.changes_mask and (reason := self._why_not()):
            self.sentence.tell(reason)
            return
        self.class_word.verb = self.tr(tool.verb_now(self._session))
        words: list[Word] = []
        if self.is_erasing:
            words.append(self.erase_word)
        elif tool.verb:
            words.append(self.class_word)
        if tool.changes_mask:
            words.append(self.area_word)
            if self._paints and not self.is_erasing:
                words.append(self.others_word)
            words += [self.range_word, self.locks_word]
        for word in (
            self.class_word,
            self.erase_word,
            self.area_word,
            self.others_word,
            self.range_word,
            self.locks_word,
        ):
            word.refresh()
        usual = [word for word in (self.range_word, self.locks_word, self.area_word) if word.is_usual]
        special = [
            word for word in (self.locks_word, self.others_word, self.range_word, self.area_word) if word not in usual
        ]
        shrinking = [word for word in (*usual, *special, self.class_word) if word in words]
        self.sentence.show_words(words, lead=self.tr(tool.says) if tool.says else "", shrinking=shrinking)

    def tell(self, text: str, *, is_refusal: bool = True) -> None:
        """Why a stroke was refused, or what else is to know, for a while: here nothing moves under the pointer."""
        role = QPalette.ColorRole.BrightText if is_refusal else QPalette.ColorRole.WindowText
        self.sentence.tell(text, role)
        self._told.start()

    def _why_not(self) -> str | None:
        """Why the mask of the sample on screen cannot be painted, or None."""
        document, sample = self._session.document, self._session.sample
        if document is None or sample is None or not document.is_open(sample):
            return None
        if reason := document.read_only(sample, Modality.MASK):
            return not_edited(reason)
        return None if document.mask(sample) is not None else self.tr("This sample has no mask to paint on.")

    def text(self) -> str:
        """The whole sentence: ``Painting l_brow · anywhere · others: show it · any tone · locked: hair``."""
        return self.sentence.text()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The options have what the buttons before them and the sentence leave."""
        before = sum(self._width_of(action) for action in self.actions()[:_BUTTONS])
        self.options.fit(max(0, self.width() - before - _SENTENCE_WIDTH))

    def _width_of(self, action: QAction) -> int:
        widget: QWidget | None = self.widgetForAction(action)
        return (widget.sizeHint().width() if widget is not None else 0) + 4


_BUTTONS = 7
"""What stands before the options: five buttons and two lines between them."""


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setAutoRaise(True)
    button.setIconSize(QSize(18, 18))
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button
