"""How alike two samples are in the layout of their masks: which classes are where, and how large.

Two things count for each class: by how much its extent differs (the square root of its share of the picture, so that
an eye is not drowned by the hair; a class that one of them lacks counts in full), and how far its middle moved, weighed
by the smaller of the two extents.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from app.catalog.columns import Columns

_MOVED = 4.0
"""How much a class that moved across the whole picture counts, against one that vanished."""


def distances(columns: Columns, row: int) -> npt.NDArray[np.float32]:
    """(n,) float32: 0 for the same layout (the row itself), larger the less alike; inf where no mask was read.

    All are inf when the mask of ``row`` itself was not read.
    """
    is_read = columns.indexed & ~columns.unreadable
    if not is_read[row]:
        return np.full(len(columns), np.inf, np.float32)
    pixels = columns.size.astype(np.float32).prod(axis=1)
    extent = np.sqrt(columns.areas / np.maximum(pixels, 1)[:, None]).astype(np.float32)
    grown = np.abs(extent - extent[row])
    steps = columns.centroids - columns.centroids[row]
    moved = np.nan_to_num(np.hypot(steps[..., 0], steps[..., 1])) * np.minimum(extent, extent[row])
    far = np.sum(grown, axis=1) + _MOVED * np.sum(moved, axis=1)
    return np.where(is_read, far, np.inf).astype(np.float32)
