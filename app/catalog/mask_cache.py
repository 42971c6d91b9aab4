"""Decoded masks, kept so that showing a sample does not inflate thirteen files again.

What comes from here is for looking and counting. The first edit of a sample reads its files, whose hashes a save needs.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from app.catalog.packs import Pack
from app.faces.errors import DamagedFileError
from app.faces.mask import MaskLayers
from app.faces.sample import SampleId
from app.imaging.set_index import IndexedMask, decode_indexed, encode_indexed

LIMIT_BYTES = 1 << 30
"""Room for about 100,000 samples."""

_LAYERS, _EXCLUSIVE = b"L", b"X"
_UNKEPT = b""


class MaskCache:
    """Masks by sample, each valid for the stamp of the files it was read from. Safe from any thread and process.

    Only masks that were read without a problem belong here: one that has problems must tell them each time.
    """

    def __init__(self, file: Path, limit_bytes: int = LIMIT_BYTES) -> None:
        self._pack = Pack(file, limit_bytes)

    def get(self, sample: SampleId, stamp: bytes) -> MaskLayers | None:
        """The mask, in an array that belongs to the caller."""
        mask = self.get_indexed(sample, stamp)
        return None if mask is None else mask.layers()

    def get_indexed(self, sample: SampleId, stamp: bytes) -> IndexedMask | None:
        """The mask as sets and index: all that an overlay or a statistic needs, in a third of the time."""
        blob = self._pack.get(sample, stamp)
        if not blob:
            return None
        try:
            return IndexedMask(*decode_indexed(blob[1:]), exclusive=blob[:1] == _EXCLUSIVE)
        except DamagedFileError:
            return None

    def put(self, sample: SampleId, stamp: bytes, mask: MaskLayers) -> None:
        """Keep a mask that was read from files with that stamp, before and after reading."""
        self.put_all([(sample, stamp, kept_mask(IndexedMask.of(mask)))])

    def put_all(self, blobs: Iterable[tuple[SampleId, bytes, bytes]]) -> None:
        """Keep many, each as ``kept_mask`` made it, in one transaction."""
        self._pack.put_all(blobs)

    def stamps(self) -> dict[SampleId, bytes]:
        """The stamp of every sample that was looked at, kept or not."""
        return {SampleId(key): stamp for key, stamp in self._pack.stamps().items()}

    @property
    def is_full(self) -> bool:
        """Whether keeping more means dropping something else."""
        return self._pack.is_full

    def close(self) -> None:
        """The file is let go until it is needed again."""
        self._pack.close()


def kept_mask(mask: IndexedMask | None) -> bytes:
    """What is kept of a mask; of None that there is nothing to keep."""
    if mask is None:
        return _UNKEPT
    return (_EXCLUSIVE if mask.exclusive else _LAYERS) + encode_indexed(mask.sets, mask.index)
