"""The line at the bottom: which sample, what is under the pointer, what is hidden, unsaved, saved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QStatusBar, QToolButton

from app.faces.classes import CLASSES
from app.ui.dialogs.problems import ProblemsDialog, problem_text
from app.ui.icons import icon
from app.ui.messages import Label, tooltip

if TYPE_CHECKING:
    from app.faces.sample import Problem, SampleId
    from app.ui.browsing import Browsing
    from app.ui.sample_view import SampleView
    from app.ui.session import Session

_SHOWN_IN_TIP = 8
_TELL_MS = 8000


class _Counts(Label):
    """What was decided; what is left is counted when the pointer rests here, since that takes a while."""

    def __init__(self, *, name: str) -> None:
        super().__init__(name=name)
        self.forecast: Callable[[], str] = str

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            self.setToolTip(tooltip(self.forecast()))
        return super().event(event)


class StatusLine:
    """Fills the window's status bar from the session and the document."""

    def __init__(self, bar: QStatusBar, session: Session, view_of: Callable[[SampleId], SampleView | None]) -> None:
        """``view_of`` gives what was decoded of a sample, if it was."""
        self._session = session
        self._view_of = view_of
        self._bar = bar
        self._browsing: Browsing | None = None
        self._hovered: tuple[int, int] | None = None
        self.is_needed = False
        """Whether the line is there without a dataset too: somebody has something to say in it."""
        self.sample = Label(name="statusSample")
        self.pixel = Label(name="statusPixel", muted=True)
        self.hidden = Label(name="statusHidden")
        self.counts = _Counts(name="statusCounts")
        self.unsaved = Label(name="statusUnsaved")
        self.saved = Label(name="statusSaved", muted=True)
        self.sample.setContentsMargins(6, 0, 12, 0)
        self.pixel.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        bar.setSizeGripEnabled(False)
        bar.addWidget(self.sample)
        bar.addWidget(self.pixel, 1)
        self.problems = QToolButton()
        self.problems.setObjectName("statusProblems")
        self.problems.setAutoRaise(True)
        self.problems.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.problems.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.problems.setIconSize(QSize(14, 14))
        self.problems.setMaximumHeight(self.sample.sizeHint().height() + 4)
        self.problems.clicked.connect(self.tell_problems)
        bar.addPermanentWidget(self.problems)
        self.indexing = QToolButton()
        self.indexing.setObjectName("statusIndexing")
        self.indexing.setAutoRaise(True)
        self.indexing.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.indexing.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.indexing.setIconSize(QSize(12, 12))
        self.indexing.setMaximumHeight(self.sample.sizeHint().height() + 4)
        self.indexing.hide()
        bar.addPermanentWidget(self.indexing)
        for label in (self.counts, self.hidden, self.unsaved, self.saved):
            label.setContentsMargins(8, 0, 6, 0)
            bar.addPermanentWidget(label)
        session.pixel_hovered.connect(self._on_hovered)
        session.pixel_left.connect(self._on_left)
        session.view_changed.connect(self.refresh)
        bar.hide()

    def follow(self, browsing: Browsing) -> None:
        """Say what was decided and how fast, and which place in the list the sample has."""
        self._browsing = browsing
        self.counts.forecast = browsing.marking.forecast
        browsing.marks_changed.connect(self.refresh)
        browsing.hits_changed.connect(self.refresh)
        browsing.indexing.changed.connect(self._show_indexing)
        self.indexing.clicked.connect(browsing.indexing.flip_pause)

    def _show_indexing(self) -> None:
        if self._browsing is None:
            return
        indexing = self._browsing.indexing
        text = indexing.text()
        self.indexing.setVisible(bool(text))
        if not text:
            self.indexing.setMinimumWidth(0)
        else:
            self.indexing.setText(text)
            # A status bar gives a button less than it asks for, and the button cuts its text. It never shrinks while
            # it counts: nothing beside it jumps.
            self.indexing.setMinimumWidth(max(self.indexing.minimumWidth(), self.indexing.sizeHint().width()))
            self.indexing.setIcon(icon("play" if indexing.is_paused else "pause"))
            self.indexing.setToolTip(tooltip(indexing.details()))
            self.indexing.setAccessibleName(text)

    def refresh(self) -> None:
        """Everything but the time of saving."""
        document, sample = self._session.document, self._session.sample
        self._bar.setVisible(document is not None or self.is_needed)
        if document is None:
            return
        tr = self._bar.tr
        ids = document.store.sample_ids
        parts = []
        if sample is None:
            parts.append(tr("no sample"))
        else:
            place = self._session.place(sample)
            listed = len(self._session.order)
            found = f"{'–' if place is None else f'{place + 1:,}'}/{listed:,}"
            if listed != len(ids):
                found = tr("{found} of {count}").format(found=found, count=f"{len(ids):,}")
            parts += [str(sample), found]
            split = document.store.split_of(sample)
            if split:
                parts.append(split)
            mask = document.mask(sample) if document.is_open(sample) else None
            if mask is not None:
                height, width = mask.shape
                parts.append(f"{width}²" if width == height else f"{width}×{height}")
        parts.append(tr("scheme {name}").format(name=document.store.scheme.name))
        self.sample.setText(" · ".join(parts))
        self.hidden.setText(self._hidden_text())
        if self._hovered is not None:
            self._on_hovered(*self._hovered)
        self._show_problems()
        unsaved = len(document.unsaved())
        self.unsaved.setText(tr("{count} unsaved").format(count=unsaved) if unsaved else "")
        if self._browsing is not None:
            self.counts.setText(self._browsing.marking.counts())

    def tell(self, text: str) -> None:
        """What was just done, for a while in the place of sample and pixel."""
        self._bar.showMessage(text, _TELL_MS)

    def _show_problems(self) -> None:
        tr = self._bar.tr
        here, whole = self._problems()
        if here:
            text = tr("1 problem") if len(here) == 1 else tr("{count} problems").format(count=len(here))
        else:
            text = tr("dataset: 1 problem") if len(whole) == 1 else tr("dataset: {count} problems")
            text = text.format(count=len(whole))
        self.problems.setVisible(bool(here or whole))
        self.problems.setText(text)
        self.problems.setIcon(icon("triangle-alert"))
        self.problems.setToolTip(tooltip("\n".join(map(problem_text, (here or whole)[:_SHOWN_IN_TIP]))))
        self.problems.setAccessibleName(text)

    def _problems(self) -> tuple[list[Problem], list[Problem]]:
        """What is wrong with the files of the sample on screen, and with the dataset as a whole."""
        document, sample = self._session.document, self._session.sample
        if document is None:
            return [], []
        here: list[Problem] = []
        if sample is not None and document.is_open(sample):
            view = self._view_of(sample)
            here = [*(view.problems if view is not None else ()), *document.problems(sample)]
        return here, list(document.store.problems)

    def tell_problems(self) -> None:
        """All of them, to read and to copy."""
        ProblemsDialog(self._bar.window(), self._session.sample, *self._problems()).show()

    def show_saved(self, when: datetime) -> None:
        """The files got what was edited, at this time."""
        self.saved.setText(self._bar.tr("saved {time}").format(time=when.strftime("%H:%M")))

    def clear(self) -> None:
        """No dataset."""
        self._hovered = None
        for label in (self.sample, self.pixel, self.counts, self.hidden, self.unsaved, self.saved):
            label.clear()

    def _hidden_text(self) -> str:
        tr = self._bar.tr
        session = self._session
        if session.solo is not None:
            return tr("only {name} shown").format(name=CLASSES[session.solo].name)
        if not session.overlay_on:
            return tr("overlay off")
        count = session.hidden_count
        if not count:
            return ""
        return tr("1 class hidden") if count == 1 else tr("{count} classes hidden").format(count=count)

    def _on_left(self) -> None:
        self._hovered = None
        self.pixel.clear()

    def _on_hovered(self, x: int, y: int) -> None:
        self._hovered = (x, y)
        document, sample = self._session.document, self._session.sample
        mask = document.mask(sample) if document is not None and sample is not None else None
        if mask is None or not (0 <= y < mask.shape[0] and 0 <= x < mask.shape[1]):
            self.pixel.setText(f"({x},{y})")
            return
        self.pixel.setText(f"({x},{y}) {self._stack(int(mask.bits[y, x]))}")

    def _stack(self, bits: int) -> str:
        """The classes at a pixel from the top of the pile down: ``nose 2 · skin 1``."""
        order = [CLASSES[class_id] for class_id in reversed(self._session.paint_order)]
        names = [f"{face_class.name} {face_class.id}" for face_class in order if bits & face_class.bit]
        return " · ".join(names) or "background 0"
