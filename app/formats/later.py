"""Values that are made when somebody asks for them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Later(Generic[T]):
    """A value that is made at its first use, once, whichever thread asks first."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make: Callable[[], T] | None = make
        self._lock = threading.Lock()
        self._value: T

    def value(self) -> T:
        """The value. ``make`` must not ask for it itself."""
        with self._lock:
            if self._make is not None:
                self._value = self._make()
                self._make = None
            return self._value
