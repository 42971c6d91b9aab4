"""What an edit did to a value, kept so that it can be taken back exactly and written to the edit log.

An edit is a verb with its own rules (``edits.py``); what history keeps is only the difference it made. There are four
kinds, one per editable modality, whatever the number of verbs. So undo is exact by construction, and an edit log of
today can be read by a program that has more verbs. Payloads come from a file in the dataset folder and are untrusted:
every size is checked before anything is allocated.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from app.faces.attributes import Attributes
from app.faces.captions import Captions
from app.faces.errors import ConflictError, DamagedFileError, InvalidEditError
from app.faces.mask import Bits, MaskLayers
from app.faces.sample import EditableValue, Modality, Sketch
from app.imaging.raster import Rect

MAX_SIDE = 16_384
MAX_PIXELS = 1 << 28
MAX_TEXT_PAYLOAD = 1 << 24


class Delta(Protocol):
    """The difference between two values of one modality. ``region`` limits what must be repainted (masks)."""

    modality: ClassVar[Modality]

    @property
    def region(self) -> Rect | None: ...

    @property
    def nbytes(self) -> int:
        """What keeping it in memory costs."""
        ...

    def apply(self, value: EditableValue | None) -> EditableValue | None:
        """The value after; masks change in place. Raises ConflictError when ``value`` is not the one it was made on."""
        ...

    def revert(self, value: EditableValue | None) -> EditableValue | None:
        """The value before; masks change in place. Raises ConflictError like ``apply``."""
        ...

    def followed_by(self, later: Delta, /) -> Delta | None:
        """Both as one difference; None when together they change nothing."""
        ...

    def to_payload(self) -> bytes: ...


@dataclass(frozen=True, slots=True, eq=False)
class MaskDelta:
    """Pieces of ``before XOR after``: the same operation forwards and backwards, and mostly zeros to a compressor.

    ``creates`` says that there was no mask before: forwards starts from an empty one, backwards ends with none.
    """

    modality: ClassVar[Modality] = Modality.MASK
    shape: tuple[int, int]
    pieces: tuple[tuple[Rect, Bits], ...]
    exclusive: bool = False
    creates: bool = False

    @classmethod
    def between(cls, before: MaskLayers, after: Bits, at: Rect | None = None) -> MaskDelta | None:
        """From a mask to new bits, whole (H, W) or those of the rectangle ``at``. None: no pixel differs."""
        at = at or Rect.whole(before.shape)
        xor = before.bits[at.slices] ^ after
        rows = np.flatnonzero(xor.any(axis=1))
        if not rows.size:
            return None
        columns = np.flatnonzero(xor.any(axis=0))
        top, left = int(rows[0]), int(columns[0])
        inner = Rect(left, top, int(columns[-1]) - left + 1, int(rows[-1]) - top + 1)
        piece = np.ascontiguousarray(xor[inner.slices])
        placed = Rect(at.x + left, at.y + top, inner.width, inner.height)
        return cls(before.shape, ((placed, piece),), before.exclusive)

    @property
    def region(self) -> Rect:
        """The rectangle around all pieces; a created mask changes all of it."""
        if self.creates:
            return Rect.whole(self.shape)
        region = Rect(0, 0, 0, 0)
        for rect, _ in self.pieces:
            region = region.united(rect)
        return region

    @property
    def extent(self) -> Rect:
        """The rectangle around the pixels that differ."""
        extent = Rect(0, 0, 0, 0)
        for rect, xor in self.pieces:
            rows, columns = np.flatnonzero(xor.any(axis=1)), np.flatnonzero(xor.any(axis=0))
            if rows.size:
                left, top = int(columns[0]), int(rows[0])
                inner = (int(columns[-1]) - left + 1, int(rows[-1]) - top + 1)
                extent = Rect(rect.x + left, rect.y + top, *inner).united(extent)
        return extent

    @property
    def nbytes(self) -> int:
        """The arrays' size."""
        return 128 + sum(xor.nbytes for _, xor in self.pieces)

    def apply(self, value: EditableValue | None) -> MaskLayers:
        """The mask after, in place."""
        if self.creates and isinstance(value, MaskLayers) and value.present:
            raise ConflictError("there is a mask where the edit made a new one; reload the sample")
        return self._flipped(value)

    def revert(self, value: EditableValue | None) -> MaskLayers | None:
        """The mask before, in place."""
        mask = self._flipped(value)
        return None if self.creates else mask

    def _flipped(self, value: EditableValue | None) -> MaskLayers:
        if value is None:
            # An empty mask has no files: read again, it is none.
            value = MaskLayers.empty(self.shape, exclusive=self.exclusive)
        if not isinstance(value, MaskLayers) or value.shape != self.shape:
            raise ConflictError("the mask is not the one this step was made on; reload the sample")
        for rect, xor in self.pieces:
            value.bits[rect.slices] ^= xor
        return value

    def followed_by(self, later: Delta, /) -> MaskDelta | None:
        """Both differences at once; only steps of one series are merged (a piece nudged along)."""
        assert isinstance(later, MaskDelta)
        region = self.region.united(later.region)
        xor = np.zeros((region.height, region.width), np.uint32)
        for rect, piece in (*self.pieces, *later.pieces):
            xor[Rect(rect.x - region.x, rect.y - region.y, *rect[2:]).slices] ^= piece
        around = Rect.around(xor != 0)
        if around.is_empty and not self.creates:
            return None
        placed = Rect(region.x + around.x, region.y + around.y, around.width, around.height)
        pieces = () if around.is_empty else ((placed, np.ascontiguousarray(xor[around.slices])),)
        return MaskDelta(self.shape, pieces, self.exclusive, self.creates)

    def to_payload(self) -> bytes:
        """Header, rectangles, deflated bits (little-endian)."""
        head = struct.pack("<BBBxIII", 1, self.exclusive, self.creates, *self.shape, len(self.pieces))
        rects = b"".join(struct.pack("<4I", *rect) for rect, _ in self.pieces)
        bits = b"".join(np.ascontiguousarray(xor, "<u4").tobytes() for _, xor in self.pieces)
        return head + rects + zlib.compress(bits, 1)

    @classmethod
    def from_payload(cls, payload: bytes) -> MaskDelta:
        """Raises DamagedFileError for anything ``to_payload`` could not have written."""
        try:
            version, exclusive, creates, height, width, count = struct.unpack_from("<BBBxIII", payload)
            at = struct.calcsize("<BBBxIII")
            tiles = -(-max(height, 1) // 16) * -(-max(width, 1) // 16)
            if version != 1 or not (0 < height <= MAX_SIDE and 0 < width <= MAX_SIDE) or count > max(tiles, 64):
                raise DamagedFileError(f"a mask step says version {version}, {width}×{height}, {count} pieces")
            rects = [Rect(*struct.unpack_from("<4I", payload, at + 16 * i)) for i in range(count)]
        except struct.error as error:
            raise DamagedFileError(f"a mask step is cut short: {error}") from None
        pixels = sum(rect.width * rect.height for rect in rects)
        inside = all(not r.is_empty and r.x + r.width <= width and r.y + r.height <= height for r in rects)
        if not inside or pixels > min(MAX_PIXELS, 2 * height * width):
            raise DamagedFileError("a mask step changes pixels outside its mask")
        data = _inflated(payload[at + 16 * count :], 4 * pixels)
        pieces, offset = [], 0
        for rect in rects:
            size = rect.width * rect.height
            xor = np.frombuffer(data, "<u4", size, offset).astype(np.uint32).reshape(rect.height, rect.width)
            pieces.append((rect, xor))
            offset += 4 * size
        return cls((height, width), tuple(pieces), bool(exclusive), bool(creates))


def _inflated(data: bytes, size: int) -> bytes:
    try:
        inflater = zlib.decompressobj()
        out = inflater.decompress(data, size + 1)
    except zlib.error as error:
        raise DamagedFileError(f"a mask step does not inflate: {error}") from None
    if len(out) != size or not inflater.eof or inflater.unused_data:
        raise DamagedFileError(f"a mask step holds {len(out)} bytes instead of {size}, or is cut short")
    return out


@dataclass(frozen=True, slots=True)
class CaptionsDelta:
    """A caption file before and after: a kilobyte or two, so both are kept whole. None: no file."""

    modality: ClassVar[Modality] = Modality.CAPTIONS
    before: Captions | None
    after: Captions | None

    @property
    def region(self) -> None:
        """Captions have none."""
        return

    @property
    def nbytes(self) -> int:
        """The text's size, roughly."""
        return 256 + sum(len(line.raw) + 64 for side in (self.before, self.after) if side for line in side)

    def apply(self, value: EditableValue | None) -> Captions | None:
        """The captions after."""
        return _exchanged(value, self.before, self.after)

    def revert(self, value: EditableValue | None) -> Captions | None:
        """The captions before."""
        return _exchanged(value, self.after, self.before)

    def followed_by(self, later: Delta, /) -> CaptionsDelta | None:
        """From the first before to the last after."""
        assert isinstance(later, CaptionsDelta)
        return CaptionsDelta(self.before, later.after) if self.before != later.after else None

    def to_payload(self) -> bytes:
        """Two sides, each a length (−1: none) and the file's bytes."""
        out = b""
        for side in (self.before, self.after):
            data = side.to_bytes() if side is not None else b""
            out += struct.pack("<q", -1 if side is None else len(data)) + data
        return out

    @classmethod
    def from_payload(cls, payload: bytes) -> CaptionsDelta:
        """Raises DamagedFileError for anything ``to_payload`` could not have written."""
        sides: list[Captions | None] = []
        at = 0
        for _ in range(2):
            if len(payload) < at + 8 or len(payload) > MAX_TEXT_PAYLOAD:
                raise DamagedFileError("a caption step is cut short or too long")
            (size,) = struct.unpack_from("<q", payload, at)
            at += 8
            if size > len(payload) - at or size < -1:
                raise DamagedFileError("a caption step is cut short")
            sides.append(None if size == -1 else Captions.from_bytes(payload[at : at + size]))
            at += max(size, 0)
        return cls(*sides)


def _exchanged(value: EditableValue | None, old: Captions | None, new: Captions | None) -> Captions | None:
    here = value.to_bytes() if isinstance(value, Captions) else None
    if here != (old.to_bytes() if old is not None else None):
        raise ConflictError("the captions are not those this step was made on; reload the sample")
    return new


@dataclass(frozen=True, slots=True)
class AttributesDelta:
    """The attributes that changed: name → (before, after)."""

    modality: ClassVar[Modality] = Modality.ATTRIBUTES
    changed: Mapping[str, tuple[bool | None, bool | None]]

    @property
    def region(self) -> None:
        """Attributes have none."""
        return

    @property
    def nbytes(self) -> int:
        """A small dictionary."""
        return 256 + 128 * len(self.changed)

    def apply(self, value: EditableValue | None) -> Attributes:
        """The attributes after."""
        return self._turned(value, 0, 1)

    def revert(self, value: EditableValue | None) -> Attributes:
        """The attributes before."""
        return self._turned(value, 1, 0)

    def _turned(self, value: EditableValue | None, old: int, new: int) -> Attributes:
        if not isinstance(value, Attributes) or any(
            name not in value.names or value[name] is not pair[old] for name, pair in self.changed.items()
        ):
            raise ConflictError("the attributes are not those this step was made on; reload the sample")
        for name, pair in self.changed.items():
            value = value.replacing(name, pair[new])
        return value

    def followed_by(self, later: Delta, /) -> AttributesDelta | None:
        """From the first before to the last after of each name."""
        assert isinstance(later, AttributesDelta)
        changed = dict(self.changed)
        for name, (before, after) in later.changed.items():
            changed[name] = (changed.get(name, (before, after))[0], after)
        changed = {name: pair for name, pair in changed.items() if pair[0] is not pair[1]}
        return AttributesDelta(changed) if changed else None

    def to_payload(self) -> bytes:
        """JSON: name → [before, after]."""
        return json.dumps({name: list(pair) for name, pair in self.changed.items()}).encode()

    @classmethod
    def from_payload(cls, payload: bytes) -> AttributesDelta:
        """Raises DamagedFileError for anything ``to_payload`` could not have written."""
        try:
            found = json.loads(payload[:MAX_TEXT_PAYLOAD])
            changed = {}
            for name, (before, after) in found.items():
                if not (before in (True, False, None) and after in (True, False, None)):
                    raise ValueError(f"{name} is {before!r}, {after!r}")
                changed[name] = (
                    None if before is None else bool(before),
                    None if after is None else bool(after),
                )
        except (ValueError, AttributeError, TypeError, RecursionError) as error:
            raise DamagedFileError(f"an attribute step cannot be read: {error}") from None
        return cls(changed)


@dataclass(frozen=True, slots=True)
class SketchDelta:
    """A sketch's file before and after, some ten kilobytes each. None: no file."""

    modality: ClassVar[Modality] = Modality.SKETCH
    before: Sketch | None
    after: Sketch | None

    @property
    def region(self) -> None:
        """A file that was encoded anew may differ anywhere."""
        return

    @property
    def nbytes(self) -> int:
        """The files' sizes."""
        return 256 + sum(len(side.data) for side in (self.before, self.after) if side)

    def apply(self, value: EditableValue | None) -> Sketch | None:
        """The sketch after."""
        return _redrawn(value, self.before, self.after)

    def revert(self, value: EditableValue | None) -> Sketch | None:
        """The sketch before."""
        return _redrawn(value, self.after, self.before)

    def followed_by(self, later: Delta, /) -> SketchDelta | None:
        """From the first before to the last after."""
        assert isinstance(later, SketchDelta)
        return SketchDelta(self.before, later.after) if self.before != later.after else None

    def to_payload(self) -> bytes:
        """Two sides, each a length (−1: none) and the file's bytes."""
        return b"".join(
            struct.pack("<q", -1 if side is None else len(side.data)) + (b"" if side is None else side.data)
            for side in (self.before, self.after)
        )

    @classmethod
    def from_payload(cls, payload: bytes) -> SketchDelta:
        """Raises DamagedFileError for anything ``to_payload`` could not have written."""
        sides: list[Sketch | None] = []
        at = 0
        for _ in range(2):
            if len(payload) < at + 8:
                raise DamagedFileError("a sketch step is cut short")
            (size,) = struct.unpack_from("<q", payload, at)
            at += 8
            if not -1 <= size <= len(payload) - at:
                raise DamagedFileError("a sketch step is cut short")
            sides.append(None if size == -1 else Sketch(payload[at : at + size]))
            at += max(size, 0)
        return cls(*sides)


def _redrawn(value: EditableValue | None, old: Sketch | None, new: Sketch | None) -> Sketch | None:
    if value != old:
        raise ConflictError("the sketch is not the one this step was made on; reload the sample")
    return new


DELTAS: Mapping[Modality, type[MaskDelta] | type[CaptionsDelta] | type[AttributesDelta] | type[SketchDelta]] = {
    delta.modality: delta for delta in (MaskDelta, CaptionsDelta, AttributesDelta, SketchDelta)
}


def delta_between(before: EditableValue | None, after: EditableValue | None) -> Delta | None:
    """The difference between two values of one modality, or None when there is none.

    Raises InvalidEditError where the step could not be taken back (another size, a vanished mask, another table).
    """
    if isinstance(after, MaskLayers):
        if before is None:
            whole = MaskDelta.between(MaskLayers.empty(after.shape, exclusive=after.exclusive), after.bits)
            return MaskDelta(after.shape, whole.pieces if whole else (), after.exclusive, creates=True)
        if not isinstance(before, MaskLayers) or before.shape != after.shape:
            raise InvalidEditError("the new mask has another size than the old one; resize it first")
        return MaskDelta.between(before, after.bits)
    if isinstance(after, Attributes):
        if not isinstance(before, Attributes) or before.names != after.names:
            raise InvalidEditError("the attribute tables have different columns")
        changed = {n: (before[n], after[n]) for n in after if before[n] is not after[n]}
        return AttributesDelta(changed) if changed else None
    if isinstance(after, Sketch) or isinstance(before, Sketch):
        if not isinstance(before, Sketch | None) or not isinstance(after, Sketch | None):
            raise InvalidEditError("a sketch can only be replaced by a sketch")
        return SketchDelta(before, after) if before != after else None
    if isinstance(before, MaskLayers | Attributes) or before is None is after:
        if before is None:
            return None
        raise InvalidEditError("a mask or a row of attributes cannot be replaced by nothing")
    same = before is not None and after is not None and before.to_bytes() == after.to_bytes()
    return None if same else CaptionsDelta(before, after)
