"""Inflating and deflating zlib streams: by ISA-L where its wheel is installed (three and eight times as fast), else by
zlib.

A stream that is not exactly as long as its header promised is always judged by zlib, so that both decoders refuse the
same files with the same words.
"""

from __future__ import annotations

import zlib
from contextlib import suppress
from importlib import import_module
from typing import Any

from app.faces.errors import DamagedFileError

_fast: Any = None
with suppress(ImportError):
    _fast = import_module("isal.isal_zlib")


def inflate(stream: bytes | memoryview, size: int) -> bytes:
    """The ``size`` bytes that the stream holds; never more are made than are asked for.

    Raises DamagedFileError when the stream is corrupt, cut, or holds more or fewer bytes.
    """
    if _fast is not None:
        quick = _fast.decompressobj()
        try:
            raw: bytes = quick.decompress(stream, size + 1)
        except _fast.error:
            pass
        else:
            if len(raw) == size and quick.eof:
                return raw
    plain = zlib.decompressobj()
    try:
        raw = plain.decompress(stream, size + 1)
    except zlib.error as error:
        raise DamagedFileError(f"its pixel data are corrupt ({error})") from None
    if len(raw) != size or not plain.eof:
        raise DamagedFileError(
            f"its pixel data hold {'more' if len(raw) > size else 'fewer'} rows than its header says"
        )
    return raw


def deflate(runs: bytes | memoryview) -> bytes:
    """A zlib stream of bytes that are mostly runs, as the rows of masks are.

    A 512² index map whose rows were subtracted from each other takes 0.06 ms and 6.0 KB by ISA-L, 0.55 ms and 4.3 KB by
    zlib; OpenCV's own encoder takes 0.65 ms and 6.4 KB.
    """
    if _fast is not None:
        quick: bytes = _fast.compress(runs, 1)
        return quick
    plain = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_RLE)
    return plain.compress(runs) + plain.flush()
