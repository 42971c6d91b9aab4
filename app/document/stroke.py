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
from app.imaging.compose import Operation, apply_table, is_idempotent, transition
from app.imaging.footprint import Coverage
from app.imaging.raster import Rect

TILE = 64
_MASK = Modality.MASK
"""By another name: until Python 3.12 asking an enum for a member takes as long as a small array's sum."""


class Easel(Protocol):
    """What a stroke needs from the document that began it."""

    def tell(self, *changes: Change) -> None: ...

    def finish_stroke(self, stroke: Stroke, delta: MaskDelta | None, label: str) -> None: ...


class Stroke:
    """Begun by ``Document.begin_stroke``; ended by ``commit`` or ``cancel``, and of no effect after that."""

    def __init__(
        self,
        easel: Easel,
        sample: SampleId,
        mask: MaskLayers,
        operation: Operation,
        label: str,
        within: Coverage | None = None,
        second: Operation | None = None,
    ) -> None:
        self.sample = sample
        self.operation = replace(operation, exclusive=True) if mask.exclusive else operation
        self._easel = easel
        self._mask = mask
        self._bits, self._shape = mask.bits, mask.shape
        self._table = transition(self.operation)
        self.second = self.operation if second is None else replace(second, exclusive=self.operation.exclusive)
        self._second_table = transition(self.second)
        self._label = label
        self._within = within
        self._tiles: dict[tuple[int, int], Bits] = {}
        is_repeatable = is_idempotent(self.operation) and self._second_table is self._table
        self._covered: Coverage | None = None if is_repeatable else np.zeros(mask.shape, np.bool_)
        self._kept: tuple[int, int, int, int] | None = None
        self._touched: Rect | None = None
        self.is_over = False

    def cover(self, region: Rect, covered: Coverage, *, second: bool = False) -> Rect | None:
        """Apply the operation (or the second one) where ``covered`` (bool, region's height × width) says so.

        Tells what to repaint. A pixel that one of the two operations covered is the other's no more.
        The part of ``region`` outside the mask is ignored. Returns the rectangle that may have changed.
        """
        if self.is_over:
            raise InvalidEditError("this stroke is over; begin another one")
        if not region.is_within(self._shape):
            whole, region = region, region.clipped(self._shape)
            left, top = region.x - whole.x, region.y - whole.y
            covered = covered[top : top + region.height, left : left + region.width]
        if region.is_empty:
            return None
        self._keep_tiles(region)
        slices = region.slices
        if self._within is not None:
            covered = covered & self._within[slices]
        if self._covered is not None:
            before = self._covered[slices]
            fresh = covered & ~before
            before |= covered
            covered = fresh
        apply_table(self._bits[slices], covered, self._second_table if second else self._table)
        self._touched = region.united(self._touched)
        self._easel.tell(Change(self.sample, _MASK, region, in_progress=True))
        return region

    def commit(self) -> None:
        """One step in history and one settled change; nothing at all when no pixel ended up different."""
        if self.is_over:
            return
        self.is_over = True
        pieces = []
        for (x, y), before in self._tiles.items():
            rect = Rect(x, y, before.shape[1], before.shape[0])
            xor = self._bits[rect.slices] ^ before
            if xor.any():
                pieces.append((rect, xor))
        delta = MaskDelta(self._shape, tuple(pieces), self._mask.exclusive) if pieces else None
        self._easel.finish_stroke(self, delta, self._label)

    def cancel(self) -> None:
        """The mask is as it was before the stroke; history never hears of it."""
        if self.is_over:
            return
        self.is_over = True
        self.put_back(self._bits)
        self._easel.finish_stroke(self, None, self._label)
        if self._touched is not None:
            self._easel.tell(Change(self.sample, Modality.MASK, self._touched))

    def put_back(self, bits: Bits) -> None:
        """Undo the stroke in ``bits`` (H, W): for a save while the hand is still down."""
        for (x, y), before in self._tiles.items():
            bits[y : y + before.shape[0], x : x + before.shape[1]] = before

    def _keep_tiles(self, region: Rect) -> None:
        x, y, width, height = region
        tiles = x // TILE, y // TILE, (x + width - 1) // TILE, (y + height - 1) // TILE
        if tiles == self._kept:  # a hand stays in the same few tiles for many moves
            return
        self._kept = tiles
        for y in range(tiles[1] * TILE, tiles[3] * TILE + 1, TILE):
            for x in range(tiles[0] * TILE, tiles[2] * TILE + 1, TILE):
                if (x, y) not in self._tiles:
                    self._tiles[x, y] = self._bits[y : y + TILE, x : x + TILE].copy()
