"""A mask as the few class sets it holds and one small index per pixel: how decoded masks are kept on disk.

A face has some thirty distinct sets of classes, so a byte per pixel says which, and the bytes deflate to about 9 KB.
Decoding them costs a hundredth of decoding thirteen PNG files; counting them answers every question about areas and
overlaps without looking at a pixel twice.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from app.faces.classes import ALL_BITS
from app.faces.errors import DamagedFileError
from app.faces.mask import SET_COUNT, Bits, MaskLayers
from app.imaging.inflate import inflate

PIXEL_LIMIT = 64 * 1024 * 1024

ClassSets = npt.NDArray[np.uint32]
"""(k,) uint32, ascending: the distinct class sets of a mask."""
SetIndex = npt.NDArray[np.unsignedinteger[Any]]
"""(H, W): for each pixel the position of its class set; uint8 up to 256 sets, which every face has."""

_HEADER = struct.Struct("<4sIII")
_MAGIC = b"FSI1"


@dataclass(frozen=True, slots=True, eq=False)
class IndexedMask:
    """A mask as its distinct class ``sets`` (k,) uint32 and the ``index`` (H, W) of each pixel's set."""

    sets: ClassSets
    index: SetIndex
    exclusive: bool = False

    @classmethod
    def of(cls, mask: MaskLayers) -> IndexedMask:
        """The same mask in this form."""
        return cls(*indexed(mask.bits), mask.exclusive)

    def layers(self) -> MaskLayers:
        """The mask in an array of its own."""
        return MaskLayers(np.take(self.sets, self.index), self.exclusive)


def indexed(bits: Bits) -> tuple[ClassSets, SetIndex]:
    """The distinct class sets of (H, W) bits and where each is: ``sets[index]`` equals ``bits``.

    Only the first pixel of each run is looked at, of which a face has some ten thousand.
    """
    flat = bits.ravel()
    is_first = np.ones(flat.size, np.bool_)
    np.not_equal(flat[1:], flat[:-1], out=is_first[1:])
    starts = np.flatnonzero(is_first)
    heads = flat[starts]
    present = np.zeros(SET_COUNT, np.bool_)
    present[heads] = True
    sets = np.flatnonzero(present).astype(np.uint32)
    places = np.zeros(SET_COUNT, _index_type(len(sets)))
    places[sets] = np.arange(len(sets))
    index: SetIndex = np.repeat(places[heads], np.diff(starts, append=flat.size)).reshape(bits.shape)
    return sets, index


def encode(bits: Bits) -> bytes:
    """A blob that ``decode`` turns back into the same (H, W) uint32 bits."""
    return encode_indexed(*indexed(bits))


def encode_indexed(sets: ClassSets, index: SetIndex) -> bytes:
    """The same from what ``indexed`` has found already."""
    height, width = index.shape
    content = np.ascontiguousarray(sets, "<u4").tobytes() + np.ascontiguousarray(index).tobytes()
    return _HEADER.pack(_MAGIC, height, width, len(sets)) + zlib.compress(content, 1)


def decode(blob: bytes) -> Bits:
    """The (H, W) uint32 bits, an array of its own. Raises DamagedFileError for any other blob than ``encode``'s."""
    sets, index = decode_indexed(blob)
    bits: Bits = np.take(sets, index)
    return bits


def decode_indexed(blob: bytes) -> tuple[ClassSets, SetIndex]:
    """The class sets and the index, read-only. Raises DamagedFileError for any other blob than ``encode``'s."""
    if len(blob) < _HEADER.size:
        raise DamagedFileError("the kept mask is cut short; it is read from its files again")
    magic, height, width, count = _HEADER.unpack_from(blob)
    if magic != _MAGIC or (not 0 < count <= SET_COUNT and height * width) or height * width > PIXEL_LIMIT:
        raise DamagedFileError("the kept mask has a header that cannot be; it is read from its files again")
    kind = np.dtype(_index_type(count)).newbyteorder("<")
    content = inflate(memoryview(blob)[_HEADER.size :], 4 * count + kind.itemsize * height * width)
    sets = np.frombuffer(content, "<u4", count)
    index = np.frombuffer(content, kind, height * width, 4 * count).reshape(height, width)
    if (count and int(sets.max()) > ALL_BITS) or (index.size and int(index.max()) >= count):
        raise DamagedFileError("the kept mask names classes that do not exist; it is read from its files again")
    return sets, index


def _index_type(count: int) -> type[np.unsignedinteger[Any]]:
    if count <= 1 << 8:
        return np.uint8
    return np.uint16 if count <= 1 << 16 else np.uint32
