"""Indexing beside the window: at the lowest priority, in one process of its own, to be paused and cancelled.

The window's process only hears how far it is. A child opens the dataset for itself, reads with children of its own and
is the only one of them that writes to the catalog; the window takes over what was written with ``Catalog.pull``. A few
samples (after a save, or in a small dataset) are read by a thread: a process would take longer to start.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from app.catalog.catalog import LISTING, Catalog
from app.catalog.places import CatalogPlaces
from app.faces.errors import FaceDataError
from app.faces.sample import SampleId
from app.faces.store import SampleStore
from app.jobs import Cancelled, Gate
from app.workbench.children import NICEST, Channel, Child, are_possible
from app.workbench.index import ALL_PARTS, TABLES, build_index, tables_stamp
from app.workbench.readers import FEW, StoreAddress, core_count
from app.workbench.worklist import Worklist

_log = logging.getLogger(__name__)

_REPORT_S = 0.2
_RATE_SPAN_S = 10.0
_ENDING_S = 3.0
"""How long a cancelled child may take to write what it has read."""


class IndexState(Enum):
    """Where background indexing stands."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """How far it is: samples ``done`` of ``total`` in the current ``part``, per second, and the seconds it may take.

    ``problems`` counts what could not be read as it should; ``message`` says why indexing failed.
    """

    state: IndexState = IndexState.IDLE
    part: str = ""
    done: int = 0
    total: int = 0
    rate: float = 0.0
    remaining_s: float | None = None
    problems: int = 0
    message: str = ""


@dataclass(frozen=True, slots=True)
class _Job:
    """What is to be indexed: all samples when ``samples`` is None, the ``first`` ones before the others."""

    samples: tuple[SampleId, ...] | None = None
    first: tuple[SampleId, ...] = ()
    parts: tuple[str, ...] = ALL_PARTS


class BackgroundIndexing:
    """Keeps the catalog of one dataset up to date. All methods return at once, except ``wait`` and ``close``.

    ``in_process`` True reads in a thread of this process, False in a child; by default a child is used for more than a
    few samples. ``on_progress`` is called from a thread of ours with every ``progress``.
    """

    def __init__(
        self,
        store: SampleStore,
        places: CatalogPlaces,
        *,
        in_process: bool | None = None,
        on_progress: Callable[[IndexProgress], None] | None = None,
    ) -> None:
        self._store = store
        self._places = places
        self._in_process = in_process
        self._on_progress = on_progress
        self._lock = threading.RLock()
        self._progress = IndexProgress()
        self._jobs: deque[_Job] = deque()
        self._changed: dict[SampleId, None] = {}
        self._thread: threading.Thread | None = None
        self._is_paused = False
        self._gate = Gate()
        self._child: Child | None = None
        self._work: tuple[str, Worklist] | None = None
        self._pace = _Pace()

    @property
    def progress(self) -> IndexProgress:
        """How far it is now."""
        return self._progress

    def start(self, first: Sequence[SampleId] = ()) -> None:
        """Index whatever is not known or has changed; the ``first`` samples (those in sight) before the others."""
        with self._lock:
            self._jobs.append(_Job(first=tuple(first)))
            self._run()

    def again(self, samples: Iterable[SampleId] | None = None) -> None:
        """Files of these samples have changed, or any (None): what is known of them is made true again."""
        with self._lock:
            if samples is None:
                if not any(job.samples is None and job.parts == ALL_PARTS for job in self._jobs):
                    self._jobs.append(_Job())
            else:
                chosen = tuple(samples)
                self._changed.update(dict.fromkeys(chosen))
                if self._thread is not None:
                    self._tell_running(chosen)
            self._run()

    def pause(self) -> None:
        """Nothing is read until ``resume``; what is being read now, a tenth of a second's work, is finished."""
        with self._lock:
            self._is_paused = True
            self._gate.pause()
            self._send("pause")
            self._pace.reset()
            if self._thread is not None:
                self._show(replace(self._progress, state=IndexState.PAUSED, rate=0.0, remaining_s=None))

    def resume(self) -> None:
        """Go on."""
        with self._lock:
            self._is_paused = False
            self._gate.resume()
            self._send("resume")
            if self._thread is not None:
                self._show(replace(self._progress, state=IndexState.RUNNING))

    def cancel(self) -> None:
        """Stop; what was read is kept, and the next ``start`` goes on from there."""
        with self._lock:
            self._jobs.clear()
            self._changed.clear()
            self._gate.cancel()
            self._send("cancel")

    def wait(self, timeout_s: float | None = None) -> bool:
        """Until there is nothing to do or it was cancelled; whether that came in time."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while (thread := self._thread) is not None:
            thread.join(None if deadline is None else max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                return False
        return True

    def close(self) -> None:
        """It is cancelled, and no process of ours is left."""
        self.cancel()
        if not self.wait(_ENDING_S) and (child := self._child) is not None:
            child.end()

    def _run(self) -> None:
        if self._thread is None:
            self._gate = Gate()
            if self._is_paused:
                self._gate.pause()
            self._thread = threading.Thread(target=self._work_off, name="indexing", daemon=True)
            self._thread.start()

    def _work_off(self) -> None:
        ended = IndexState.DONE
        message = ""
        while True:
            with self._lock:
                if self._gate.is_cancelled:
                    job, ended = None, IndexState.CANCELLED
                else:
                    job = self._next()
                if job is None:
                    self._thread = None
                    self._show(replace(self._progress, state=ended, rate=0.0, remaining_s=None, message=message))
                    if self._jobs or self._changed:  # asked for after it was cancelled
                        self._run()
                    return
                state = IndexState.PAUSED if self._is_paused else IndexState.RUNNING
                problems = 0 if job.samples is None else self._progress.problems
                self._show(replace(self._progress, state=state, problems=problems, message=""))
            try:
                self._do(job)
                ended, message = IndexState.DONE, ""
            except Cancelled:
                ended = IndexState.CANCELLED
            except FaceDataError as error:
                ended, message = IndexState.FAILED, str(error)
            except Exception as error:
                # The last place where this thread can tell anybody.
                _log.exception("indexing failed")
                ended, message = IndexState.FAILED, f"indexing failed: {type(error).__name__}: {error}"

    def _next(self) -> _Job | None:
        """The next job. A pass over all samples looks at the changed ones as well."""
        if self._jobs:
            job = self._jobs.popleft()
            if job.parts == ALL_PARTS:
                job = replace(job, first=(*self._changed, *job.first))
                self._changed.clear()
            return job
        if self._changed:
            changed = tuple(self._changed)
            self._changed.clear()
            return _Job(samples=changed)
        return None

    def _do(self, job: _Job) -> None:
        count = len(self._store.sample_ids)
        concerned = count if job.samples is None else len(job.samples)
        is_small = self._in_process if self._in_process is not None else concerned <= FEW or not are_possible()
        if not is_small:
            self._do_in_child(job)
            return
        # Reading a large table takes a while even for one sample.
        leave_tables = job.samples is not None and count > FEW and self._in_process is None
        parts = tuple(part for part in job.parts if part != TABLES or not leave_tables)
        self._do_in_thread(replace(job, parts=parts))
        if leave_tables and self._tables_changed():
            with self._lock:
                self._jobs.append(_Job(parts=(TABLES,)))

    def _tables_changed(self) -> bool:
        with Catalog.open(self._places) as catalog:
            return catalog.tables_stamp != tables_stamp(self._store)

    def _do_in_thread(self, job: _Job) -> None:
        try:
            report = build_index(
                self._store,
                self._places,
                parts=job.parts,
                samples=job.samples,
                first=job.first,
                progress=_Limited(self._told),
                gate=self._gate,
                workers=0,
                on_work=self._began,
            )
        finally:
            self._work = None
        self._count_problems(len(report.problems))

    def _do_in_child(self, job: _Job) -> None:
        try:
            child = Child("app.workbench.indexing:serve", nice=NICEST)
        except OSError as error:
            raise FaceDataError(f"no process can be started for indexing: {error.strerror}; close something") from None
        try:
            address = StoreAddress.of(self._store, with_listing=False)
            child.channel.send((address, self._places.folder, job))
            with self._lock:
                self._child = child
                if self._gate.is_cancelled:
                    raise Cancelled
                if self._is_paused:
                    self._send("pause")
            self._listen(child.channel)
            child.ended(_ENDING_S)
        except (EOFError, OSError):
            if self._gate.is_cancelled:
                raise Cancelled from None
            raise FaceDataError("the process that indexed this dataset was ended; start indexing again") from None
        finally:
            with self._lock:
                self._child = None
            child.end()

    def _listen(self, channel: Channel) -> None:
        while True:
            match channel.receive():
                case ("progress", int(done), int(total), str(part)):
                    self._told(done, total, part)
                case ("done", int(problems)):
                    self._count_problems(problems)
                    return
                case ("cancelled",):
                    raise Cancelled
                case ("failed", str(message)):
                    raise FaceDataError(message)

    def _send(self, word: str, *values: object) -> None:
        if self._child is not None:
            try:
                self._child.channel.send((word, *values))
            except (OSError, ValueError):
                _log.info("the indexing process is gone")

    def _tell_running(self, samples: tuple[SampleId, ...]) -> None:
        """What runs may have read these samples before they changed: it reads them again, at once."""
        self._send("again", samples)
        if self._work is not None:
            part, work = self._work
            work.again(samples, part)

    def _began(self, part: str, work: Worklist) -> None:
        with self._lock:
            self._work = (part, work)

    def _told(self, done: int, total: int, part: str) -> None:
        with self._lock:
            if part != self._progress.part or done < self._progress.done:
                self._pace.reset()
            rate = self._pace.rate(done)
            is_paused = self._is_paused
            self._show(
                replace(
                    self._progress,
                    state=IndexState.PAUSED if is_paused else IndexState.RUNNING,
                    part=part,
                    done=done,
                    total=total,
                    rate=0.0 if is_paused else rate,
                    remaining_s=(total - done) / rate if rate and not is_paused else None,
                )
            )

    def _count_problems(self, count: int) -> None:
        with self._lock:
            self._show(replace(self._progress, problems=self._progress.problems + count))

    def _show(self, progress: IndexProgress) -> None:
        self._progress = progress
        if self._on_progress is not None:
            self._on_progress(progress)


class _Pace:
    """Samples per second over the last seconds."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def reset(self) -> None:
        self._seen.clear()

    def rate(self, done: int) -> float:
        now = time.monotonic()
        self._seen.append((now, done))
        while now - self._seen[0][0] > _RATE_SPAN_S:
            self._seen.popleft()
        began, before = self._seen[0]
        return (done - before) / (now - began) if now > began else 0.0


class _Limited:
    """A progress that passes on a few reports a second, and always the first and the last of a part."""

    def __init__(self, tell: Callable[[int, int, str], None]) -> None:
        self._tell = tell
        self._last = 0.0
        self._part = ""

    def report(self, done: int, total: int, note: str = "") -> None:
        now = time.monotonic()
        if note != self._part or done == total or now - self._last >= _REPORT_S:
            self._part, self._last = note, now
            self._tell(done, total, note)


def serve(channel: Channel) -> None:
    """In the child: index as one is told, listening meanwhile; when the parent is gone, end at once."""
    address: StoreAddress
    folder: Path
    job: _Job
    address, folder, job = channel.receive()
    gate = Gate()
    running: list[tuple[str, Worklist]] = []

    def listen() -> None:
        while True:
            try:
                message = channel.receive()
            except EOFError:
                os._exit(0)
            match message:
                case ("pause",):
                    gate.pause()
                case ("resume",):
                    gate.resume()
                case ("cancel",):
                    gate.cancel()
                case ("again", tuple(samples)) if running:
                    part, work = running[-1]
                    work.again(samples, part)

    threading.Thread(target=listen, name="indexing control", daemon=True).start()
    places = CatalogPlaces(folder)
    try:
        with Catalog.open(places) as catalog:
            listing = catalog.kept(LISTING)
        report = build_index(
            replace(address, listing=listing or None).opened(),
            places,
            parts=job.parts,
            samples=job.samples,
            first=job.first,
            progress=_Limited(lambda done, total, part: channel.send(("progress", done, total, part))),
            gate=gate,
            workers=max(1, core_count() - 1),
            on_work=lambda part, work: running.append((part, work)),
        )
        channel.send(("done", len(report.problems)))
    except Cancelled:
        channel.send(("cancelled",))
    except FaceDataError as error:
        channel.send(("failed", str(error)))
    except Exception as error:
        # The child has no other way to tell what is wrong with the program.
        channel.send(("failed", f"indexing failed: {type(error).__name__}: {error}"))
