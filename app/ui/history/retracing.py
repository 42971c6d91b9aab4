"""What undo, redo and a click in the history changed is shown where it is: on the main canvas, for a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.document.changes import Change
from app.document.deltas import MaskDelta
from app.faces.errors import FaceDataError
from app.faces.sample import Modality, SampleId
from app.imaging.raster import Rect
from app.ui.canvas.decorations.flash import Flash

if TYPE_CHECKING:
    from app.ui.background import SampleLoader
    from app.ui.bridge import Bridge
    from app.ui.canvas.photo import PhotoCanvas
    from app.ui.panels.history import HistoryPanel
    from app.ui.session import Session


class Retracing(QObject):
    """Joins the document's changes and the history panel to the canvas."""

    def __init__(
        self, session: Session, bridge: Bridge, loader: SampleLoader, canvas: PhotoCanvas, panel: HistoryPanel
    ) -> None:
        super().__init__(panel)
        self._session = session
        self._flash = canvas.decorations[Flash]
        self._wanted: tuple[SampleId, int] | None = None
        """The step to be shown once its sample is on screen."""
        bridge.changed.connect(self._on_changed)
        loader.loaded.connect(lambda _: self._show_wanted())
        panel.step_chosen.connect(self._on_step_chosen)

    def _on_changed(self, changes: tuple[Change, ...]) -> None:
        box: Rect | None = None
        for change in changes:
            if change.retraced and change.sample == self._session.sample and change.modality is Modality.MASK:
                box = box if change.region is None else change.region.united(box)
        if box is not None:
            self._show(box)

    def _show(self, box: Rect) -> None:
        assert isinstance(self._flash, Flash)
        self._flash.show_box(box)

    def _on_step_chosen(self, sample: SampleId, step: int) -> None:
        document = self._session.document
        if document is None or sample not in document.store:
            return
        self._wanted = sample, step
        self._session.sample = sample
        self._show_wanted()

    def _show_wanted(self) -> None:
        document = self._session.document
        if self._wanted is None or document is None or not document.is_open(self._wanted[0]):
            return
        (sample, step), self._wanted = self._wanted, None
        if sample != self._session.sample:
            return
        try:
            delta = document.past.delta_of(sample, step)()
        except FaceDataError:
            return  # too old for the log: the sample is shown all the same
        if isinstance(delta, MaskDelta):
            self._show(delta.extent)
