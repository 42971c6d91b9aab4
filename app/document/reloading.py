"""Values taken from the files once more: after a conflict, after restoring originals, or since others changed them.

What the user has not saved is never replaced here: it is reported, and ``resolve`` asks for the choice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

from app.document import disk
from app.document.changes import Change
from app.document.editing import Editing
from app.document.loading import load_sketch
from app.document.offers import Offers
from app.document.open_samples import OpenSamples
from app.document.opened import OpenSample, OpenValue
from app.document.save_queue import SaveQueue
from app.faces.errors import FaceDataError, InvalidEditError
from app.faces.mask import MaskLayers
from app.faces.sample import EDITABLE, Loaded, Modality, SampleId
from app.faces.store import SampleStore, SavePlan

OUTSIDE = "Changed by another program"
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class OutsideChange:
    """What became of open samples whose files others changed: taken, in conflict with unsaved edits, or not there."""

    reloaded: tuple[SampleId, ...] = ()
    conflicting: tuple[SampleId, ...] = ()
    gone: tuple[SampleId, ...] = ()


class Reloading:
    """The document's way back to the files."""

    def __init__(
        self,
        store: SampleStore,
        samples: OpenSamples,
        editing: Editing,
        saves: SaveQueue,
        offers: Offers,
        *,
        tell: Callable[..., None],
        has_stroke: Callable[[SampleId], bool],
        without_stroke: Callable[[SampleId], OpenSample],
    ) -> None:
        """``tell`` hears what changed; ``without_stroke`` opens a sample and cancels a stroke in progress on it."""
        self._store = store
        self._samples = samples
        self._editing = editing
        self._saves = saves
        self._offers = offers
        self._tell = tell
        self._has_stroke = has_stroke
        self._without_stroke = without_stroke

    def confirm(self, held: OpenSample) -> None:
        """The mask is the one in the files; where it was shown from a cache, they are read now."""
        if held.is_provisional and held.confirm(self._store.read_mask(held.sample)):
            self._tell(Change(held.sample, Modality.MASK))

    def reload(self, sample: SampleId, label: str = "Take the version on disk") -> None:
        """The values are what the files hold now, as undoable steps; nothing is unsaved then.

        Raises InvalidEditError or ReadOnlyError where a file cannot be read, and then nothing is changed.
        """
        self._tell(*self._reloaded(self._without_stroke(sample), label))

    def resolve(self, sample: SampleId, keep: Literal["mine", "theirs"]) -> None:
        """After a conflict: the values are theirs (as on disk), or still mine and can be saved over theirs.

        Either way the history has both and undo reaches them. Raises InvalidEditError or ReadOnlyError where what is
        on disk now cannot be read, and then nothing is changed.
        """
        held = self._without_stroke(sample)
        mine = {modality: held.values[modality].value for modality in EDITABLE}
        mine = {m: v.copy() if isinstance(v, MaskLayers) else v for m, v in mine.items()}
        changes = self._reloaded(held, "Take the version on disk")
        if keep == "mine":
            changes += tuple(self._editing.assign(held, mine, "Keep my version"))
        self._tell(*changes)

    def carry_out(
        self,
        plan: SavePlan,
        touched: Iterable[SampleId],
        label: str,
        modalities: frozenset[Modality] = frozenset(),
    ) -> None:
        """Write a plan made elsewhere (restoring originals) and wait for it; for ``touched`` it is an undoable step.

        ``modalities`` are those that it saves. Raises InvalidEditError when one of the samples has unsaved edits,
        ConflictError, SaveError or OSError.
        """
        samples = tuple(sample for sample in touched if sample in self._store)
        for held in [self._samples.opened(sample) for sample in samples]:
            self.confirm(held)
            self._editing.history(held)
            if held.is_unsaved() or self._offers.tree_of(held.sample) is not None:
                raise InvalidEditError(f"sample {held.sample} has unsaved edits; save or discard them first")
            self._editing.begin(held.sample)
        self._saves.carry_out(plan, modalities)
        for sample in samples:
            self.reload(sample, label)

    def carry_out_soon(
        self, plan: SavePlan, modalities: frozenset[Modality], done: Callable[[Exception | None], None]
    ) -> None:
        """Write a plan for a sample that is not open, without waiting for it; ``done`` hears of its end."""
        self._saves.carry_out_soon(plan, modalities, done)

    def take_outside(self, samples: Iterable[SampleId]) -> OutsideChange:
        """Open samples whose files other programs changed are as they are on disk now, unless they have unsaved edits.

        For a sample with a history it is one more step of it. Nothing is read of samples that are not open; those that
        the store does not have any more are let go, unless they have unsaved edits. Of many samples those that were
        used longest ago are let go, and read when they are wanted again.
        """
        looked = frozenset(samples)
        held = [sample for sample in self._samples.values() if sample.sample in looked]
        gone = [sample for sample in held if sample.sample not in self._store]
        for sample in gone:
            self._samples.let_go(sample)
        reloaded: list[SampleId] = []
        conflicting: list[SampleId] = []
        changes: list[Change] = []
        digests: dict[str, str | None] = {}
        for sample in reversed([sample for sample in held if sample not in gone]):
            changed = set() if self._saves.is_under_way(sample.sample) else self._changed(sample, digests)
            if not changed:
                continue
            if sample.is_unsaved() or self._has_stroke(sample.sample):
                conflicting.append(sample.sample)
                continue
            is_left = len(reloaded) >= _AT_ONCE and not sample.has_steps and sample.sample != self._samples.in_sight
            if is_left and self._samples.let_go(sample):
                told = [Change(sample.sample, modality) for modality in changed]
            else:
                told = self._taken(sample, changed)
            changes += told
            if told:
                reloaded.append(sample.sample)
        names = tuple(sample.sample for sample in gone)
        self._tell(*changes)
        return OutsideChange(tuple(reloaded[::-1]), tuple(conflicting[::-1]), names)

    def _reloaded(self, held: OpenSample, label: str) -> tuple[Change, ...]:
        self.confirm(held)
        self._editing.history(held)
        self._editing.begin(held.sample)
        return tuple(self._editing.take_disk(held, self._read(held), label))

    def _taken(self, held: OpenSample, changed: Collection[Modality]) -> list[Change]:
        fresh = self._read(held, changed)
        if held.has_steps:
            try:
                self._editing.begin(held.sample)
                return list(self._editing.take_disk(held, fresh, OUTSIDE))
            except FaceDataError:
                pass  # another window edits it, or it is no step away from what it was: its history begins anew
        return [Change(held.sample, modality) for modality in held.replace(fresh)]

    def _read(self, held: OpenSample, modalities: Collection[Modality] = EDITABLE) -> OpenSample:
        """As it is on disk now; what is not among ``modalities`` is as it was."""
        readers: dict[Modality, Callable[[SampleId], Loaded[Any]]] = {
            Modality.MASK: self._store.read_mask,
            Modality.CAPTIONS: self._store.read_captions,
            Modality.ATTRIBUTES: self._store.read_attributes,
            Modality.SKETCH: partial(load_sketch, self._store),
        }
        values = {
            modality: OpenValue.of(readers[modality](held.sample)) if modality in modalities else replace(value)
            for modality, value in held.values.items()
        }
        return OpenSample(held.sample, values, self._store.read_pose(held.sample))

    def _changed(self, held: OpenSample, digests: dict[str, str | None]) -> set[Modality]:
        """The modalities that have a file which is not the one that was read. A table is hashed once for all.

        Where sketches are only shown, none was read.
        """
        shown = {Modality.SKETCH} if self._store.read_only(Modality.SKETCH) else set()
        return {
            modality
            for modality in EDITABLE
            if modality not in shown
            if (held.is_provisional and modality is Modality.MASK) or self._is_other(held, modality, digests)
        }

    def _is_other(self, held: OpenSample, modality: Modality, digests: dict[str, str | None]) -> bool:
        stamps = held.values[modality].stamps
        for path in {*stamps, *self._store.files(held.sample, modality)}:
            if path not in digests:
                digests[path] = self._digest(path)
            if digests[path] != stamps.get(path):
                return True
        return False

    def _digest(self, path: str) -> str | None:
        try:
            data = disk.read_file(self._store.root / path)
        except (OSError, FaceDataError):
            return "unreadable"
        return None if data is None else disk.digest_of(data)
