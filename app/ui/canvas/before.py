"""The mask that the one on screen is compared with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.document.changes import Change
from app.document.document import Document
from app.faces.errors import FaceDataError
from app.faces.mask import Bits
from app.faces.sample import Modality, SampleId
from app.imaging.set_index import decode, encode_indexed
from app.ui.bridge import Bridge
from app.ui.session import Session

if TYPE_CHECKING:
    from app.ui.sample_view import SampleView


class Before(QObject):
    """Knows how the mask on screen was: on *disk*, what its files hold now; as *opened*, what they held at first;
    *first*, before any edit that the history knows.

    The second outlives saves and a sample's going out of memory: some 9 KB are kept of every mask that is edited.
    """

    changed = Signal()
    """It may be another one now: another source, or a save."""

    def __init__(
        self,
        session: Session,
        bridge: Bridge,
        view_of: Callable[[SampleId], SampleView | None],
        parent: QObject | None = None,
    ) -> None:
        """``view_of`` gives what was decoded of a sample, if it was."""
        super().__init__(parent)
        self._session = session
        self._view_of = view_of
        self._source = session.comparison.source
        self._opened: dict[SampleId, bytes] = {}
        self._shown: tuple[SampleId, Bits | None] | None = None
        session.comparison_changed.connect(self._on_comparison_changed)
        session.document_changed.connect(self._on_document_changed)
        bridge.changed.connect(self._on_changed)
        bridge.save_event.connect(lambda _: self.changed.emit())

    def bits(self) -> Bits | None:
        """(H, W) uint32 of the sample on screen, to be read only; None: there was no mask.

        The very array of the mask on screen while nothing was changed.
        """
        document, sample = self._session.document, self._session.sample
        if document is None or sample is None or not document.is_open(sample):
            return None
        source = self._session.comparison.source
        if source == "first" and document.has_history(sample):
            if self._shown is None or self._shown[0] != sample:
                self._shown = sample, self._first(document, sample)
            return self._shown[1]
        if source != "opened" or sample not in self._opened:
            mask = document.saved_mask(sample)
            return None if mask is None else mask.bits
        if self._shown is None or self._shown[0] != sample:
            self._shown = sample, decode(self._opened[sample])
        return self._shown[1]

    @staticmethod
    def _first(document: Document, sample: SampleId) -> Bits | None:
        """What the history says; what the files hold, where it cannot say."""
        try:
            mask = document.first_mask(sample)
        except FaceDataError:
            mask = document.saved_mask(sample)
        return None if mask is None else mask.bits

    @property
    def title(self) -> str:
        """What *before* means now."""
        if self._source == "disk":
            return self.tr("On disk")
        return self.tr("As opened") if self._source == "opened" else self.tr("Before all edits")

    def _on_changed(self, changes: tuple[Change, ...]) -> None:
        """The first change of a mask: what was read of it is how it was when the dataset was opened."""
        for change in changes:
            if change.modality is Modality.MASK and change.sample not in self._opened:
                view = self._view_of(change.sample)
                if view is not None and view.as_read is not None:
                    self._opened[change.sample] = encode_indexed(view.as_read.sets, view.as_read.index)

    def _on_comparison_changed(self) -> None:
        if self._source != self._session.comparison.source:
            self._source, self._shown = self._session.comparison.source, None
            self.changed.emit()

    def _on_document_changed(self) -> None:
        self._opened, self._shown = {}, None
