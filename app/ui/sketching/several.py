"""Sketches for the samples that lack one, or for those selected: drawn beside the window, as one undoable step."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.document.bulk import Bulk
from app.document.document import Document
from app.document.edits import ReplaceSketch
from app.faces.errors import FaceDataError
from app.faces.sample import Modality, SampleId, Sketch
from app.generation.sketch.methods import Method
from app.jobs import Progress
from app.ui.job import Job
from app.ui.messages import Label, sentence
from app.workbench.bulk import unsaved_before
from app.workbench.sketching import drawn_sketches

MOST = 3_000
"""Every sketch is kept in the edit log as well: a whole dataset is for the command line, which keeps originals only."""


class SeveralSketches(QWidget):
    """Two buttons with their counts, then progress. What was drawn when it is stopped stays, and is one step."""

    running_changed = Signal(bool)
    _arrived = Signal(object, object)
    """A sample, and its sketch or why it has none."""

    def __init__(self, document: Document, method: Callable[[], Method | None], selected: tuple[SampleId, ...]) -> None:
        super().__init__()
        self.setObjectName("severalSketches")
        self._document, self._method = document, method
        self._job: Job | None = None
        self._bulk: Bulk | None = None
        self._offered: dict[SampleId, str] = {}
        self.skipped: dict[SampleId, str] = {}
        store = document.store
        self._missing = tuple(s for s in store.sample_ids if not store.has(s, Modality.SKETCH))
        self._selected = selected
        self.missing_button = QPushButton(self.tr("Draw the {count} missing").format(count=f"{len(self._missing):,}"))
        self.missing_button.setObjectName("sketchMissing")
        self.selected_button = QPushButton(self.tr("Draw the {count} selected").format(count=f"{len(selected):,}"))
        self.selected_button.setObjectName("sketchSelected")
        self.stop_button = QPushButton(self.tr("Stop"))
        self.bar = QProgressBar()
        self.bar.setFormat("%v / %m")
        self.report = Label("")
        self.report.setWordWrap(True)
        for button in (self.missing_button, self.selected_button, self.stop_button):
            button.setAutoDefault(False)
        running = QHBoxLayout()
        running.addWidget(self.bar, 1)
        running.addWidget(self.stop_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.missing_button)
        column.addWidget(self.selected_button)
        column.addLayout(running)
        column.addWidget(self.report)
        self.missing_button.clicked.connect(lambda: self.draw(self._missing))
        self.selected_button.clicked.connect(lambda: self.draw(self._selected))
        self.stop_button.clicked.connect(self.stop)
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._show_state()

    @property
    def is_running(self) -> bool:
        """Whether sketches are being drawn."""
        return self._job is not None

    def draw(self, samples: tuple[SampleId, ...]) -> None:
        """Draw these, the way that is chosen now."""
        method, store = self._method(), self._document.store
        if method is None or self._job is not None or not samples:
            return
        self.skipped = {}
        self._bulk = self._document.bulks.begin(self.tr("Draw sketches"))
        self._offered = unsaved_before(self._document)
        self.bar.setRange(0, len(samples))
        self.bar.setValue(0)

        def work(progress: Progress) -> None:
            done = 0
            with closing(drawn_sketches(store, method, samples)) as answers:
                for answer in answers:
                    progress.report(done, len(samples))
                    if answer is not None:
                        done += 1
                        self._arrived.emit(*answer)

        job = Job(work, self)
        for end in (job.finished, job.stopped):
            end.connect(lambda *_: self._end(), Qt.ConnectionType.QueuedConnection)
        job.failed.connect(self._end, Qt.ConnectionType.QueuedConnection)
        self._job = job
        self._show_state()
        self.running_changed.emit(True)
        job.start()

    def stop(self) -> None:
        """Those drawn so far stay."""
        if self._job is not None:
            self._job.cancel()

    def leave(self) -> None:
        """Nobody looks any more."""
        self.stop()
        if self._job is not None:
            self._job.wait(10)

    def _take(self, sample: SampleId, drawn: Sketch | str) -> None:
        assert self._bulk is not None
        self.bar.setValue(self.bar.value() + 1)
        why = self._offered.get(sample, drawn if isinstance(drawn, str) else "")
        if not why:
            assert isinstance(drawn, Sketch)
            try:
                if self._bulk.do(ReplaceSketch(sample, drawn)):
                    self._document.save([sample])
            except (FaceDataError, OSError) as error:
                why = str(error)
        if why:
            self.skipped[sample] = why

    def _end(self, why: str = "") -> None:
        assert self._bulk is not None
        assert self._job is not None
        drawn = len(self._bulk.samples)
        text = self.tr("{count} sketches drawn and saved; one undo takes all of them back.").format(count=f"{drawn:,}")
        if self.skipped:
            sample, reason = next(iter(self.skipped.items()))
            text += " " + self.tr("{count} left out: sample {sample}: {reason}").format(
                count=len(self.skipped), sample=sample, reason=reason
            )
        self.report.setText(f"{sentence(why)} {text}" if why else text)
        self._job.wait(1)
        self._job.deleteLater()
        self._job = None
        store = self._document.store
        changed = set(self._bulk.samples)
        self._missing = tuple(s for s in self._missing if s not in changed and not store.has(s, Modality.SKETCH))
        self.missing_button.setText(self.tr("Draw the {count} missing").format(count=f"{len(self._missing):,}"))
        self._show_state()
        self.running_changed.emit(False)

    def _show_state(self) -> None:
        running, why = self.is_running, self._document.store.read_only(Modality.SKETCH)
        for button, samples in ((self.missing_button, self._missing), (self.selected_button, self._selected)):
            many = self.tr("More than {count} at once: use “facewright sketch”").format(count=f"{MOST:,}")
            button.setToolTip(sentence(why) if why else many if len(samples) > MOST else "")
            button.setEnabled(why is None and 0 < len(samples) <= MOST and not running)
        self.bar.setVisible(running)
        self.stop_button.setVisible(running)
        self.report.setVisible(bool(self.report.text()))
