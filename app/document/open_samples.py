"""The samples whose values are in memory. Those that were used longest ago leave, unless something would be lost."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from app.document.loading import LoadedSample, load_but_mask
from app.document.locks import SampleLocks
from app.document.offers import Offers
from app.document.opened import OpenSample
from app.document.recorder import Recorder
from app.faces.errors import SampleNotFoundError
from app.faces.sample import SampleId
from app.faces.store import SampleStore


class OpenSamples(OrderedDict[SampleId, OpenSample]):
    """One per document; the sample used last is at the end."""

    def __init__(
        self,
        store: SampleStore,
        keep_open: int,
        recorder: Recorder,
        locks: SampleLocks,
        offers: Offers,
        *,
        is_busy: Callable[[SampleId], bool],
    ) -> None:
        """``is_busy`` tells whether a sample is under the brush or being saved: such a one stays."""
        super().__init__()
        self._store = store
        self._keep_open = keep_open
        self._recorder = recorder
        self._locks = locks
        self._offers = offers
        self._is_busy = is_busy
        self._crowded = keep_open
        self.in_sight: SampleId | None = None
        """The sample somebody looks at: it stays, however many others are read."""

    def opened(self, sample: SampleId) -> OpenSample:
        """The sample, read now if need be, its mask when somebody asks for it. Raises SampleNotFoundError."""
        held = self.get(sample)
        if held is None:
            if sample not in self._store:
                raise SampleNotFoundError(f"there is no sample {sample} in {self._store.root.name}")
            held = self._hold(load_but_mask(self._store, sample))
        self.move_to_end(sample)
        return held

    def admit(self, loaded: LoadedSample) -> bool:
        """Hold values that were read elsewhere; returns whether they replace a mask that was shown from a cache."""
        held = self.get(loaded.sample)
        if held is not None:
            has_mask = not (loaded.is_provisional or loaded.is_mask_left)
            return held.is_provisional and has_mask and held.confirm(loaded.mask)
        if not (loaded.is_provisional and self.has_history(loaded.sample)):
            self._hold(loaded)
        return False

    def has_history(self, sample: SampleId) -> bool:
        """Whether it was ever edited as far as the edit log knows."""
        held = self.get(sample)
        return bool(held is not None and held.history and held.history.started) or self._offers.newest_id(sample) > 0

    def let_go(self, held: OpenSample) -> bool:
        """The sample is not in memory any more, if nothing is lost with it."""
        if self._is_busy(held.sample):
            return False
        if held.history is not None and (held.is_unsaved() or not self._recorder.is_idle):
            return False
        self._locks.release(held.sample)
        del self[held.sample]
        return True

    def _hold(self, loaded: LoadedSample) -> OpenSample:
        held = self[loaded.sample] = OpenSample.of(loaded)
        if loaded.is_mask_left:
            held.park_mask(self._store.read_mask)
        if len(self) > self._crowded:
            for sample in list(self)[: len(self) - self._keep_open]:
                if sample != self.in_sight:
                    self.let_go(self[sample])
            # Those with unsaved edits stay, and are asked again when there are a tenth more of them: a bulk edit of
            # thousands that are not saved would ask each of them each time.
            self._crowded = self._keep_open if len(self) <= self._keep_open else len(self) * 11 // 10
        return held
