"""Processes of our own that do heavy work beside the window, and never outlive it.

A child answers on its standard output to what it is sent on its standard input. When its parent ends, be it by
``kill -9``, the pipe closes and the child ends too. It is a fresh interpreter that never imports the parent's main
module, so that a script without an ``if __name__ == "__main__"`` may use it; and when a decoder crashes in it, the
parent only sees the pipe close.
"""

from __future__ import annotations

import importlib
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

NICEST = 19
"""The lowest priority: the work is done in what the window leaves over."""

_ROOT = str(Path(__file__).resolve().parent.parent.parent)
_START = "import sys; sys.path.insert(0, {root!r}); from app.workbench.children import run; run({target!r}, {nice})"
_LOW_PRIORITY = getattr(subprocess, "IDLE_PRIORITY_CLASS", 0)  # Windows


class Channel:
    """Values in both directions over a pair of pipes. One thread may send while another receives."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._lock = threading.Lock()

    def send(self, value: Any) -> None:
        """Raises OSError when the other side is gone."""
        data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        with self._lock:
            self._outgoing.write(data)
            self._outgoing.flush()

    def receive(self) -> Any:
        """Wait for a value. Raises EOFError when the other side is gone."""
        try:
            # Only our own processes hold the other end.
            return pickle.load(self._incoming)  # noqa: S301
        except (pickle.UnpicklingError, OSError, ValueError) as error:
            raise EOFError(str(error)) from None

    def close(self) -> None:
        """The other side reads the end."""
        for stream in (self._outgoing, self._incoming):
            with suppress(OSError, ValueError):
                stream.close()


class Child:
    """A running child whose ``target`` (``module:function``) was called with its channel."""

    def __init__(self, target: str, *, nice: int = 0) -> None:
        """Raises OSError when no process can be started."""
        code = _START.format(root=_ROOT, target=target, nice=nice)
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # decoders talk about every odd file there
            start_new_session=True,  # Ctrl+C is the parent's business
            creationflags=_LOW_PRIORITY if nice else 0,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.channel = Channel(self._process.stdout, self._process.stdin)  # type: ignore[arg-type]

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def ended(self, timeout_s: float) -> bool:
        """Wait for its end; whether it came."""
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return False
        return True

    def end(self, timeout_s: float = 0.0) -> None:
        """It is gone, killed when it does not end in time by itself. Its pipes are closed."""
        if not timeout_s or not self.ended(timeout_s):
            self._process.kill()
            self._process.wait()
        self.channel.close()


def are_possible() -> bool:
    """Whether this program can start itself again: a frozen bundle's executable takes no Python code."""
    return bool(sys.executable) and not getattr(sys, "frozen", False)


def run(target: str, nice: int) -> None:
    """In the child: call the target with a channel to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if nice and hasattr(os, "nice"):
        with suppress(OSError):
            os.nice(nice)
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that a library prints gets between the values
    module, _, function = target.partition(":")
    serve: Callable[[Channel], None] = getattr(importlib.import_module(module), function)
    with suppress(EOFError, BrokenPipeError):
        serve(Channel(sys.stdin.buffer, outgoing))
    # No clean-up: threads may be waiting in a read, and everything worth keeping was written by the target.
    os._exit(0)
