"""What an export reads: the dataset, and its masks from the mask cache wherever that is still true.

Formats and the cache are rooms of one floor with no door between them; here they meet.
"""

from __future__ import annotations

from pathlib import Path

from app.catalog.mask_cache import MaskCache
from app.catalog.places import CatalogPlaces
from app.catalog.stamps import stamp_of
from app.faces.sample import Loaded, Modality, SampleId
from app.faces.store import SampleStore
from app.imaging.set_index import IndexedMask


class DatasetSource:
    """See ``formats.exporting.protocol.Source``. ``masks`` is the file of the mask cache; None: there is none."""

    def __init__(self, store: SampleStore, masks: Path | None) -> None:
        self.store = store
        self._cache = None if masks is None else MaskCache(masks)

    def mask(self, sample: SampleId) -> Loaded[IndexedMask]:
        """The mask as class sets and index."""
        if self._cache is not None and (files := self.store.files(sample, Modality.MASK)):
            stamp = stamp_of(self.store.root, files)
            kept = None if stamp is None else self._cache.get_indexed(sample, stamp)
            if kept is not None:
                return Loaded(kept)
        loaded = self.store.read_mask(sample)
        value = None if loaded.value is None else IndexedMask.of(loaded.value)
        return Loaded(value, loaded.stamps, loaded.problems, loaded.read_only)

    def close(self) -> None:
        """The cache is let go."""
        if self._cache is not None:
            self._cache.close()


def kept_masks(store: SampleStore) -> Path | None:
    """The file of the dataset's mask cache, where indexing has made one."""
    file = CatalogPlaces.of(store.root).masks
    return file if file.exists() else None
