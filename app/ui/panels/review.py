"""What a person decided about the sample on screen, or about all samples selected: state, tags, note."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QCompleter,
    QGridLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.faces.review import Review
from app.faces.sample import SampleId
from app.ui.action_set import ActionSet
from app.ui.field import Field
from app.ui.messages import Label, tooltip

_NOTE_PAUSE_MS = 800
_TAG_ROWS = 4
STATE_ACTIONS = ("review.none", "review.rejected", "review.pending", "review.accepted")


class NoteEdit(QPlainTextEdit):
    """A few lines of text; ``settled`` when it was left or not touched for a while."""

    settled = Signal(str)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._told = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_NOTE_PAUSE_MS)
        self._pause.timeout.connect(self.flush)
        self.textChanged.connect(self._on_changed)
        self.setTabChangesFocus(True)
        # The panel shares its place with others: it may be low.
        self.setMinimumHeight(2 * self.fontMetrics().height())

    def show_note(self, text: str) -> None:
        """The note as it is kept; the caret stays where it is when the text is the one shown."""
        self._pause.stop()
        self._told = text
        if text != self.toPlainText():
            self.blockSignals(True)
            self.setPlainText(text)
            self.blockSignals(False)

    def flush(self) -> None:
        """What was written counts now."""
        self._pause.stop()
        text = self.toPlainText()
        if text != self._told:
            self._told = text
            self.settled.emit(text)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.flush()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _on_changed(self) -> None:
        if self.toPlainText() != self._told:
            self._pause.start()


class TagList(QListWidget):
    """The tags of the sample, below each other; Delete takes the marked one away."""

    removed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setMinimumHeight(self.fontMetrics().height() + 4)

    def sizeHint(self) -> QSize:
        return QSize(120, _TAG_ROWS * (self.fontMetrics().height() + 4))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.currentItem() is not None:
            self.removed.emit(self.currentItem().text())
        else:
            super().keyPressEvent(event)


class ReviewPanel(QWidget):
    """``mark(samples, …)`` carries a decision to the document; the panel shows what the document has."""

    left = Signal()
    """Esc: back to the picture."""

    def __init__(self, mark: Callable[..., object], actions: ActionSet) -> None:
        super().__init__()
        self._mark = mark
        self._samples: Sequence[SampleId] = ()
        self.scope = Label(name="reviewScope")
        self.scope.setWordWrap(True)
        self.buttons: list[QToolButton] = []
        states = QGridLayout()
        states.setSpacing(2)
        for place, action_id in enumerate(STATE_ACTIONS):
            button = QToolButton()
            button.setObjectName(f"{action_id}.button")
            button.setDefaultAction(actions[action_id])
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setIconSize(QSize(14, 14))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self.buttons.append(button)
            states.addWidget(button, place // 2, place % 2)
        self.tag_field = Field()
        self.tag_field.setObjectName("tagField")
        self.tag_field.setAccessibleName(self.tr("Add a tag"))
        self.tag_field.setPlaceholderText(self.tr("Add a tag"))
        self.tag_field.setToolTip(tooltip(self.tr("Type a tag and press Enter (Ctrl+T)")))
        self._completer = QCompleter([], self.tag_field)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.tag_field.setCompleter(self._completer)
        self.tags = TagList()
        self.tags.setObjectName("tagList")
        self.tags.setAccessibleName(self.tr("Tags"))
        self.tags.setToolTip(tooltip(self.tr("Delete takes the marked tag away")))
        self.remove = QToolButton()
        self.remove.setObjectName("removeTag")
        self.remove.setText(self.tr("Remove tag"))
        self.remove.setToolTip(tooltip(self.tr("Take the marked tag away (Delete)")))
        self.remove.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.note = NoteEdit()
        self.note.setObjectName("noteEdit")
        self.note.setAccessibleName(self.tr("Note"))
        self.note.setToolTip(tooltip(self.tr("A note about this sample (Ctrl+Shift+N); kept as you pause")))
        self._arrange(states)
        self.tag_field.returnPressed.connect(self._add_tag)
        self.tags.removed.connect(self._remove_tag)
        self.tags.currentRowChanged.connect(lambda row: self.remove.setEnabled(row >= 0))
        self.remove.clicked.connect(lambda: self._remove_tag(self.tags.currentItem().text()))
        self.note.settled.connect(lambda text: self._mark(self._samples, note=text))
        self.note.left.connect(self.left)
        self.show_review(None, ())

    def _arrange(self, states: QGridLayout) -> None:
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self.tag_field, 1)
        line.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 4)
        column.setSpacing(4)
        column.addWidget(self.scope)
        column.addLayout(states)
        column.addLayout(line)
        column.addWidget(self.tags)
        column.addWidget(self.note, 1)

    def sizeHint(self) -> QSize:
        return QSize(260, 220)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def show_review(self, review: Review | None, samples: Sequence[SampleId]) -> None:
        """The marks of the sample on screen; of a selection the tags that all of its samples have."""
        shown, count = review or Review(), len(samples)
        if samples != self._samples:
            # What was written belongs to the sample that was shown.
            self.note.flush()
            self._samples = samples
        self.setEnabled(count > 0)
        if count > 1:
            self.scope.setText(self.tr("For the {count} samples selected").format(count=f"{count:,}"))
        self.scope.setVisible(count > 1)
        marked = self.tags.currentItem().text() if self.tags.currentItem() is not None else None
        self.tags.clear()
        for tag in shown.tags:
            self.tags.addItem(QListWidgetItem(tag))
            if tag == marked:
                self.tags.setCurrentRow(self.tags.count() - 1)
        self.tags.setVisible(bool(shown.tags))
        self.remove.setVisible(bool(shown.tags))
        self.remove.setEnabled(self.tags.currentRow() >= 0)
        self.note.setEnabled(count == 1)
        self.note.show_note(shown.note if count == 1 else "")
        note = self.tr("A note is about one sample") if count > 1 else self.tr("Note")
        self.note.setPlaceholderText(note)

    def offer_tags(self, tags: Sequence[str]) -> None:
        """The tags that are in use, for completion."""
        from PySide6.QtCore import QStringListModel

        self._completer.setModel(QStringListModel(list(tags), self._completer))

    def ask_for_tag(self) -> None:
        """Put the cursor into the field for tags."""
        self.tag_field.setFocus()
        self.tag_field.selectAll()

    def ask_for_note(self) -> None:
        """Put the cursor into the note."""
        self.note.setFocus()

    def flush(self) -> None:
        """What was written counts now: the sample is about to change."""
        self.note.flush()

    def _add_tag(self) -> None:
        tag = " ".join(self.tag_field.text().split())
        if tag and self._mark(self._samples, add_tags=(tag,)):
            self.tag_field.clear()

    def _remove_tag(self, tag: str) -> None:
        self._mark(self._samples, remove_tags=(tag,))
