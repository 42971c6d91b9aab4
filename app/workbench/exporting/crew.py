"""The processes that write an export: each takes the next part, and one that breaks costs no more than the sample that
broke it.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from app.faces.errors import ExportError
from app.faces.sample import SampleId
from app.formats.exporting.protocol import Written
from app.workbench.children import Channel, Child
from app.workbench.exporting.estimate import Estimate
from app.workbench.exporting.journal import KeptParts
from app.workbench.exporting.parts import Assignment, PartDone, PartWriter, as_user_error
from app.workbench.exporting.target import hold_as_writer

_TARGET = "app.workbench.exporting.crew:serve"
_WAIT_S = 0.2


@dataclass(frozen=True, slots=True)
class _Write:
    part: int
    without: tuple[SampleId, ...] = ()


@dataclass(frozen=True, slots=True)
class _Try:
    part: int
    sample: SampleId


@dataclass(frozen=True, slots=True)
class _Estimate:
    pass


@dataclass(frozen=True, slots=True)
class _Finish:
    kept: KeptParts


@dataclass(frozen=True, slots=True)
class _Failed:
    error: Exception


T = TypeVar("T")
_Task = _Write | _Try | _Estimate | _Finish


class ChildEndedError(Exception):
    """The process that was asked is gone."""


def serve(channel: Channel) -> None:
    """In a child: do what one is asked to until the parent is gone."""
    from app.imaging.cv import cv2

    cv2.setNumThreads(1)
    assignment: Assignment = channel.receive()
    hold_as_writer(assignment.writers)
    writer: PartWriter | None = None
    while True:
        task: _Task = channel.receive()
        try:
            if writer is None:
                writer = PartWriter(assignment.address.opened(), assignment)
            answer = _done(writer, task)
        except Exception as error:
            answer = _Failed(as_user_error(error, f"the format {assignment.format}"))
        channel.send(answer)


def _done(writer: PartWriter, task: _Task) -> object:
    match task:
        case _Write(part, without):
            return writer.write(part, without)
        case _Try(part, sample):
            writer.try_alone(part, sample)
            return None
        case _Estimate():
            return writer.estimate()
        case _Finish(kept):
            return writer.finish(kept)


class Crew:
    """``workers`` children, as ``nice`` as told, that write one export; with none the calling thread writes.

    Close it after use.
    """

    def __init__(self, assignment: Assignment, writer: PartWriter, workers: int, *, nice: int = 0) -> None:
        self._assignment = assignment
        self._writer = writer
        self._workers = workers
        self._nice = nice
        self._children: set[Child] = set()
        self._idle: list[Child] = []
        self._starting: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._closed = False

    def write(self, parts: Iterable[int]) -> Iterator[PartDone | None]:
        """The parts in the order in which they are done; None now and then while there is nothing new.

        Raises what ended one of them.
        """
        todo = deque(parts)
        if not self._workers:
            for part in todo:
                try:
                    yield self._writer.write(part)
                except Exception as error:
                    raise as_user_error(error, f"the format {self._assignment.format}") from error
            return
        done: queue.SimpleQueue[PartDone | Exception | None] = queue.SimpleQueue()
        threads = [
            threading.Thread(target=self._drive, args=(todo, done), name="export", daemon=True)
            for _ in range(min(self._workers, len(todo)))
        ]
        for thread in threads:
            thread.start()
        working = len(threads)
        while working:
            try:
                answer = done.get(timeout=_WAIT_S)
            except queue.Empty:
                yield None
                continue
            if isinstance(answer, Exception):
                raise answer
            if answer is None:
                working -= 1
            else:
                yield answer

    def estimate(self, parts: int) -> Iterator[Estimate | None]:
        """About how much there is to write; None now and then until that is known. Raises what ended it.

        ``parts`` will be written next: the children for that start meanwhile, for starting takes each of them longer.
        """
        self._starting = [
            threading.Thread(target=self._start, name="export", daemon=True)
            for _ in range(min(self._workers, parts) - 1)
        ]
        for thread in self._starting:
            thread.start()
        return self._answered(_Estimate(), Estimate)

    def finish(self, kept: KeptParts) -> Iterator[Written | None]:
        """What needs all parts is written; None now and then until it is. Raises what ended it."""
        return self._answered(_Finish(kept), Written)

    def close(self) -> None:
        """No child is left; what they were writing stays as it is."""
        with self._lock:
            self._closed = True
            children = list(self._children)
        for child in children:
            child.end()

    def _answered(self, task: _Task, kind: type[T]) -> Iterator[T | None]:
        """The answer to a task, from a child where there are any."""
        done: queue.SimpleQueue[object] = queue.SimpleQueue()
        if self._workers:
            threading.Thread(target=self._put_answer, args=(task, done), name="export", daemon=True).start()
        else:
            try:
                done.put(_done(self._writer, task))
            except Exception as error:
                raise as_user_error(error, f"the format {self._assignment.format}") from error
        while True:
            try:
                answer = done.get(timeout=_WAIT_S)
            except queue.Empty:
                yield None
                continue
            if isinstance(answer, Exception):
                raise answer
            assert isinstance(answer, kind)
            yield answer
            return

    def _put_answer(self, task: _Task, done: queue.SimpleQueue[object]) -> None:
        try:
            try:
                done.put(self._ask(task))
            except ChildEndedError:
                done.put(self._ask(task))
        except ChildEndedError as error:
            done.put(error if isinstance(task, _Estimate) else _told(error, "the end of the export"))
        except Exception as error:
            done.put(_told(error, "the export"))

    def _drive(self, todo: deque[int], done: queue.SimpleQueue[PartDone | Exception | None]) -> None:
        """One thread: it keeps one child busy."""
        try:
            for thread in self._starting:
                thread.join()
            while not self._closed:
                try:
                    part = todo.popleft()
                except IndexError:
                    break
                done.put(self._written(part))
            done.put(None)
        except Exception as error:
            done.put(_told(error, "a part of the export"))

    def _written(self, part: int) -> PartDone:
        """The part is written, if need be without the samples that end a child."""
        for _ in range(2):
            with suppress(ChildEndedError):
                return self._part(_Write(part))
        broken = []
        for item in self._writer.parts[part]:
            try:
                self._ask(_Try(part, item.sample))
            except ChildEndedError:
                broken.append(item.sample)
        return self._part(_Write(part, tuple(broken)))

    def _part(self, task: _Write) -> PartDone:
        answer = self._ask(task)
        assert isinstance(answer, PartDone)
        return answer

    def _ask(self, task: _Task) -> object:
        """What a child answers. Raises ChildEndedError when it breaks, and what it raised."""
        child = self._taken()
        try:
            child.channel.send(task)
            answer = child.channel.receive()
        except (EOFError, OSError):
            with self._lock:
                self._children.discard(child)
            child.end()
            raise ChildEndedError from None
        with self._lock:
            self._idle.append(child)
        if isinstance(answer, _Failed):
            raise answer.error
        return answer

    def _taken(self) -> Child:
        """An idle child, or a new one. Raises ExportError where none can be started."""
        with self._lock:
            if self._closed:
                raise ChildEndedError
            if self._idle:
                return self._idle.pop()
        return self._new()

    def _start(self) -> None:
        """One child more is idle; where none can be started, whoever needs it says so."""
        with suppress(ChildEndedError, ExportError):
            child = self._new()
            with self._lock:
                self._idle.append(child)

    def _new(self) -> Child:
        """Raises ExportError where none can be started."""
        with self._lock:
            if self._closed:
                raise ChildEndedError
            try:
                child = Child(_TARGET, nice=self._nice)
            except OSError as error:
                raise ExportError(f"no process can be started to export with: {error.strerror}") from None
            self._children.add(child)
        with suppress(OSError):  # who asks it will see
            child.channel.send(self._assignment)
        return child


def _told(error: Exception, what: str) -> Exception:
    if isinstance(error, ChildEndedError):
        return ExportError(
            f"{what} ended the program that wrote it, twice; is there enough memory? What is done is kept"
        )
    return as_user_error(error, what)
