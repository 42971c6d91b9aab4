"""A session on drawn samples, with its bridge, loader and canvases."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from drawn_store import DrawnStore
from PySide6.QtCore import QPointF

from app.document.document import Document
from app.faces.classes import CLASS_BY_NAME
from app.faces.mask import Bits
from app.faces.sample import SampleId
from app.ui.background import SampleLoader
from app.ui.bridge import Bridge
from app.ui.canvas.area import CanvasArea
from app.ui.canvas.photo import PhotoCanvas
from app.ui.session import Session

FIRST = SampleId("1")


class Desk:
    """Everything on the table: one area showing one sample."""

    def __init__(self, store: DrawnStore) -> None:
        self.store = store
        self.session = Session()
        self.bridge = Bridge()
        self.document = Document(store)
        self.bridge.attach(self.document)
        self.session.document = self.document
        self.loader = SampleLoader(self.session)
        self.area = CanvasArea(self.session, self.bridge, self.loader)
        self.area.resize(1100, 640)

    @property
    def canvas(self) -> PhotoCanvas:
        return self.area.photo

    @property
    def bits(self) -> Bits:
        mask = self.document.mask(self.session.sample)
        assert mask is not None
        return mask.bits

    def position(self, x: float, y: float) -> QPointF:
        """The widget position of a mask point, by the definition of the view, not by its code."""
        canvas, size = self.canvas, self.canvas.device_size()
        place = canvas.placement()
        scale = place.scale * canvas.picture_size().width() / self.bits.shape[1]
        assert size.width() > 0
        return QPointF(x * scale + place.x, y * scale + place.y) / canvas.devicePixelRatioF()


@pytest.fixture
def desk_on(qtbot) -> Iterator[Callable[[DrawnStore], Desk]]:
    desks: list[Desk] = []

    def make(store: DrawnStore) -> Desk:
        desk = Desk(store)
        desks.append(desk)
        qtbot.addWidget(desk.area)
        desk.area.show()
        qtbot.waitExposed(desk.area)
        with qtbot.waitSignal(desk.loader.loaded):
            desk.session.sample = store.sample_ids[0]
        return desk

    yield make
    for desk in desks:
        desk.loader.close()
        desk.document.close()


@pytest.fixture
def desk(desk_on, tmp_path) -> Desk:
    return desk_on(DrawnStore(tmp_path))


@pytest.fixture
def cloth(desk: Desk) -> Desk:
    """The desk with a class in hand that the drawn mask has nowhere."""
    desk.session.face_class = CLASS_BY_NAME["cloth"].id
    return desk
