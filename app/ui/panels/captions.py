"""The captions of the sample on screen, one line each, edited in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.faces.captions import CAPTIONS_PER_SAMPLE, Captions
from app.ui import messages
from app.ui.messages import Label, tooltip
from app.ui.panels.caption_editor import CaptionEditor

if TYPE_CHECKING:
    from app.document.edits import Edit
    from app.faces.sample import SampleId
    from app.ui.action_set import ActionSet

ROW_SPACING = 2
_BUTTONS = ("edit.add_caption", "edit.remove_caption", "edit.caption_up", "edit.caption_down")


class _Row(QWidget):
    """Number, line, and how long it is."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.editor = CaptionEditor(number)
        label = Label(str(number), muted=True)
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        label.setFixedWidth(self.fontMetrics().horizontalAdvance("00") + 4)
        label.setBuddy(self.editor)
        self.length = Label(muted=True)
        self.length.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.length.setFixedWidth(self.fontMetrics().horizontalAdvance("0000 · 000 w") + 4)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        line.addWidget(label)
        line.addWidget(self.editor, 1)
        line.addWidget(self.length)
        self.editor.textChanged.connect(self._count)
        self._count("")

    def _count(self, text: str) -> None:
        words = len(text.split())
        self.length.setText(self.tr("{characters} · {words} w").format(characters=len(text), words=words))
        self.length.setToolTip(
            tooltip(self.tr("{characters} characters, {words} words").format(characters=len(text), words=words))
        )


class CaptionsPanel(QWidget):
    """Shows the document's captions and carries what is typed to it through ``do``; owns no text itself."""

    back_to_canvas = Signal()
    newline_refused = Signal()
    count_changed = Signal(int)
    write_requested = Signal()
    states_changed = Signal()

    def __init__(self, do: Callable[[Edit], bool]) -> None:
        super().__init__()
        self._do = do
        self._sample: SampleId | None = None
        self._captions: Captions | None = None
        self._read_only: str | None = None
        self._current = 0
        self._rows: list[_Row] = []
        self._build()

    def _build(self) -> None:
        self._column = QVBoxLayout()
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(ROW_SPACING)
        inner = QWidget()
        outer = QVBoxLayout(inner)
        outer.setContentsMargins(0, 0, 4, 0)
        outer.addLayout(self._column)
        outer.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inner)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.notice = Label(name="captionsNotice")
        self.notice.setWordWrap(True)
        self.notice.hide()
        lines = QWidget()
        lines_column = QVBoxLayout(lines)
        lines_column.setContentsMargins(0, 0, 0, 0)
        lines_column.setSpacing(4)
        lines_column.addWidget(self.notice)
        lines_column.addWidget(self._scroll, 1)
        self.missing = Label(name="captionsMissing", muted=True)
        self.missing.setWordWrap(True)
        self.missing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.write_button = QPushButton(self.tr("Write captions"))
        self.write_button.setObjectName("writeCaptions")
        self.write_button.hide()
        self.write_button.clicked.connect(self.write_requested)
        empty = QWidget()
        empty_column = QVBoxLayout(empty)
        empty_column.addStretch(1)
        empty_column.addWidget(self.missing)
        empty_column.addWidget(self.write_button, 0, Qt.AlignmentFlag.AlignCenter)
        empty_column.addStretch(1)
        self._pages = QStackedWidget()
        self._pages.addWidget(empty)
        self._pages.addWidget(lines)
        self._buttons = QVBoxLayout()
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
        for action_id in _BUTTONS:
            button = QToolButton()
            button.setAutoRaise(True)
            button.setDefaultAction(actions[action_id])
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)

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
            self._current = 0
        self._sample, self._captions, self._read_only = sample, captions, read_only
        self._pages.setCurrentIndex(captions is not None)
        if captions is None:
            self.missing.setText(self._missing_text(sample, read_only))
            self.write_button.setVisible(self.can_be_written)
        self._show_lines(captions.texts if captions is not None else ())
        self._show_notice()
        self.count_changed.emit(len(captions) if captions is not None else 0)
        self.states_changed.emit()

    def _missing_text(self, sample: SampleId | None, read_only: str | None) -> str:
        if sample is None:
            return ""
        if read_only is not None:
            return self.tr("No captions for sample {sample}: {reason}").format(sample=sample, reason=read_only)
        return self.tr("Sample {sample} has no captions yet.").format(sample=sample)

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
        self._current = max(0, min(self._current, len(texts) - 1))
        if focused is not None and focused >= len(texts) > 0:
            self._rows[len(texts) - 1].editor.setFocus()

    def _show_notice(self) -> None:
        count = len(self._captions) if self._captions is not None else CAPTIONS_PER_SAMPLE
        if self._captions is not None and self._read_only is not None:
            self.notice.setText(messages.not_edited(self._read_only))
        elif count != CAPTIONS_PER_SAMPLE:
            self.notice.setText(self.tr("{count} captions; ten are usual.").format(count=count))
        self.notice.setVisible(
            self._captions is not None and (self._read_only is not None or count != CAPTIONS_PER_SAMPLE)
        )

    def _add_row(self) -> None:
        index = len(self._rows)
        row = _Row(index + 1)
        editor = row.editor
        editor.settled.connect(lambda: self._take(index))
        editor.finished.connect(lambda: self._go_on(index))
        editor.escaped.connect(self.back_to_canvas)
        editor.entered.connect(lambda: self._on_entered(index))
        editor.newline_refused.connect(self.newline_refused)
        self._rows.append(row)
        self._column.addWidget(row)

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

    def _on_entered(self, index: int) -> None:
        self._current = index
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
        index = min(self._current + 1, len(self._captions))
        if self._may_count(len(self._captions) + 1) and self._do(InsertCaption(self._sample, index, text)):
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
        if self._may_count(len(self._captions) - 1):
            self._do(RemoveCaption(self._sample, self._current))

    def move_line(self, by: int) -> None:
        """The current line goes up or down."""
        if self._captions is None or self._sample is None:
            return
        from app.document.edits import MoveCaption

        self.flush()
        to = self._current + by
        had_focus = self._focused() is not None
        if 0 <= to < len(self._captions) and self._do(MoveCaption(self._sample, self._current, to)):
            self._current = to
            if had_focus:
                self._rows[to].editor.setFocus()

    def _may_count(self, count: int) -> bool:
        if self._captions is None or len(self._captions) != CAPTIONS_PER_SAMPLE:
            return True
        go, stay = self.tr("Yes, {count} captions").format(count=count), self.tr("Cancel")
        text = self.tr(
            "The file would have {count} captions instead of ten. Training code that expects ten may stumble over it."
        ).format(count=count)
        return messages.ask(self, self.tr("Captions"), text, [go, stay], escape=stay) == go

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()
