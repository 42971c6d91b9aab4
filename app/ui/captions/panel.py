"""The captions of the sample on screen, one line each, edited in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QToolButton,
    QWidget,
)

from app.faces.captions import CAPTIONS_PER_SAMPLE, Captions
from app.ui.captions import clipboard
from app.ui.captions.marked_lines import MarkedLines
from app.ui.captions.pages import ROW_SPACING, CaptionPages
from app.ui.captions.questions import ask_place, may_count
from app.ui.captions.row import Row

if TYPE_CHECKING:
    from app.document.edits import Edit
    from app.faces.sample import SampleId
    from app.generation.reading import Reader
    from app.ui.action_set import ActionSet
    from app.ui.captions.contradictions import Contradictions
    from app.ui.captions.spelling import Spelling
    from app.ui.captions.words import Word

_BUTTONS = (
    ("edit.add_caption", "edit.remove_caption", "edit.caption_up", "edit.caption_down"),
    ("captions.suggest", "captions.reword", "captions.past", "view.panel.coverage"),
)
"""By column."""


class CaptionsPanel(QWidget):
    """Shows the document's captions and carries what is typed to it through ``do``; owns no text itself."""

    back_to_canvas = Signal()
    newline_refused = Signal()
    count_changed = Signal(int)
    write_requested = Signal()
    generate_requested = Signal()
    states_changed = Signal()
    told = Signal(str)
    """What was done, for the status bar."""
    menu_opening = Signal(int, object, object)
    """A line's menu (a ``QMenu``) is about to be seen: the line, the menu, the ``Word`` it was asked for or None."""
    word_hovered = Signal(object)
    """The ``Word`` under the pointer, or None."""
    word_clicked = Signal(int, object)
    """A line and its word."""
    line_menu_requested = Signal(int)
    dismissed_requested = Signal()

    def __init__(self, do: Callable[[Edit], bool]) -> None:
        super().__init__()
        self._do = do
        self._sample: SampleId | None = None
        self._captions: Captions | None = None
        self._read_only: str | None = None
        self._current = 0
        self._is_chosen = False
        """Whether somebody went into a line of this sample."""
        self._rows: list[Row] = []
        self._marked = MarkedLines(self._rows)
        self._selection = self._marked.selection
        self._build()

    def _build(self) -> None:
        self._pages = CaptionPages()
        self._pages.write_requested.connect(self.write_requested)
        self._pages.generate_requested.connect(self.generate_requested)
        self._pages.dismissed.clicked.connect(self.dismissed_requested)
        self._scroll, self.notice = self._pages.scroller, self._pages.notice
        self.missing, self.write_button = self._pages.missing, self._pages.write_button
        self._buttons = QGridLayout()
        self._buttons.setSpacing(2)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 4, 4, 4)
        row.setSpacing(4)
        row.addWidget(self._pages, 1)
        row.addLayout(self._buttons)
        for _ in range(CAPTIONS_PER_SAMPLE):
            self._add_row()

    def add_buttons(self, actions: ActionSet) -> None:
        """Buttons at the right edge for what can be done with the lines."""
        for column, ids in enumerate(_BUTTONS):
            for row, action_id in enumerate(ids):
                button = QToolButton()
                button.setAutoRaise(True)
                button.setDefaultAction(actions[action_id])
                button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
                self._buttons.addWidget(button, row, column)
        self._buttons.setRowStretch(len(_BUTTONS[0]), 1)

    def sizeHint(self) -> QSize:
        return QSize(600, self.height_of(4))

    def height_of(self, rows: int) -> int:
        """The panel's height that shows this many lines whole."""
        return rows * (self._rows[0].sizeHint().height() + ROW_SPACING) + 8

    # What is shown

    @property
    def is_editable(self) -> bool:
        """Whether there are captions here that can be changed."""
        return self._captions is not None and self._read_only is None

    @property
    def can_be_written(self) -> bool:
        """Whether the sample has none and could have some."""
        return self._sample is not None and self._captions is None and self._read_only is None

    @property
    def current(self) -> int:
        """The line (0-based) that actions mean: the one edited last."""
        return self._current

    def show_captions(self, sample: SampleId | None, captions: Captions | None, read_only: str | None) -> None:
        """These lines now, of this sample; ``read_only`` says why they cannot be changed, or created."""
        if sample != self._sample:
            # The cursor stays in its line, and so does what commands mean.
            focused = self._focused()
            self._current, self._is_chosen = focused or 0, focused is not None
            self._marked.clear()
            self._pages.show_dismissed(0)
            self._selection.clear()
        self._sample, self._captions, self._read_only = sample, captions, read_only
        self._pages.setCurrentIndex(captions is not None)
        if captions is None:
            self._pages.show_missing(sample, read_only)
        self._show_lines(captions.texts if captions is not None else ())
        self._selection.clip(len(captions) if captions is not None else 0)
        self._pages.show_notice(captions, read_only)
        self.count_changed.emit(len(captions) if captions is not None else 0)
        self.states_changed.emit()

    def _show_lines(self, texts: tuple[str, ...]) -> None:
        focused = self._focused()
        while len(self._rows) < len(texts):
            self._add_row()
        for row, text in zip(self._rows, texts, strict=False):
            row.editor.setReadOnly(self._read_only is not None)
            row.editor.show_text(text)
            row.setVisible(True)
        for row in self._rows[len(texts) :]:
            row.editor.show_text("")
            row.setVisible(False)
        self._go_to(max(0, min(self._current, len(texts) - 1)))
        if focused is not None and focused >= len(texts) > 0:
            self._rows[len(texts) - 1].editor.setFocus()

    def _add_row(self) -> None:
        index = len(self._rows)
        row = Row(index + 1)
        self._marked.take_in(row)
        editor = row.editor
        editor.settled.connect(lambda: self._take(index))
        editor.finished.connect(lambda: self._go_on(index))
        editor.escaped.connect(self.back_to_canvas)
        editor.entered.connect(lambda: self._on_entered(index))
        editor.newline_refused.connect(self.newline_refused)
        editor.textChanged.connect(lambda _: self._marked.read(index))
        editor.word_hovered.connect(lambda word: self._on_word_hovered(index, word))
        editor.word_clicked.connect(lambda word: self.word_clicked.emit(index, word))
        editor.pressed.connect(self._selection.clear)
        editor.textEdited.connect(lambda _: self._selection.clear())
        editor.lines_copied.connect(self.copy_lines)
        editor.extended.connect(self._extend)
        editor.menu_opening.connect(lambda menu, word: self.menu_opening.emit(index, menu, word))
        row.number.clicked.connect(lambda modifiers: self._on_number_clicked(index, modifiers))
        row.number.menu_requested.connect(lambda: self._on_menu_requested(index))
        self._rows.append(row)
        self._pages.column.addWidget(row)

    # What the words mean

    @property
    def texts(self) -> tuple[str, ...]:
        """What the lines say, with what is being typed."""
        count = len(self._captions) if self._captions is not None else 0
        return tuple(row.editor.text() for row in self._rows[:count])

    def row(self, index: int) -> Row:
        """A line's widgets."""
        return self._rows[index]

    @property
    def dismissed(self) -> QToolButton:
        """Shows what was dismissed; there only when something was."""
        return self._pages.dismissed

    def show_contradictions(self, held: Contradictions, stale: frozenset[int], dismissed: int = 0) -> None:
        """What is held against the lines now; ``stale`` are those that an edit of mask or attributes made wrong.

        ``dismissed`` is how many contradictions are not shown because somebody let them stand.
        """
        self._pages.show_dismissed(dismissed)
        self._marked.show(held, stale, len(self.texts))

    def use_spelling(self, spelling: Spelling) -> None:
        """Words and tokens are looked at with this from now on; called again when it knows more words."""
        self._marked.use_spelling(spelling)

    def use_reader(self, reader: Reader | None) -> None:
        """The lines are read with this from now on; None: in the words of the shipped grammars."""
        self._marked.use_reader(reader)

    def light(self, bits: int) -> None:
        """Words that speak of these classes are lit; 0: none."""
        for row in self._rows:
            row.editor.light(bits)

    def _on_word_hovered(self, index: int, word: Word | None) -> None:
        """Besides lighting its classes, a word tells what it states and what denies it."""
        self._rows[index].editor.told = self._marked.told_of(index, word) if word is not None else ""
        self.word_hovered.emit(word)

    # Lines as a block

    @property
    def selected(self) -> tuple[int, ...]:
        """The lines that are copied: those selected, else the current one."""
        return self._selection.lines or ((self._current,) if self.texts else ())

    def copy_lines(self) -> None:
        """The selected lines, or the current one, are on the clipboard, one text line each."""
        texts, lines = self.texts, self.selected
        clipboard.copy(texts[index] for index in lines)
        if lines:
            self.told.emit(self.tr("Copied {captions}.").format(captions=clipboard.numbers(lines)))

    @property
    def pasteable(self) -> int:
        """How many lines there are on the clipboard."""
        return len(clipboard.lines())

    def paste_lines(self) -> None:
        """The clipboard's lines are those from the first selected one on, as far as there are any; one step.

        Where nobody went into a line of this sample it asks which are meant.
        """
        texts = clipboard.lines()
        self.flush()
        captions, sample = self._captions, self._sample
        if captions is None or sample is None or not self.is_editable:
            return
        if not texts:
            self.told.emit(self.tr("Nothing was pasted: there is no text on the clipboard."))
            return
        from app.document.edits import ReplaceCaptions

        first = self._paste_place(len(captions), len(texts))
        if first is None or not may_count(self, len(captions), max(len(captions), first + len(texts))):
            return
        label = self.tr("Paste {count} captions").format(count=len(texts))
        pasted = clipboard.pasted(captions, first, texts)
        if self._do(ReplaceCaptions(sample, pasted, label if len(texts) > 1 else self.tr("Paste a caption"))):
            lines = range(first, first + len(texts))
            self._go_to(first)
            self._is_chosen = True
            self.told.emit(self.tr("Pasted over {captions}.").format(captions=clipboard.numbers(lines)))

    def _paste_place(self, there_are: int, count: int) -> int | None:
        """The line that so many pasted ones begin at; None: they are not wanted."""
        if self._selection.lines or self._is_chosen or not there_are:
            return self.selected[0] if self.selected else 0
        return ask_place(self, there_are, count)

    def _on_number_clicked(self, index: int, modifiers: Qt.KeyboardModifier) -> None:
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._selection.extend(index, self._current)
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            self._selection.toggle(index)
        else:
            self._selection.only(index)
        self.edit(index)

    def _on_menu_requested(self, index: int) -> None:
        if index not in self._selection:
            self._selection.clear()
        self.edit(index)
        self.line_menu_requested.emit(index)

    def _extend(self, by: int) -> None:
        to = self._current + by
        if 0 <= to < len(self.texts):
            self._selection.extend(to, self._current)
            self._rows[to].editor.setFocus(Qt.FocusReason.OtherFocusReason)

    # What is typed

    def flush(self) -> None:
        """What was typed and not taken yet is taken now: before an undo, a save, another sample."""
        for index in range(len(self._rows)):
            self._take(index)

    def _take(self, index: int) -> None:
        editor = self._rows[index].editor
        if not editor.is_pending or self._captions is None or self._sample is None:
            return
        from app.document.edits import EditCaption

        editor.forget_pending()
        text = editor.text()
        if index < len(self._captions) and text != self._captions.texts[index]:
            self._do(EditCaption(self._sample, index, text, origin=self))

    def take_echo(self, captions: Captions | None) -> None:
        """The document's captions after an edit of our own: the lines show that text already."""
        self._captions = captions

    def _go_on(self, index: int) -> None:
        if self._captions is not None and index + 1 < len(self._captions):
            self.edit(index + 1)

    def _go_to(self, index: int) -> None:
        """Commands act on this line, and its number shows it."""
        self._current = index
        for at, row in enumerate(self._rows):
            row.number.show_current(at == index)

    def _on_entered(self, index: int) -> None:
        self._go_to(index)
        self._is_chosen = True
        if index not in self._selection:
            self._selection.clear()
        self._scroll.ensureWidgetVisible(self._rows[index], 0, 0)

    def _focused(self) -> int | None:
        return next((index for index, row in enumerate(self._rows) if row.editor.hasFocus()), None)

    # What can be done

    def edit(self, index: int | None = None) -> None:
        """Put the cursor into a line (the current one)."""
        index = self._current if index is None else index
        if self._captions is not None and 0 <= index < len(self._captions):
            self._rows[index].editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def step(self, by: int) -> None:
        """Put the cursor into the line ``by`` further; from elsewhere, into the current one."""
        self.edit(self._current + by if self._focused() is not None else self._current)

    def add(self, text: str = "") -> None:
        """A new line below the current one, with the cursor in it."""
        if self._captions is None or self._sample is None:
            return
        from app.document.edits import InsertCaption

        self.flush()
        count = len(self._captions)
        index = min(self._current + 1, count)
        if may_count(self, count, count + 1) and self._do(InsertCaption(self._sample, index, text)):
            self.edit(index)

    def duplicate(self) -> None:
        """The current line once more, below it."""
        self.flush()
        if self._captions is not None and self._captions.texts:
            self.add(self._captions.texts[self._current])

    def remove(self) -> None:
        """The current line goes."""
        if self._captions is None or self._sample is None or not len(self._captions):
            return
        from app.document.edits import RemoveCaption

        self.flush()
        if may_count(self, len(self._captions), len(self._captions) - 1):
            self._do(RemoveCaption(self._sample, self._current))

    def move_line(self, by: int) -> None:
        """The current line goes up or down."""
        if self._captions is None or self._sample is None:
            return
        from app.document.edits import MoveCaption

        self.flush()
        to = self._current + by
        had_focus = self._focused() is not None
        self._selection.clear()
        if 0 <= to < len(self._captions) and self._do(MoveCaption(self._sample, self._current, to)):
            self._go_to(to)
            self._is_chosen = True
            if had_focus:
                self._rows[to].editor.setFocus()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()
