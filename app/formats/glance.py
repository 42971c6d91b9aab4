"""What the layouts see of one folder while they are asked about it, looked at once and not by each of them again.

Fifteen layouts look for their own names in the same few folders. Between two looks of one detection nothing is gained
by looking anew; what is seen is forgotten when the detection, or the opening it was made for, is over.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")

_SEEN: ContextVar[dict[Hashable, Any] | None] = ContextVar("seen", default=None)


@contextmanager
def one_glance() -> Iterator[None]:
    """What ``seen`` is asked within, by this thread, is looked at once."""
    if _SEEN.get() is not None:
        yield
        return
    token = _SEEN.set({})
    try:
        yield
    finally:
        _SEEN.reset(token)


def is_glancing() -> bool:
    """Whether others may ask for the same in a moment."""
    return _SEEN.get() is not None


def seen(key: Hashable, look: Callable[[], T]) -> T:
    """What ``look`` gives, or gave for the same key within this glance. Nobody may change it."""
    known = _SEEN.get()
    if known is None:
        return look()
    if key not in known:
        known[key] = look()
    found: T = known[key]
    return found
