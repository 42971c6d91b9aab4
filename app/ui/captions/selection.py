"""Which caption lines are selected, to be copied as a block."""

from __future__ import annotations

from collections.abc import Callable


class Selection:
    """Lines by number (from 0). ``changed`` is called with each line whose state changed."""

    def __init__(self, changed: Callable[[int], None]) -> None:
        self._changed = changed
        self._lines: frozenset[int] = frozenset()
        self._anchor: int | None = None

    def __contains__(self, line: object) -> bool:
        return line in self._lines

    @property
    def lines(self) -> tuple[int, ...]:
        """The lines, from the first."""
        return tuple(sorted(self._lines))

    def clear(self) -> None:
        """None is selected."""
        self._anchor = None
        self._set(frozenset())

    def only(self, line: int) -> None:
        """This one alone; once more: none."""
        again = self._lines == {line}
        self._anchor = line
        self._set(frozenset() if again else frozenset({line}))

    def toggle(self, line: int) -> None:
        """This one as well, or not any more."""
        self._anchor = line
        self._set(self._lines ^ {line})

    def extend(self, to: int, start: int) -> None:
        """From where the selection began (``start``, where there is none) to a line."""
        anchor = self._anchor = start if self._anchor is None else self._anchor
        self._set(frozenset(range(min(anchor, to), max(anchor, to) + 1)))

    def clip(self, count: int) -> None:
        """There are only so many lines now."""
        if any(line >= count for line in self._lines):
            self.clear()

    def _set(self, lines: frozenset[int]) -> None:
        was, self._lines = self._lines, lines
        for line in was ^ lines:
            self._changed(line)
