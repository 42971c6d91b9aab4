"""Carrying out a planned save so that all of its files are written or none, whatever fails in between.

The order is the promise. Under the dataset lock: compare what is on disk with what was read; keep the originals; write
the redo record and fsync it: the commit point. Then the files are swapped (``swapping.py``), their folders fsynced, the
ledger noted, the record removed. If a step fails, what was swapped is swapped back. If the machine fails, the next
start finishes the record.

A disk may fail on the way back, too, or keep a record from being removed. Then this process goes on with that before
its next save; what still stands keeps nothing else from being saved than its own files.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.document import disk
from app.document.journal import (
    Record,
    SavedStep,
    checked_path,
    record_path,
    records_in,
    remove_record,
    write_record,
)
from app.document.locks import dataset_lock
from app.document.originals import Originals, ledger_line
from app.document.swapping import Swaps, after_digest, beside, conflict_text, earlier
from app.document.work_folder import WorkFolder
from app.faces.errors import ConflictError, DamagedFileError, FaceDataError, ReadOnlyError, SaveError, UnsafeFileError
from app.faces.sample import Modality
from app.faces.store import FileChange, SavePlan, ValueChange

SameContent = Callable[[str, bytes | None, bytes | None], bool]
Rewritten = Mapping[str, tuple[str | None, str | None]]
"""path → (SHA-256 before, SHA-256 after); None: no file."""

_MARGIN = 1_000_000
_ANYBODY_MAY_WRITE = 0o222
SHARED = frozenset({Modality.ATTRIBUTES})
"""Modalities that one file holds for all samples."""


@dataclass(slots=True)
class Recovery:
    """What a start found in the journal. ``messages`` are sentences for the user, ``standing`` says of a path in the
    dataset why its save cannot be brought to an end."""

    finished: list[Record] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    standing: dict[str, str] = field(default_factory=dict)


class Saver:
    """Writes one dataset. Belongs to the writer thread, or to a tool that runs alone."""

    def __init__(
        self,
        root: Path,
        work: WorkFolder,
        *,
        same_content: SameContent,
        carried_out: Callable[[Record], None] = lambda _record: None,
    ) -> None:
        self.root = root
        self.work = work
        self.originals = Originals(work.objects)
        self._real_root = root.resolve()
        self._same_content = same_content
        self._carried_out = carried_out
        self._rewritten: dict[str, tuple[frozenset[str | None], str | None]] = {}
        self._ended: dict[Path, tuple[Record, Swaps]] = {}
        """Records of this process's own saves that are over and could not be cleared away."""

    def save(
        self,
        plan: Callable[[], SavePlan],
        tree: int = 0,
        head: int = 0,
        *,
        others: tuple[SavedStep, ...] = (),
        returns: bool = False,
        keep_replaced: bool = False,
    ) -> tuple[SavePlan, Rewritten]:
        """Make the plan and carry it out, all or nothing; returns it with what was really written.

        ``others`` are saved by the same plan. ``returns``: steps were taken back, so a file may say again what a kept
        version of it says; then its very bytes come back. ``keep_replaced`` keeps the replaced bytes even where a save
        of ours wrote them. Raises ConflictError, SaveError, UnsafeFileError, DatasetBusyError, whatever planning
        raises, or OSError; then the dataset is as it was.
        """
        self.work.prepare()
        if self.originals.folder != self.work.objects:  # preparing may find that the dataset cannot be written
            self.originals = Originals(self.work.objects)
        with dataset_lock(self.work.lock):
            standing = self._finish_records().standing
            planned = self._planned(plan, standing)
            changes = self._changes_needed(planned.changes, returns)
            if not changes:
                return planned, {}
            self._require_space(changes)
            for change, here in changes:
                if here is not None and keep_replaced:
                    self.originals.put(here, self.work.tmp)
                elif here is not None:
                    self.originals.keep(change.path, here, self.work.tmp)
            record = Record(planned.sample, tree, head, tuple(change for change, _ in changes), others)
            name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
            path, swaps = record_path(self.work.journal, name), Swaps(self.work, name)
            try:
                write_record(self.work.journal, name, record)
                self._apply(record, swaps)
            except (OSError, FaceDataError):
                self._close(record, path, swaps)
                raise
            self._done(record)
            self._close(record, path, swaps)
            return planned, rewritten_by(record)

    def recover(self) -> Recovery:
        """Finish or drop what an interrupted save left. Touches nothing when there is nothing to do."""
        if not self.work.exists or not (records_in(self.work.journal) or self._drafts()):
            return Recovery()
        self.work.prepare()
        with dataset_lock(self.work.lock):
            recovery = self._finish_records()
            self._sweep()
        recovery.messages += [f"{why}; the next save tries again" for why in dict.fromkeys(recovery.standing.values())]
        return recovery

    def up_to_date(self, changes: Sequence[ValueChange]) -> list[ValueChange]:
        """The changes with the hashes that our own saves gave tables since the values were read.

        A table holds all samples: a save of another sample, done after this one's snapshot, is no conflict.
        """
        return [
            replace(change, stamps={p: self._current(p, h) for p, h in change.stamps.items()})
            if change.modality in SHARED
            else change
            for change in changes
        ]

    def has_replaced(self, path: str, digest: str | None) -> bool:
        """Whether a save of ours replaced that version of the file. Any thread."""
        return self._current(path, digest) != digest

    def _current(self, path: str, digest: str | None) -> str | None:
        earlier, current = self._rewritten.get(path, (frozenset(), None))
        return current if digest in earlier else digest

    def _remember(self, rewritten: Rewritten) -> None:
        for path, (before, after) in rewritten.items():
            earlier, current = self._rewritten.get(path, (frozenset(), before))
            known = earlier | {before} if current == before else frozenset({before})
            self._rewritten[path] = (known, after)

    def target_of(self, path: str) -> Path:
        """The real file a path of the dataset stands for. Raises UnsafeFileError where it would leave the root."""
        target = self.root / checked_path(path)
        real = Path(os.path.realpath(target))
        if not real.is_relative_to(self._real_root):
            raise UnsafeFileError(f"{path} is a link out of the dataset's folder; it is not written")
        if real.is_relative_to(self.work.path.resolve()):
            raise UnsafeFileError(f"{path} leads into the work folder; it is not written")
        return real

    # before the commit point

    def _planned(self, plan: Callable[[], SavePlan], standing: Mapping[str, str]) -> SavePlan:
        try:
            planned = plan()
        except ConflictError as error:
            # Not another program's doing where the file is half way back from a save of ours.
            for path, why in standing.items():
                if path in str(error):
                    raise SaveError(f"{path}: {why}") from error
            raise
        for change in planned.changes:
            if change.path in standing:
                raise SaveError(f"{change.path}: {standing[change.path]}")
        return planned

    def _changes_needed(self, planned: Sequence[FileChange], returns: bool) -> list[tuple[FileChange, bytes | None]]:
        """What differs from the disk, each with the bytes that are there."""
        changes: dict[str, tuple[FileChange, bytes | None]] = {}
        for change in planned:
            if change.path in changes:
                raise SaveError(
                    f"the plan writes {change.path} twice; this is a fault of the program, nothing is saved"
                )
            target = self.target_of(change.path)
            there = disk.read_with_mode(target)
            here, mode = there or (None, 0)
            found = None if here is None else disk.digest_of(here)
            if found != change.before:
                raise ConflictError(conflict_text(change.path, found))
            if here is not None and not mode & _ANYBODY_MAY_WRITE and (self.root / change.path).is_symlink():
                # So git-annex and DVC keep contents under their hash; a copied CD has no links.
                raise ReadOnlyError(
                    f"{change.path} is a link to the write-protected {target.name}; put a copy in its place"
                )
            # Emptied is deleted, unless a file that was empty stood there before.
            change = self._as_kept(change) if returns or change.after is None else change
            if after_digest(change) != found:
                changes[change.path] = change, here
        return list(changes.values())

    def _as_kept(self, change: FileChange) -> FileChange:
        """Where the new content is that of a kept version, its very bytes come back."""
        for kept in self.originals.versions(change.path):
            if self._same_content(change.path, kept, change.after):
                return replace(change, after=kept)
        return change

    def _require_space(self, changes: Sequence[tuple[FileChange, bytes | None]]) -> None:
        needed = sum(2 * len(change.after or b"") + len(here or b"") for change, here in changes) + _MARGIN
        for place in {self.work.path, self._real_root}:
            free = disk.free_bytes(place)
            if free < needed:
                raise SaveError(
                    f"the disk of {place} has {free:,} bytes left, saving needs {needed:,}; make room, then save again"
                )

    # after the commit point

    def _apply(self, record: Record, swaps: Swaps) -> None:
        try:
            for change in record.changes:
                swaps.swap(change, self.target_of(change.path))
            swaps.sync()
            self.originals.note(
                ledger_line(sample, path, before, after)
                for path, (before, after) in rewritten_by(record).items()
                for sample, _, _ in record.steps
            )
            swaps.finish()
        except (OSError, FaceDataError) as error:
            try:
                swaps.take_back()
            except (OSError, FaceDataError) as second:
                raise SaveError(
                    f"the disk failed twice ({error}; {second}); what was written is taken back before the next save,"
                    " or else finished by the next start"
                ) from error
            raise

    # after a crash

    def _finish_records(self) -> Recovery:
        recovery = Recovery()
        self._clear_ended(recovery.standing)
        for path in records_in(self.work.journal):
            if path in self._ended:
                continue
            if path.is_symlink() or not path.is_file():
                self.work.set_aside(path, "is no file")
                continue
            try:
                record = Record.from_bytes(disk.read_file(path) or b"")
                self._require_fit(record)
            except DamagedFileError as error:
                remove_record(path)
                recovery.dropped.append(path.name)
                recovery.messages.append(f"a save that was interrupted before it counted was dropped: {error}")
                continue
            except (UnsafeFileError, ConflictError) as error:
                aside = self.work.set_aside(path, "cannot be finished")
                recovery.refused.append((aside or path).name)
                recovery.messages.append(f"an interrupted save was set aside: {error}")
                continue
            swaps = Swaps(self.work, path.stem)
            try:
                self._apply(record, swaps)
            except (OSError, FaceDataError) as error:
                recovery.standing |= _standing(record, error, "finished")
                continue
            self._done(record)
            self._close(record, path, swaps)
            recovery.finished.append(record)
            recovery.messages.append(f"an interrupted save of sample {record.sample} was finished")
        return recovery

    def _require_fit(self, record: Record) -> None:
        for change in record.changes:
            here = disk.read_file(self.target_of(change.path))
            found = None if here is None else disk.digest_of(here)
            if found not in (change.before, after_digest(change)):
                raise ConflictError(conflict_text(change.path, found))

    def _drafts(self) -> list[Path]:
        try:
            return [p for p in self.work.tmp.iterdir() if not p.is_dir()]
        except OSError:
            return []

    def _done(self, record: Record) -> None:
        # Told while the record stands: what the listener notes is noted again if the machine fails now.
        self._remember(rewritten_by(record))
        self._carried_out(record)

    def _clear_ended(self, standing: dict[str, str]) -> None:
        for path, (record, swaps) in tuple(self._ended.items()):
            try:
                self._clear(record, path, swaps)
            except (OSError, FaceDataError) as error:
                if not swaps.is_back:
                    standing |= _standing(record, error, "taken back")

    def _close(self, record: Record, path: Path, swaps: Swaps) -> None:
        """The save is over, one way or the other. What cannot be cleared away now is so before the next save."""
        self._ended[path] = record, swaps
        with suppress(OSError, FaceDataError):
            self._clear(record, path, swaps)

    def _clear(self, record: Record, path: Path, swaps: Swaps) -> None:
        """What is to be taken back is, no draft is left in the dataset, then no record. Raises OSError or SaveError."""
        if os.path.lexists(path):  # else another process has finished it
            swaps.take_back()
            for index, change in enumerate(record.changes):
                draft = beside(self.target_of(change.path).parent, path.stem, index)
                disk.remove(draft)
                disk.remove(earlier(draft))
            remove_record(path)
        del self._ended[path]
        self._sweep()

    def _sweep(self) -> None:
        """Only drafts of records that still stand are left in our own folder, and those the disk does not let go."""
        standing = tuple(path.stem for path in records_in(self.work.journal))
        for draft in self._drafts():
            if not draft.name.startswith(standing):
                with suppress(OSError):
                    disk.remove(draft)


def _standing(record: Record, error: Exception, what: str) -> dict[str, str]:
    reason = str(error)
    if isinstance(error, OSError):
        reason = f"{error.filename}: {error.strerror}" if error.filename else error.strerror or reason
    why = f"an earlier save of sample {record.sample} cannot be {what} yet ({reason})"
    return {change.path: why for change in record.changes}


def rewritten_by(record: Record) -> Rewritten:
    """What a carried-out record did to the files' hashes."""
    return {c.path: (c.before, after_digest(c)) for c in record.changes}
