"""Reading many samples at once, in processes where that pays.

Decoding is done in children: the window's process stays free, all cores work, and a file that crashes a decoder costs
one child, not the session. The sample it was on is reported and passed over.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.catalog.contents import Contents
from app.catalog.mask_cache import kept_mask
from app.faces.classes import ClassScheme
from app.faces.sample import Modality
from app.faces.store import SampleStore
from app.formats.registry import open_store
from app.jobs import Cancelled, Gate
from app.workbench.children import Channel, Child
from app.workbench.reading import Masked, Reading, SampleReader, Task, Thumbnailed
from app.workbench.worklist import Worklist

_TARGET = "app.workbench.readers:serve"

FEW = 64
"""Up to so many samples, starting processes costs more than it saves."""


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """All a child needs to open the dataset that its parent has open."""

    root: str
    layout: str
    scheme: ClassScheme
    listing: bytes | None = None

    @classmethod
    def of(cls, store: SampleStore, *, with_listing: bool = True) -> StoreAddress:
        """Where and how the store was opened, and what it has listed."""
        listing = store.listing() if with_listing else b""
        return cls(str(store.root), store.layout, store.scheme, listing or None)

    def opened(self) -> SampleStore:
        """The dataset. Raises LayoutError."""
        return open_store(Path(self.root), self.layout, self.scheme, listing=self.listing)


def core_count() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def serve(channel: Channel) -> None:
    """In a child: read what one is asked to until the parent is gone."""
    from app.imaging.cv import cv2

    cv2.setNumThreads(1)
    address: StoreAddress = channel.receive()
    reader = SampleReader(address.opened())
    channel.send(os.getpid())
    while True:
        tasks: list[Task] = channel.receive()
        channel.send([reader.read(task) for task in tasks])


class Readers:
    """``workers`` children that read one store; with none, the calling thread reads. Close it after use."""

    def __init__(self, store: SampleStore, workers: int, *, nice: int = 0) -> None:
        self._store = store
        self._address = StoreAddress.of(store) if workers else None
        self._workers = workers
        self._nice = nice
        self._children: set[Child] = set()
        self._idle: list[Child] = []
        self._can_start = True
        self._lock = threading.Lock()
        self._closed = False

    def read(self, work: Worklist, gate: Gate) -> Iterator[list[Reading] | None]:
        """Readings in the order in which they are done; None now and then while there is nothing new.

        Raises Cancelled when the gate does; those who wait there hand out no more work.
        """
        if self._workers == 0:
            reader = SampleReader(self._store)
            while tasks := work.take():
                for task in tasks:
                    gate.enter()
                    yield [reader.read(task)]
            return
        done: queue.SimpleQueue[list[Reading] | None] = queue.SimpleQueue()
        threads = [
            threading.Thread(target=self._drive, args=(work, gate, done), name="index reader", daemon=True)
            for _ in range(self._workers)
        ]
        for thread in threads:
            thread.start()
        working = len(threads)
        while working:
            try:
                readings = done.get(timeout=0.2)
            except queue.Empty:
                if gate.is_cancelled:
                    raise Cancelled from None
                yield None
                continue
            if readings is None:
                working -= 1
            else:
                yield readings
        if gate.is_cancelled:
            raise Cancelled

    def close(self) -> None:
        """No child is left."""
        with self._lock:
            self._closed = True
            children = list(self._children)
        for child in children:
            child.end()

    def _drive(self, work: Worklist, gate: Gate, done: queue.SimpleQueue[list[Reading] | None]) -> None:
        """One thread: it keeps one child busy, and starts another when that one breaks."""
        child: Child | None = None
        try:
            while True:
                gate.enter()
                tasks = work.take()
                if not tasks:
                    return
                child, readings = self._ask(child, tasks)
                if child is None and readings is None:
                    # One of them breaks the child: find out which.
                    readings = []
                    for task in tasks:
                        child, single = self._ask(child, [task])
                        readings += single if single is not None else [_crashed(self._store, task)]
                done.put(readings or [])
        except Cancelled:
            pass
        finally:
            if child is not None:
                with self._lock:
                    self._idle.append(child)
            done.put(None)

    def _ask(self, child: Child | None, tasks: list[Task]) -> tuple[Child | None, list[Reading] | None]:
        """What a child answers; no child and no readings when it broke. Without children this thread reads."""
        child = child or self._started()
        if child is None:
            reader = SampleReader(self._store)
            return None, [reader.read(task) for task in tasks]
        try:
            child.channel.send(tasks)
            readings: list[Reading] = child.channel.receive()
        except (EOFError, OSError):
            self._release(child)
            if self._closed:
                raise Cancelled from None
            return None, None
        return child, readings

    def _started(self) -> Child | None:
        """A child that has opened the dataset; None where none can be started."""
        with self._lock:
            if self._closed:
                raise Cancelled
            if self._idle:
                return self._idle.pop()
            if not self._can_start:
                return None
            try:
                child = Child(_TARGET, nice=self._nice)
            except OSError:
                self._can_start = False
                return None
            self._children.add(child)
        try:
            child.channel.send(self._address)
            child.channel.receive()
        except (EOFError, OSError):
            self._release(child)
            if self._closed:
                raise Cancelled from None
            self._can_start = False
            return None
        return child

    def _release(self, child: Child) -> None:
        with self._lock:
            self._children.discard(child)
        with suppress(OSError):
            child.end()


def _crashed(store: SampleStore, task: Task) -> Reading:
    """What is told of a sample at which a reader ended: it is not read again until its files change."""
    from app.catalog.stamps import stamp_of

    modality = {"contents": Modality.MASK, "thumbnails": Modality.PHOTO}.get(task.part, Modality.CAPTIONS)
    problem = f"the {modality.value} of sample {task.sample} ended the program that read it; replace its files"
    stamp = stamp_of(store.root, store.files(task.sample, modality))
    if stamp is None or task.part == "captions":
        return Reading(task, problems=(problem,))
    if task.part == "thumbnails":
        return Reading(task, thumbnail=Thumbnailed(stamp, b""), problems=(problem,))
    return Reading(task, mask=Masked(stamp, Contents.unreadable(problem), kept_mask(None)), problems=(problem,))
