"""Evidence for the attributes of the sample on screen, collected beside the window a moment after it was shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.faces.errors import FaceDataError
from app.faces.sample import Modality
from app.ui.job import Job

if TYPE_CHECKING:
    from app.document.changes import Change
    from app.faces.sample import Photo, SampleId
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
    sample: SampleId
    photo: Photo | None
    evidence: Mapping[str, tuple[Evidence, ...]]


class EvidenceDesk(QObject):
    """One job at a time; what changes meanwhile is looked at after it. A photo is decoded once for all edits."""

    def __init__(self, session: Session, panel: AttributesPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._panel = panel
        self._last: _Collected | None = None
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
        self._last = None
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
        self._last = None
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

        mask, last = document.mask(sample), self._last
        case = Case(
            sample,
            captions=document.captions(sample),
            attributes=document.attributes(sample),
            mask=mask.copy() if mask is not None else None,
            photo=last.photo if last is not None else None,
            reader=self._reader,
        )
        store = document.store
        job = Job(lambda _progress: _collected(store, case, has_photo=last is not None))
        job.finished.connect(self._on_collected)
        job.failed.connect(self._on_failed)
        self._job = job
        job.start()

    def _on_collected(self, collected: _Collected) -> None:
        self._end()
        if collected.sample == self._session.sample:
            self._last = collected
            self._panel.show_evidence(collected.evidence)

    def _on_failed(self, _reason: str) -> None:
        self._end()

    def _end(self) -> None:
        if self._job is not None:
            self._job.close()
        self._job = None


def _collected(store: SampleStore, case: Case, *, has_photo: bool) -> _Collected:
    """On a thread of its own."""
    from app.inspection.evidence import evidence_for

    if not has_photo:
        try:
            case.photo = store.read_photo(case.sample).value
        except (OSError, FaceDataError):
            case.photo = None  # the canvas says so; mask and captions still speak
    return _Collected(case.sample, case.photo, evidence_for(case))
