"""What the names of a dataset's files say about its samples: asked of the store, no file opened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.catalog.columns import MODALITY_BIT
from app.catalog.schema import NOT_NAMED
from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore

BY_NAME = (Modality.PHOTO, Modality.MASK, Modality.SKETCH, Modality.CAPTIONS)
"""Attributes and poses are rows of tables, which have to be read."""
NAMED = sum(MODALITY_BIT[modality] for modality in BY_NAME)
"""The bits of ``have`` that names decide."""


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """Rows in the store's order: ``have`` uint8, ``named`` uint32 class bits (``NOT_NAMED``), ``split`` int16."""

    ids: tuple[SampleId, ...]
    have: npt.NDArray[np.uint8]
    named: npt.NDArray[np.uint32]
    split: npt.NDArray[np.int16]
    split_names: tuple[str, ...]


def names_of(store: SampleStore) -> Names:
    """Ask a store for everything that it knows from names."""
    ids = tuple(store.sample_ids)
    have = np.zeros(len(ids), np.uint8)
    has = store.has
    for modality in BY_NAME:
        there = np.fromiter((has(sample, modality) for sample in ids), np.bool_, len(ids))
        have |= there * np.uint8(MODALITY_BIT[modality])
    class_bits = store.class_bits
    told = (class_bits(sample) for sample in ids)
    named = np.fromiter((NOT_NAMED if bits is None else bits for bits in told), np.uint32, len(ids))
    named[(have & MODALITY_BIT[Modality.MASK]) == 0] = 0
    splits = store.splits
    number_of: dict[SampleId, int] = {}
    for number, samples in enumerate(splits.values()):
        for sample in samples:
            number_of.setdefault(sample, number)
    split = np.fromiter((number_of.get(sample, -1) for sample in ids), np.int16, len(ids))
    return Names(ids, have, named, split, tuple(splits))


@dataclass(frozen=True, slots=True)
class NamesChange:
    """How the samples of a dataset differ from what the catalog knew: by id, in natural order.

    ``changed`` are those that gained or lost a modality, a class file or their place in a split.
    """

    added: tuple[SampleId, ...] = ()
    removed: tuple[SampleId, ...] = ()
    changed: tuple[SampleId, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)
