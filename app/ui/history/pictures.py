"""Small pictures of what steps changed, made one at a time beside the window, for lines that are looked at.

Only what was asked for lately is made, the latest wish first, and only so many pictures are kept: a history of ten
thousand steps costs no more than one of fifty.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.document.deltas import Delta, MaskDelta
from app.faces.errors import FaceDataError
from app.faces.palettes import Palette
from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore
from app.imaging.step_picture import Picture, step_picture
from app.imaging.thumbnails import decoded, photo_thumbnail

if TYPE_CHECKING:
    from app.document.document import Document

KEPT = 400
WAITING = 60
_PHOTOS = 16
_PHOTO_SIDE = 256


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture: of which step, how large (device pixels), in which colours."""

    sample: SampleId
    step: int
    side: int
    palette: Palette


class StepPictures(QObject):
    """``picture`` answers at once; ``made`` says that there is one more to answer with."""

    made = Signal()
    _done = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document: Document | None = None
        self._kept: OrderedDict[Wanted, QImage | None] = OrderedDict()
        self._waiting: OrderedDict[Wanted, None] = OrderedDict()
        self._photos: OrderedDict[SampleId, Picture | None] = OrderedDict()
        """Of the worker alone."""
        self._worker: ThreadPoolExecutor | None = None
        self._running: Future[None] | None = None
        self._done.connect(self._on_done)

    def attach(self, document: Document | None) -> None:
        """Another dataset, or none: what was made for the one before is forgotten."""
        self._waiting.clear()
        if self._running is not None:
            with suppress(TimeoutError):
                self._running.result(2)
        if self._worker is not None and document is None:
            self._worker.shutdown(wait=False)
            self._worker = None
        self._document = document
        self._kept.clear()
        self._photos = OrderedDict()

    def picture(self, wanted: Wanted) -> QImage | None:
        """The picture, or None: it is being made, or there is none to make."""
        if wanted in self._kept:
            self._kept.move_to_end(wanted)
            return self._kept[wanted]
        self._waiting[wanted] = None
        self._waiting.move_to_end(wanted)
        while len(self._waiting) > WAITING:
            self._waiting.popitem(last=False)
        self._start_next()
        return None

    def _start_next(self) -> None:
        if self._running is not None or not self._waiting or self._document is None:
            return
        wanted, _ = self._waiting.popitem()
        document = self._document
        question = document.past.delta_of(wanted.sample, wanted.step)
        if self._worker is None:
            self._worker = ThreadPoolExecutor(1, "facewright-steps")
        self._running = self._worker.submit(self._make, document, wanted, question)

    def _make(self, document: Document, wanted: Wanted, question: Callable[[], Delta]) -> None:
        """On the worker."""
        image = None
        try:
            delta = question()
            if isinstance(delta, MaskDelta):
                colours = np.array(wanted.palette.colours, np.uint8)[:, ::-1]
                photo = self._photo(document.store, wanted.sample)
                image = _image_of(step_picture(delta.pieces, delta.shape, colours, wanted.side, photo))
        except (FaceDataError, OSError):
            pass  # a line without a picture
        finally:
            self._done.emit(document, wanted, image)

    def _photo(self, store: SampleStore, sample: SampleId) -> Picture | None:
        photos = self._photos
        if sample not in photos:
            photo = None
            with suppress(FaceDataError, OSError):
                photo = decoded(photo_thumbnail(store.picture_bytes(sample, Modality.PHOTO), _PHOTO_SIDE))
            photos[sample] = photo
            while len(photos) > _PHOTOS:
                photos.popitem(last=False)
        return photos[sample]

    def _on_done(self, document: Document, wanted: Wanted, image: QImage | None) -> None:
        self._running = None
        if document is self._document:
            self._kept[wanted] = image
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            if image is not None:
                self.made.emit()
        self._start_next()


def _image_of(pixels: Picture) -> QImage:
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_BGR888).copy()
