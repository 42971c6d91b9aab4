"""Noticing what other programs do to a dataset while it is open.

A convenience, never the guard: a save compares files by their hashes, an index pass by their sizes and times. Where
the system tells nothing about a folder (network disks, no watches left), folders' and tables' times are looked at
every few seconds instead; then files changed in place are found by the next index pass only.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import watchfiles

from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore
from app.workbench.index import tables_stamp

WORK_FOLDER = ".facewright"
MANY = 2000
"""More changed files than that at once are not told one by one (and the system may have dropped some)."""

_QUIET_MS = 100
_GROUP_MS = 1000
_WAKE_MS = 1000
"""A burst is over when nothing has happened for the first time, told at the latest after the second; the third is how
often the root itself is looked at."""
_LOOK_S = 4.0

_PER_SAMPLE = (Modality.PHOTO, Modality.MASK, Modality.SKETCH, Modality.CAPTIONS)
_REMOTE = frozenset(
    "nfs nfs4 cifs smb2 smb3 smbfs afs 9p ceph lustre glusterfs gpfs beegfs vboxsf vmhgfs prl_fs virtiofs davfs".split()
)


@dataclass(frozen=True, slots=True)
class WatchedChange:
    """What other programs did, or we: whoever is told compares with what it knows.

    ``samples`` have files that were changed, came or went. ``listing_changed``: names came or went, the dataset must be
    listed anew. ``tables_changed``: attributes or poses must be read anew. ``too_many``: any sample may have changed.
    """

    samples: tuple[SampleId, ...] = ()
    listing_changed: bool = False
    tables_changed: bool = False
    too_many: bool = False

    def __bool__(self) -> bool:
        return bool(self.samples or self.listing_changed or self.tables_changed or self.too_many)


EVERYTHING = WatchedChange(listing_changed=True, tables_changed=True, too_many=True)


class DatasetWatch:
    """Watches a store's folder from a thread of its own, which calls ``on_change``; close it after use.

    ``notice`` says in a sentence why changes are not seen at once, or is None. ``ready`` is set when changes are seen
    from now on.
    """

    def __init__(self, store: SampleStore, on_change: Callable[[WatchedChange], None]) -> None:
        self.ready = threading.Event()
        self._store = store
        self._root = store.root
        self._on_change = on_change
        self._stop = threading.Event()
        self._unseen = WatchedChange()
        remote = _remote_kind(store.root)
        self.notice: str | None = _slow_notice(f"it lies on a network disk, {remote}") if remote else None
        self._thread = threading.Thread(target=self._run, name="dataset watch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """No more calls of ``on_change``, except one that is under way."""
        self._stop.set()
        if threading.current_thread() is not self._thread:
            self._thread.join(_LOOK_S)

    def _run(self) -> None:
        while not self._stop.is_set():
            if not self._root.exists():
                self._wait_for_root()
                continue
            if self.notice is not None or self._root.is_file():
                self._look_at_times()
                continue
            try:
                self._watch()
            except (OSError, RuntimeError) as error:
                if self._root.exists():
                    self.notice = _slow_notice(f"the system cannot watch it: {error}")

    def _wait_for_root(self) -> None:
        self._tell(EVERYTHING)
        while not self._root.exists():
            if self._stop.wait(_WAKE_MS / 1000):
                return
        self._tell(EVERYTHING)

    def _watch(self) -> None:
        # Folder by folder: to begin with a whole tree, watchfiles looks at each of 460,000 files and keeps the
        # interpreter to itself for a second and more.
        watched = self._identities()
        changes = watchfiles.watch(
            *(self._root / folder for folder, there in watched.items() if there is not None),
            watch_filter=None,
            debounce=_GROUP_MS,
            step=_QUIET_MS,
            rust_timeout=_WAKE_MS,
            yield_on_timeout=True,
            stop_event=self._stop,
            raise_interrupt=False,
            recursive=False,
        )
        for batch in changes:
            # What was put into folders before they were watched.
            self._tell(self._unseen)
            self._unseen = WatchedChange()
            self.ready.set()
            if batch:
                self._tell(self._seen([path for _, path in batch]))
            now = self._identities()
            if now != watched:
                # Watches follow the folder, not its name: begin anew with what is there now.
                if now.get("") != watched.get("") and self._root.is_dir():
                    self._tell(EVERYTHING)
                # A folder that was moved away says nothing about the files in it, nor one put in its place.
                is_replaced = any(there is not None and now.get(folder) != there for folder, there in watched.items())
                self._unseen = WatchedChange(listing_changed=True, too_many=is_replaced)
                return

    def _identities(self) -> dict[str, tuple[int, int] | None]:
        return {folder: _identity(self._root / folder) for folder in ("", *self._store.folders)}

    def _look_at_times(self) -> None:
        before = self._times()
        self.ready.set()
        while not self._stop.wait(_LOOK_S):
            if not self._root.exists():
                return
            folders, tables = now = self._times()
            self._tell(WatchedChange(listing_changed=folders != before[0], tables_changed=tables != before[1]))
            before = now

    def _times(self) -> tuple[list[int], bytes]:
        times = []
        for folder in self._store.folders:
            try:
                times.append(os.stat(self._root / folder).st_mtime_ns)  # noqa: PTH116
            except OSError:
                times.append(0)
        return times, tables_stamp(self._store)

    def _tell(self, change: WatchedChange) -> None:
        if change and not self._stop.is_set():
            self._on_change(change)

    def _seen(self, paths: Iterable[str]) -> WatchedChange:
        """What changes of these files (absolute paths) mean."""
        inside = [path for path in map(self._relative, paths) if path is not None]
        if len(inside) > MANY:
            return EVERYTHING
        store = self._store
        folders = set(store.folders)
        tables = set(store.tables)
        samples: dict[SampleId, None] = {}
        listing_changed = tables_changed = False
        for path in inside:
            exists = os.path.lexists(self._root / path)
            if path in tables:
                tables_changed = True
                listing_changed |= not exists
                continue
            sample, is_listed = self._sample_of(path)
            if sample is not None and (is_listed or exists):
                samples[sample] = None
            if is_listed:
                listing_changed |= not exists
            elif path in folders or (exists and path.rpartition("/")[0] in folders):
                listing_changed = True
        return WatchedChange(tuple(samples), listing_changed, tables_changed)

    def _relative(self, path: str) -> str | None:
        """The path within the dataset; None for what is no part of it."""
        relative = os.path.relpath(path, self._root)
        first = relative.partition(os.sep)[0]
        if first in (WORK_FOLDER, os.pardir, os.curdir):
            return None
        return relative.replace(os.sep, "/")

    def _sample_of(self, path: str) -> tuple[SampleId | None, bool]:
        """The sample whose file this is by its name, and whether the store knows the file."""
        likely: SampleId | None = None
        for name in _ids_in(path):
            sample = SampleId(name)
            if sample in self._store:
                if any(path in self._store.files(sample, modality) for modality in _PER_SAMPLE):
                    return sample, True
                likely = likely or sample
        return likely, False


def _ids_in(path: str) -> Iterator[str]:
    """The ids that a file may belong to: ``…/00017_l_brow.png`` is of 00017_l_brow, 00017_l, 00017 or 17."""
    name = path.rpartition("/")[2].partition(".")[0]
    while name:
        yield name
        if name.isascii() and name.isdecimal() and name[0] == "0":
            yield name.lstrip("0") or "0"
        name = name.rpartition("_")[0]


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _slow_notice(why: str) -> str:
    return (
        f"changes that other programs make to this dataset are noticed after some seconds, and only files that come or"
        f" go ({why}); index the dataset to find files that were changed in place"
    )


def _remote_kind(root: Path, mounts: Path = Path("/proc/self/mountinfo")) -> str | None:
    """The kind of network disk that a folder lies on, as far as the system tells; None for a local one."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    best, kind = "", ""
    real = os.path.realpath(root)
    for line in lines:
        left, _, right = line.partition(" - ")
        words, kinds = left.split(), right.split()
        if len(words) < 5 or not kinds:
            continue
        point = words[4].encode("utf-8", "surrogateescape").decode("unicode_escape").encode("latin-1", "replace")
        place = os.fsdecode(point).rstrip("/")
        if len(place) >= len(best) and (real == place or real.startswith(place + "/")):
            best, kind = place, kinds[0]
    return kind if kind in _REMOTE or kind.startswith("fuse.") else None
