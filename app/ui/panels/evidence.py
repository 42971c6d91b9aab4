"""Evidence for the attributes of the sample on screen, collected beside the window a moment after it was shown."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.faces.errors import FaceDataError
from app.faces.sample import Modality
from app.ui.job import Job

if TYPE_CHECKING:
    from app.document.changes import Change
    from app.faces.sample import SampleId
    from app.faces.store import SampleStore
    from app.generation.reading import Reader
    from app.inspection.case import Case
    from app.inspection.testimony import Evidence
    from app.ui.panels.attributes import AttributesPanel
    from app.ui.session import Session

_AFTER_MS = 150
"""Nothing is collected for samples that somebody only leafs past."""
_AFTER_EDIT_MS = 400
_LOOKED_AT = {Modality.MASK, Modality.CAPTIONS}
_END_S = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class _Collected:
    store: SampleStore
    sample: SampleId
    evidence: Mapping[str, tuple[Evidence, ...]]


class EvidenceDesk(QObject):
    """One job at a time; what changes meanwhile is looked at after it.

    Each decodes the photo anew: two milliseconds beside the window are less than its megabytes for as long as it shows.
    """

    def __init__(self, session: Session, panel: AttributesPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._panel = panel
        self._job: Job | None = None
        self._is_due = False
        self._reader: Reader | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ask)
        panel.seen.connect(self._on_seen)
        session.sample_changed.connect(self._on_sample_changed)

    def on_shown(self) -> None:
        """The sample on screen is ready, perhaps read anew."""
        self._timer.start(_AFTER_MS)

    def on_changed(self, changes: Iterable[Change]) -> None:
        """The document changed for good."""
        if any(c.sample == self._session.sample and c.modality in _LOOKED_AT for c in changes):
            self._timer.start(_AFTER_EDIT_MS)

    def use_reader(self, reader: Reader | None) -> None:
        """Captions are read with this from now on; None: in the words of the shipped grammars."""
        self._reader = reader
        self._timer.start(_AFTER_EDIT_MS)

    def leave(self) -> None:
        """Nobody waits for evidence any more."""
        self._timer.stop()
        if self._job is not None:
            self._job.wait(_END_S)

    def _on_sample_changed(self, _sample: object) -> None:
        self._panel.show_evidence({})

    def _on_seen(self) -> None:
        if self._is_due:
            self._timer.start(0)

    def _ask(self) -> None:
        document, sample = self._session.document, self._session.sample
        if document is None or sample is None or not document.is_open(sample):
            return
        self._is_due = not self._panel.isVisible()
        if self._is_due:
            return
        if self._job is not None or document.stroke is not None:
            self._timer.start(_AFTER_EDIT_MS)
            return
        from app.inspection.case import Case

        mask = document.mask(sample)
        case = Case(
            sample,
            captions=document.captions(sample),
            attributes=document.attributes(sample),
            mask=mask.copy() if mask is not None else None,
            reader=self._reader,
        )
        store = document.store
        job = Job(lambda _progress: _collected(store, case))
        job.finished.connect(self._on_collected)
        job.failed.connect(self._on_failed)
        self._job = job
        job.start()

    def _on_collected(self, collected: _Collected) -> None:
        self._end()
        document = self._session.document  # by now perhaps another dataset's, whose samples have the same names
        if document is not None and collected.store is document.store and collected.sample == self._session.sample:
            self._panel.show_evidence(collected.evidence)

    def _on_failed(self, _reason: str) -> None:
        self._end()

    def _end(self) -> None:
        if self._job is not None:
            self._job.close()
        self._job = None


def _collected(store: SampleStore, case: Case) -> _Collected:
    """On a thread of its own."""
    from app.inspection.evidence import evidence_for

    # Where it cannot be read the canvas says so; mask and captions still speak.
    with contextlib.suppress(OSError, FaceDataError):
        case.photo = store.read_photo(case.sample).value
    return _Collected(store, case.sample, evidence_for(case))
