"""Small photos and sketches for the gallery, kept as JPEG.

Overlays are not kept: they are composed from a thumbnail and a cached mask with the colours and eyes of the moment.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from app.catalog.packs import Pack
from app.faces.sample import SampleId

LIMIT_BYTES = 1 << 30
"""Room for 128 px thumbnails of about 200,000 samples."""

SIDES = (128, 256)
"""The longer sides, in pixels, that are kept."""

Kind = Literal["photo", "sketch"]


class ThumbnailPack:
    """Thumbnails by sample, kind and side, each valid for the stamp of its file. Safe from any thread and process."""

    def __init__(self, file: Path, limit_bytes: int = LIMIT_BYTES) -> None:
        self._pack = Pack(file, limit_bytes)

    def get(self, sample: SampleId, kind: Kind, side: int, stamp: bytes) -> bytes | None:
        """The JPEG bytes, if they were made from the file with that stamp."""
        return self._pack.get(_key(sample, kind, side), stamp) or None

    def put(self, sample: SampleId, kind: Kind, side: int, stamp: bytes, jpeg: bytes) -> None:
        """Keep a thumbnail; empty bytes say that none can be made of this file."""
        self._pack.put(_key(sample, kind, side), stamp, jpeg)

    def put_all(self, kind: Kind, side: int, thumbnails: Iterable[tuple[SampleId, bytes, bytes]]) -> None:
        """Keep many (sample, stamp, JPEG) in one transaction."""
        self._pack.put_all((_key(sample, kind, side), stamp, jpeg) for sample, stamp, jpeg in thumbnails)

    def stamps(self, kind: Kind, side: int) -> dict[SampleId, bytes]:
        """The stamp of every sample that was looked at for this kind and side."""
        ending = _key(SampleId(""), kind, side)
        kept = self._pack.stamps().items()
        return {SampleId(key.removesuffix(ending)): stamp for key, stamp in kept if key.endswith(ending)}

    @property
    def is_full(self) -> bool:
        """Whether keeping more means dropping something else."""
        return self._pack.is_full

    def close(self) -> None:
        """The file is let go until it is needed again."""
        self._pack.close()


def _key(sample: SampleId, kind: Kind, side: int) -> str:
    return f"{sample}\n{kind} {side}"
