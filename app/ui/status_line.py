"""The line at the bottom: which sample, what is under the pointer, what is hidden, unsaved, saved."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QSizePolicy, QStatusBar, QToolButton

from app.faces.classes import CLASSES
from app.ui import messages
from app.ui.messages import Label, tooltip

if TYPE_CHECKING:
    from app.ui.session import Session


class StatusLine:
    """Fills the window's status bar from the session and the document."""

    def __init__(self, bar: QStatusBar, session: Session) -> None:
        self._session = session
        self._bar = bar
        self.sample = Label(name="statusSample")
        self.pixel = Label(name="statusPixel", muted=True)
        self.hidden = Label(name="statusHidden")
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
        self.problems.setMaximumHeight(self.sample.sizeHint().height() + 4)
        self.problems.clicked.connect(self._tell_problems)
        bar.addPermanentWidget(self.problems)
        for label in (self.hidden, self.unsaved, self.saved):
            label.setContentsMargins(8, 0, 6, 0)
            bar.addPermanentWidget(label)
        session.pixel_hovered.connect(self._on_hovered)
        session.pixel_left.connect(self.pixel.clear)
        session.view_changed.connect(self.refresh)
        bar.hide()

    def refresh(self) -> None:
        """Everything but the pixel and the time of saving."""
        document, sample = self._session.document, self._session.sample
        self._bar.setVisible(document is not None)
        if document is None:
            return
        tr = self._bar.tr
        ids = document.store.sample_ids
        parts = []
        if sample is None:
            parts.append(tr("no sample"))
        else:
            parts += [str(sample), f"{ids.index(sample) + 1}/{len(ids)}"]
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
        found = self._problems()
        self.problems.setVisible(bool(found))
        self.problems.setText(tr("1 problem") if len(found) == 1 else tr("{count} problems").format(count=len(found)))
        self.problems.setToolTip(tooltip("\n".join(found)))
        self.problems.setAccessibleName(self.problems.text())
        unsaved = len(document.unsaved())
        self.unsaved.setText(tr("{count} unsaved").format(count=unsaved) if unsaved else "")

    def _problems(self) -> list[str]:
        """What is wrong with the files of the sample on screen, a sentence each."""
        document, sample = self._session.document, self._session.sample
        if document is None or sample is None or not document.is_open(sample):
            return []
        return [f"{problem.where}: {problem.message}" for problem in document.problems(sample)]

    def _tell_problems(self) -> None:
        tr = self._bar.tr
        title = tr("Problems of sample {sample}").format(sample=self._session.sample)
        messages.tell(self._bar.window(), title, "\n\n".join(self._problems()))

    def show_saved(self, when: datetime) -> None:
        """The files got what was edited, at this time."""
        self.saved.setText(self._bar.tr("saved {time}").format(time=when.strftime("%H:%M")))

    def clear(self) -> None:
        """No dataset."""
        for label in (self.sample, self.pixel, self.hidden, self.unsaved, self.saved):
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

    def _on_hovered(self, x: int, y: int) -> None:
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
