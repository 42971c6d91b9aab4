"""A stroke: the mask under the hand, until it is committed as one step or cancelled without a trace.

The first touch of a 64-pixel tile copies it. That is the whole cost beyond the painting itself, it is what committing
compares with and what cancelling puts back. Where covering a pixel twice would do more than covering it once (erasing
the topmost class), the stroke remembers what it covered: within a stroke each pixel changes at most once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import numpy as np

from app.document.changes import Change
from app.document.deltas import MaskDelta
from app.faces.errors import InvalidEditError
from app.faces.mask import Bits, MaskLayers
from app.faces.sample import Modality, SampleId
from app.imaging.compose import Operation, apply, is_idempotent
from app.imaging.footprint import Coverage
from app.imaging.raster import Rect

TILE = 64


class Easel(Protocol):
    """What a stroke needs from the document that began it."""

    def tell(self, *changes: Change) -> None: ...

    def finish_stroke(self, stroke: Stroke, delta: MaskDelta | None, label: str) -> None: ...


class Stroke:
    """Begun by ``Document.begin_stroke``; ended by ``commit`` or ``cancel``, and of no effect after that."""

    def __init__(self, easel: Easel, sample: SampleId, mask: MaskLayers, operation: Operation, label: str) -> None:
        self.sample = sample
        self.operation = replace(operation, exclusive=True) if mask.exclusive else operation
        self._easel = easel
        self._mask = mask
        self._label = label
        self._tiles: dict[tuple[int, int], Bits] = {}
        self._covered: Coverage | None = None if is_idempotent(self.operation) else np.zeros(mask.shape, np.bool_)
        self._touched = Rect(0, 0, 0, 0)
        self.is_over = False

    def cover(self, region: Rect, covered: Coverage) -> Rect | None:
        """Apply the operation where ``covered`` (bool, region's height × width) says so; tells what to repaint.

        The part of ``region`` outside the mask is ignored. Returns the rectangle that may have changed.
        """
        if self.is_over:
            raise InvalidEditError("this stroke is over; begin another one")
        inside = region.clipped(self._mask.shape)
        if inside.is_empty:
            return None
        left, top = inside.x - region.x, inside.y - region.y
        covered = covered[top : top + inside.height, left : left + inside.width]
        self._keep_tiles(inside)
        if self._covered is not None:
            before = self._covered[inside.slices]
            fresh = covered & ~before
            before |= covered
            covered = fresh
        apply(self._mask.bits[inside.slices], covered, self.operation)
        self._touched = inside.united(self._touched)
        self._easel.tell(Change(self.sample, Modality.MASK, inside, in_progress=True))
        return inside

    def commit(self) -> None:
        """One step in history and one settled change; nothing at all when no pixel ended up different."""
        if self.is_over:
            return
        self.is_over = True
        pieces = []
        for (x, y), before in self._tiles.items():
            rect = Rect(x, y, before.shape[1], before.shape[0])
            xor = self._mask.bits[rect.slices] ^ before
            if xor.any():
                pieces.append((rect, xor))
        delta = MaskDelta(self._mask.shape, tuple(pieces), self._mask.exclusive) if pieces else None
        self._easel.finish_stroke(self, delta, self._label)

    def cancel(self) -> None:
        """The mask is as it was before the stroke; history never hears of it."""
        if self.is_over:
            return
        self.is_over = True
        self.put_back(self._mask.bits)
        self._easel.finish_stroke(self, None, self._label)
        if not self._touched.is_empty:
            self._easel.tell(Change(self.sample, Modality.MASK, self._touched))

    def put_back(self, bits: Bits) -> None:
        """Undo the stroke in ``bits`` (H, W): for a save while the hand is still down."""
        for (x, y), before in self._tiles.items():
            bits[y : y + before.shape[0], x : x + before.shape[1]] = before

    def _keep_tiles(self, region: Rect) -> None:
        for y in range(region.y // TILE * TILE, region.y + region.height, TILE):
            for x in range(region.x // TILE * TILE, region.x + region.width, TILE):
                if (x, y) not in self._tiles:
                    self._tiles[x, y] = self._mask.bits[y : y + TILE, x : x + TILE].copy()
