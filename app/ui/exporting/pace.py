"""How fast a long job goes and how long it still takes, in few words."""

from __future__ import annotations

import time
from collections import deque

from PySide6.QtCore import QCoreApplication

_OVER_S = 15.0
_FIRST_AFTER_S = 1.0


class Pace:
    """Told how much is done, it knows the rate of the last quarter of a minute."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def note(self, done: int, now: float | None = None) -> None:
        """So much is done by now (seconds of a steady clock)."""
        now = time.monotonic() if now is None else now
        if self._seen and done < self._seen[-1][1]:
            self._seen.clear()
        self._seen.append((now, done))
        while now - self._seen[0][0] > _OVER_S:
            self._seen.popleft()

    def rate(self) -> float | None:
        """Steps a second; None while that cannot be told."""
        if not self._seen:
            return None
        (begin, before), (end, after) = self._seen[0], self._seen[-1]
        if end - begin < _FIRST_AFTER_S or after <= before:
            return None
        return (after - before) / (end - begin)

    def text(self, left: int) -> str:
        """``24 a second · 8 s left``; empty while the rate cannot be told."""
        rate = self.rate()
        if rate is None:
            return ""
        speed = _tr("{count} a second").format(count=f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}")
        return _tr("{speed} · {time} left").format(speed=speed, time=shown_time(left / rate))


def shown_time(seconds: float) -> str:
    """``8 s``, ``3 min``, ``2.5 h``."""
    if seconds < 90:
        return _tr("{count} s").format(count=max(1, round(seconds)))
    if seconds < 90 * 60:
        return _tr("{count} min").format(count=round(seconds / 60))
    return _tr("{count} h").format(count=f"{seconds / 3600:.1f}")


def shown_bytes(count: int) -> str:
    """``950 bytes``, ``3.1 MB``, ``120 GB``."""
    if count < 1000:
        return _tr("{count} bytes").format(count=count)
    size, units = count / 1000, ["kB", "MB", "GB", "TB"]
    while size >= 999.5 and len(units) > 1:
        size, units = size / 1000, units[1:]
    return f"{size:,.0f} {units[0]}" if size >= 10 else f"{size:,.1f} {units[0]}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("exporting", text)
