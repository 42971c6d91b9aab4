"""What the command line prints, and where: the answer on stdout, everything else on stderr.

Text that comes from a dataset's files is text: control characters, terminal sequences and bidi marks are shown as
escapes, so that a caption cannot move the cursor, colour the screen or pretend to be our own message.
"""

from __future__ import annotations

import json
import sys
import time
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_BAR_WIDTH = 24
_QUIET_REPORT_S = 10.0


def plain(text: str) -> str:
    """The text with everything a terminal would obey instead of show as ``\\x1b`` or ``\\u202e``."""
    return "".join(_escaped(c) if unicodedata.category(c) in _HIDDEN else c for c in text)


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """``1 sample``, ``2 samples``; ``2 sketches`` where the plural is said."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def table(rows: Iterable[Sequence[str]], *, indent: int = 2) -> list[str]:
    """Rows of cells as lines with aligned columns; the last column is as long as it is."""
    listed = [[plain(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in listed if i < len(row)) for i in range(max(map(len, listed), default=0))]
    return [
        " " * indent + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()
        for row in listed
    ]


@dataclass
class Output:
    """Where a command speaks. ``as_json`` prints one document and nothing else on stdout; ``quiet`` silences stderr."""

    as_json: bool = False
    quiet: bool = False
    _bar: Bar | None = field(default=None, init=False)

    def answer(self, document: Any, lines: Iterable[str]) -> None:
        """The command's result: the document with ``--json``, else the lines (already ``plain`` where needed)."""
        if self.as_json:
            print(json.dumps(document, indent=2))
            return
        for line in lines:
            print(line)

    def message(self, text: str) -> None:
        """A word to the person at the terminal."""
        if not self.quiet:
            self._clear_bar()
            print(plain(text), file=sys.stderr)

    def progress(self, what: str) -> Bar:
        """A bar for a long job; it draws nothing when quiet."""
        self._bar = Bar(what, drawn=not self.quiet)
        return self._bar

    def done(self) -> None:
        """Take the bar away."""
        self._clear_bar()
        self._bar = None

    def _clear_bar(self) -> None:
        if self._bar is not None:
            self._bar.clear()


class Bar:
    """A ``Progress``: one line with a bar, rate and remaining time; without a terminal a line every ten seconds."""

    def __init__(self, what: str, *, drawn: bool = True) -> None:
        self._what = what
        self._drawn = drawn
        self._on_terminal = drawn and sys.stderr.isatty()
        self._began = self._last = time.monotonic()
        self._shown = 0

    def report(self, done: int, total: int, note: str = "") -> None:
        """Draw, at most ten times a second."""
        now = time.monotonic()
        pause = 0.1 if self._on_terminal else _QUIET_REPORT_S
        if not self._drawn or (now - self._last < pause and (done < total or not self._on_terminal)):
            return
        self._last = now
        line = self.line(done, total, now - self._began, note)
        if self._on_terminal:
            print("\r" + line.ljust(self._shown), end="", file=sys.stderr, flush=True)
            self._shown = len(line)
        else:
            print(line, file=sys.stderr)

    def line(self, done: int, total: int, elapsed_s: float, note: str = "") -> str:
        """``make demo [#####     ] 12/24  3.1/s  4 s left  note``."""
        full = round(_BAR_WIDTH * done / total) if total else 0
        parts = [f"{self._what} [{'#' * full}{' ' * (_BAR_WIDTH - full)}] {done}/{total}"]
        if done and elapsed_s > 0:
            rate = done / elapsed_s
            parts.append(f"{rate:.1f}/s")
            parts.append(f"{(total - done) / rate:.0f} s left")
        if note:
            parts.append(plain(note)[:40])
        return "  ".join(parts)

    def clear(self) -> None:
        """Nothing of the bar is left on the line."""
        if self._shown:
            print("\r" + " " * self._shown + "\r", end="", file=sys.stderr, flush=True)
            self._shown = 0
