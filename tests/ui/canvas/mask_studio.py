"""A small face under the tools, without a window: session, document and a photo of few colours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from drawn_store import DrawnStore

from app.document.document import Document
from app.document.edits import MaskEdit
from app.faces.classes import CLASS_BY_NAME
from app.faces.mask import Bits, MaskLayers
from app.faces.sample import Loaded, SampleId
from app.imaging.raster import Rect
from app.ui.canvas.tools import Tool
from app.ui.session import Session

SIDE = 96
SKIN, HAIR, NOSE, CLOTH, L_BROW, R_BROW, L_EYE, R_EYE = (
    CLASS_BY_NAME[name] for name in ("skin", "hair", "nose", "cloth", "l_brow", "r_brow", "l_eye", "r_eye")
)
BROW_AT, OTHER_BROW_AT = Rect(52, 30, 16, 4), Rect(26, 30, 14, 4)


def face(*, exclusive: bool) -> Bits:
    """Skin with brows, eyes and a nose, hair over its top; in an index map one class per pixel."""
    bits = np.zeros((SIDE, SIDE), np.uint32)
    bits[20:80, 20:76] = SKIN.bit
    for at, face_class in ((BROW_AT, L_BROW), (OTHER_BROW_AT, R_BROW), (Rect(54, 38, 12, 6), L_EYE),
                           (Rect(28, 38, 12, 6), R_EYE), (Rect(44, 40, 8, 20), NOSE)):  # fmt: skip
        bits[at.slices] |= face_class.bit
    bits[8:26, 14:82] |= HAIR.bit
    return _topmost(bits) if exclusive else bits


def _topmost(bits: Bits) -> Bits:
    top = np.zeros_like(bits)
    for bit in (1 << k for k in range(18)):
        top = np.where(bits & np.uint32(bit), np.uint32(bit), top)
    return top


class FaceStore(DrawnStore):
    """The drawn store with this face, as layers or as index maps."""

    def __init__(self, root: Path, *, exclusive: bool = False) -> None:
        super().__init__(root, count=3, sides=(SIDE, SIDE, SIDE))
        self.exclusive = exclusive

    def read_mask(self, sample: SampleId) -> Loaded[MaskLayers]:
        return Loaded(MaskLayers(face(exclusive=self.exclusive), self.exclusive), super().read_mask(sample).stamps)


class Bench:
    """One sample of a document under one tool at a time. ``photo`` is what tools see of it; None: they see none."""

    def __init__(self, document: Document, sample: SampleId, photo: Any) -> None:
        self.document = document
        self.sample = sample
        self.photo = photo
        self.document.open(sample)
        self.begin()

    def begin(self) -> None:
        """A session that nobody has changed anything in; ``before`` is the mask of now."""
        self.refused: list[str] = []
        self.session = Session()
        self.session.document = self.document
        self.session.sample = self.sample
        self.session.face_class = CLOTH.id
        self.session.photo.rgb = lambda _shape: self.photo  # type: ignore[method-assign]
        self.before = self.bits.copy()

    @property
    def bits(self) -> Bits:
        mask = self.document.mask(self.sample)
        assert mask is not None
        return mask.bits

    def tool(self, kind: type[Tool]) -> Tool:
        self.session.tool = kind.name
        return kind(self.session, self.refused.append)

    def close(self) -> None:
        self.document.close()


class Studio(Bench):
    """The face under one tool at a time."""

    def __init__(self, root: Path, *, exclusive: bool = False) -> None:
        root.mkdir(exist_ok=True)
        self.exclusive = exclusive
        photo = np.full((SIDE, SIDE, 3), 90, np.uint8)
        photo[20:80, 20:76] = (200, 140, 120)
        super().__init__(Document(FaceStore(root, exclusive=exclusive)), SampleId("2"), photo)

    def begin_anew(self) -> None:
        """The mask as it was read, and a session that nobody has changed anything in."""
        while self.document.undo_label(self.sample) is not None:
            self.document.undo(self.sample)
        self.begin()

    def put(self, bits: Bits) -> None:
        """The mask is this now, whatever it was."""
        edit = MaskEdit.between(self.sample, self.bits, bits, "Put")
        if edit is not None:
            self.document.do(edit)
        self.before = self.bits.copy()
