"""The values of an open sample: what they are now, what the files hold, and the history between the two."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.document.history import History, Node
from app.document.loading import LoadedSample
from app.document.stroke import Stroke
from app.faces.attributes import Attributes
from app.faces.captions import Captions
from app.faces.errors import ReadOnlyError
from app.faces.mask import MaskLayers
from app.faces.sample import EDITABLE, EditableValue, Loaded, Modality, Pose, Problem, SampleId, Sketch
from app.faces.store import ValueChange


@dataclass(slots=True, eq=False)
class OpenValue:
    """One modality. ``saved`` is what the files hold; a mask's is copied only before its first change."""

    kept: EditableValue | None
    """The value, unless it is to be read (``wanted``) when somebody asks for it, as are problems and reason."""
    stamps: dict[str, str | None]
    kept_problems: tuple[Problem, ...]
    kept_read_only: str | None
    saved: EditableValue | None = None
    is_saved_kept: bool = False
    wanted: Callable[[], Loaded[Any]] | None = None

    @property
    def value(self) -> EditableValue | None:
        """The value now."""
        self.read()
        return self.kept

    @value.setter
    def value(self, value: EditableValue | None) -> None:
        self.kept, self.wanted = value, None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What reading it found wrong."""
        self.read()
        return self.kept_problems

    @property
    def read_only(self) -> str | None:
        """Why it must not be edited."""
        self.read()
        return self.kept_read_only

    def read(self) -> None:
        """What was left to be read is read now."""
        if self.wanted is None:
            return
        read = self.wanted()
        self.kept, self.kept_problems, self.kept_read_only = read.value, read.problems, read.read_only
        # Nobody saw what the files held before.
        self.stamps, self.wanted = dict(read.stamps), None

    @classmethod
    def of(cls, loaded: Loaded[Any]) -> OpenValue:
        """As it was read."""
        return cls(loaded.value, dict(loaded.stamps), loaded.problems, loaded.read_only)

    def keep_saved(self) -> None:
        """Before a change: remember what the files hold."""
        if not self.is_saved_kept:
            self.saved = self.value.copy() if isinstance(self.value, MaskLayers) else self.value
            self.is_saved_kept = True


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """What one save writes: the values at the moment of asking, in arrays of their own."""

    sample: SampleId
    tree: int
    node: Node
    changes: tuple[ValueChange, ...]
    returns: bool
    """Whether steps that are in the files were taken back: then a file may say again what it said before."""

    @property
    def modalities(self) -> tuple[Modality, ...]:
        """What changes."""
        return tuple(change.modality for change in self.changes)


@dataclass(slots=True, eq=False)
class OpenSample:
    """One sample in the document."""

    sample: SampleId
    values: dict[Modality, OpenValue]
    pose: Loaded[Pose]
    history: History | None = None
    """None until an edit or a look at the history needs it."""
    is_provisional: bool = False
    """The mask is from a cache: its files were not read yet. Such a sample has no history."""

    @classmethod
    def of(cls, loaded: LoadedSample) -> OpenSample:
        """As it was read."""
        values = {
            Modality.MASK: OpenValue.of(loaded.mask),
            Modality.CAPTIONS: OpenValue.of(loaded.captions),
            Modality.ATTRIBUTES: OpenValue.of(loaded.attributes),
            Modality.SKETCH: OpenValue.of(loaded.sketch),
        }
        return cls(loaded.sample, values, loaded.pose, is_provisional=loaded.is_provisional)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All modalities' problems."""
        return sum((v.problems for v in self.values.values()), ()) + self.pose.problems

    def is_unsaved(self, modality: Modality | None = None) -> bool:
        """Whether there is something to save, in one modality or in any."""
        if self.history is None:
            return False
        return any(self.history.is_unsaved(m) for m in EDITABLE if modality in (None, m))

    def park_mask(self, read: Callable[[SampleId], Loaded[MaskLayers]]) -> None:
        """A mask that was never edited leaves memory until it is asked for: thousands of samples are being edited."""
        held = self.values[Modality.MASK]
        is_edited = self.history is not None and self.history.has_steps_of(Modality.MASK)
        if not self.is_provisional and not is_edited:
            held.kept = held.saved = None
            held.is_saved_kept = False
            held.wanted = lambda: read(self.sample)

    @property
    def has_steps(self) -> bool:
        """Whether there is anything to undo or redo."""
        return self.history is not None and len(self.history.nodes) > 1

    def snapshot(self, stroke: Stroke | None) -> Snapshot:
        """What is unsaved now, without the stroke in progress."""
        assert self.history is not None
        changes = []
        for modality in EDITABLE:
            held = self.values[modality]
            if not self.history.is_unsaved(modality):
                continue
            after = held.value
            if isinstance(after, MaskLayers):
                after = after.copy()
                if stroke is not None and stroke.sample == self.sample:
                    stroke.put_back(after.bits)
            elif after is None:
                after = _emptied(held.saved)
            if after is not None:
                changes.append(ValueChange(modality, held.saved, after, dict(held.stamps)))
        _, saved_but_undone = self.history.way_to(self.history.saved)
        return Snapshot(
            self.sample, self.history.root.id, self.history.head, tuple(changes), returns=bool(saved_but_undone)
        )

    @property
    def stamps(self) -> dict[Modality, dict[str, str | None]]:
        """The hashes of the files the values were read from or saved to."""
        return {modality: dict(held.stamps) for modality, held in self.values.items()}

    def take_saved(self, snapshot: Snapshot, hashes: Mapping[str, str | None]) -> None:
        """The snapshot is what the files hold now; ``hashes`` are those of the files that were written."""
        assert self.history is not None
        self.history.saved = snapshot.node
        for change in snapshot.changes:
            held = self.values[change.modality]
            held.saved, held.is_saved_kept = change.after, True
        changed = [self.values[m] for m in snapshot.modalities]
        for path, digest in hashes.items():
            knowing = [held for held in changed if path in held.stamps] or changed
            for held in knowing:
                held.stamps[path] = digest

    def take_disk(self, fresh: OpenSample) -> None:
        """The values were read again and are what the files hold."""
        for modality, read in fresh.values.items():
            held = self.values[modality]
            held.stamps, held.kept_problems, held.kept_read_only = read.stamps, read.problems, read.read_only
            held.saved = held.value.copy() if isinstance(held.value, MaskLayers) else held.value
            held.is_saved_kept = True

    def confirm(self, read: Loaded[MaskLayers]) -> bool:
        """The mask is what its files were read to be; returns whether it is another one than the cache's.

        Where it is not, its array stays the one that is on screen.
        """
        return self._replace(Modality.MASK, OpenValue.of(read))

    def replace(self, fresh: OpenSample) -> tuple[Modality, ...]:
        """The values are what was read again, and the history is not theirs any more; returns which are others.

        Values that are equal stay the same objects.
        """
        self.pose, self.history = fresh.pose, None
        return tuple(modality for modality in EDITABLE if self._replace(modality, fresh.values[modality]))

    def _replace(self, modality: Modality, read: OpenValue) -> bool:
        self.is_provisional = self.is_provisional and modality is not Modality.MASK
        held = self.values[modality]
        is_same = _are_equal(held.value, read.value)
        if is_same:
            read.value = held.value
        self.values[modality] = read
        return not is_same

    def restamp(self, rewritten: Mapping[str, tuple[str | None, str | None]]) -> None:
        """Files this sample shares with others (tables) were rewritten by a save of ours: path → (before, after)."""
        for held in self.values.values():
            for path in held.stamps.keys() & rewritten.keys():
                before, after = rewritten[path]
                if held.stamps[path] == before:
                    held.stamps[path] = after


def _are_equal(one: EditableValue | None, other: EditableValue | None) -> bool:
    if isinstance(one, MaskLayers) and isinstance(other, MaskLayers):
        return one.exclusive == other.exclusive and one.equals(other)
    if isinstance(one, Captions) and isinstance(other, Captions):
        return one.to_bytes() == other.to_bytes()
    return one == other


def require_readable(fresh: OpenSample) -> None:
    """Raises ReadOnlyError when a file that was read again is too damaged to be taken for the value."""
    for modality, read in fresh.values.items():
        if read.value is None and read.problems:
            raise ReadOnlyError(f"the {modality.value} on disk cannot be read: {read.problems[0].message}")


def one_step_from(value: EditableValue | None, new: EditableValue | None) -> EditableValue | None:
    """``new`` as something one step from ``value``: a mask that is gone is an empty one, a missing row no change."""
    if new is None and isinstance(value, MaskLayers):
        return _emptied(value)
    return value if new is None and isinstance(value, Attributes) else new


def _emptied(value: EditableValue | None) -> EditableValue | None:
    # Undoing the step that made a mask, a caption file or a sketch, after it was saved: a plan can empty it.
    if isinstance(value, MaskLayers):
        return MaskLayers.empty(value.shape, exclusive=value.exclusive)
    if isinstance(value, Sketch):
        return Sketch(b"")
    return Captions() if isinstance(value, Captions) else None
