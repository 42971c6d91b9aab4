"""Children that share a long list of work: each is kept busy by a thread, and one that breaks costs what it was on."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Generic, TypeVar

from app.faces.errors import FaceDataError
from app.workbench.children import Child

Item = TypeVar("Item")
Answer = TypeVar("Answer")

_WAIT_S = 0.2
_AHEAD = 4
"""Answers that nobody took yet, per child."""


class Crew(Generic[Item, Answer]):
    """Up to ``count`` children. ``target`` (``module:function``) is called in each with a channel: first it receives
    ``told``, then items, and to each it sends an answer. What ``broken`` says is the answer where a child ended over
    an item. Close it after use."""

    def __init__(
        self, target: str, told: object, count: int, broken: Callable[[Item], Answer], *, nice: int = 0
    ) -> None:
        self._target = target
        self._told = told
        self._count = count
        self._broken = broken
        self._nice = nice
        self._done: queue.Queue[tuple[Item, Answer] | Exception] = queue.Queue(_AHEAD * count)
        self._children: set[Child] = set()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._closed = False

    def work(self, items: Sequence[Item]) -> Iterator[tuple[Item, Answer] | None]:
        """In the order in which they are done; None now and then while there is nothing new. Once.

        Raises FaceDataError where no process can be started.
        """
        todo = deque(items)
        count = min(self._count, len(items))
        self._threads = [threading.Thread(target=self._drive, args=(todo,), daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()
        for _ in items:
            while True:
                try:
                    answer = self._done.get(timeout=_WAIT_S)
                    break
                except queue.Empty:
                    yield None
            if isinstance(answer, Exception):
                raise answer
            yield answer

    def close(self) -> None:
        """No child is left, and no thread."""
        with self._lock:
            self._closed = True
            for child in self._children:
                child.end()
        while any(thread.is_alive() for thread in self._threads):
            with suppress(queue.Empty):
                self._done.get(timeout=0.01)

    def _drive(self, todo: deque[Item]) -> None:
        """One thread: it keeps one child busy, and starts another where one broke."""
        child: Child | None = None
        try:
            while not self._closed:
                try:
                    item = todo.popleft()
                except IndexError:
                    return
                try:
                    child = child or self._started()
                    child.channel.send(item)
                    answer: Any = child.channel.receive()
                    self._done.put((item, answer))
                except (EOFError, OSError):
                    child = None
                    self._done.put((item, self._broken(item)))
        except Exception as error:
            self._done.put(error)

    def _started(self) -> Child:
        with self._lock:
            if self._closed:
                raise EOFError
            try:
                child = Child(self._target, nice=self._nice)
            except OSError as error:
                raise FaceDataError(f"no process can be started to work with: {error.strerror}") from None
            self._children.add(child)
        child.channel.send(self._told)
        return child
