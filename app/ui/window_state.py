"""What the window remembers by itself: recent datasets, its own place and that of its docks, the last sample seen.

Plain ini through QSettings, in our configuration folder. It is convenience: a lost or damaged file costs nothing.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from app import paths

RECENT_AT_MOST = 12
SEARCHES_AT_MOST = 30


class WindowState:
    """Reads and writes the ini file. ``layout_version`` rises when docks are renamed; older states are dropped."""

    layout_version = 3

    def __init__(self, file: Path | None = None) -> None:
        self._kept = QSettings(str(file or paths.config_folder() / "window.ini"), QSettings.Format.IniFormat)

    def recent(self) -> list[Path]:
        """Datasets opened before, the last one first."""
        kept = self._kept.value("recent", [])
        texts = [kept] if isinstance(kept, str) else kept if isinstance(kept, list) else []
        return [Path(text) for text in texts if isinstance(text, str) and text]

    def remember(self, folder: Path) -> None:
        """``folder`` was opened now."""
        self._write_recent([folder, *(other for other in self.recent() if other != folder)])

    def forget(self, folder: Path) -> None:
        """``folder`` is no longer listed."""
        self._write_recent([other for other in self.recent() if other != folder])

    def last_sample(self, folder: Path) -> str | None:
        """The sample that was on screen when the dataset was open last."""
        kept = self._kept.value("last_sample", {})
        seen = kept.get(str(folder)) if isinstance(kept, dict) else None
        return seen if isinstance(seen, str) else None

    def remember_sample(self, folder: Path, sample: str) -> None:
        """The sample on screen as the dataset is closed."""
        kept = self._kept.value("last_sample", {})
        listed = {str(path) for path in self.recent()}
        seen = {k: v for k, v in kept.items() if k in listed} if isinstance(kept, dict) else {}
        self._kept.setValue("last_sample", {**seen, str(folder): sample})

    def bytes_of(self, name: str) -> QByteArray | None:
        """A geometry or dock state kept under ``name``, if it is of this layout version."""
        if self._kept.value("layout_version", 0, int) != self.layout_version:
            return None
        kept = self._kept.value(name)
        return kept if isinstance(kept, QByteArray) else None

    def keep_bytes(self, name: str, state: QByteArray) -> None:
        """Keep a geometry or dock state."""
        self._kept.setValue("layout_version", self.layout_version)
        self._kept.setValue(name, state)

    def text(self, name: str) -> str:
        """A word kept under ``name``; empty when there is none."""
        kept = self._kept.value(name, "")
        return kept if isinstance(kept, str) else ""

    def keep_text(self, name: str, text: str) -> None:
        """Keep a word."""
        self._kept.setValue(name, text)

    def searches(self) -> list[str]:
        """What was searched for, the last one first."""
        kept = self._kept.value("searches", [])
        texts = [kept] if isinstance(kept, str) else kept if isinstance(kept, list) else []
        return [text for text in texts if isinstance(text, str) and text]

    def keep_search(self, text: str) -> None:
        """``text`` was searched for now."""
        searches = [text, *(other for other in self.searches() if other != text)]
        self._kept.setValue("searches", searches[:SEARCHES_AT_MOST])

    def flush(self) -> None:
        """On disk now."""
        self._kept.sync()

    def _write_recent(self, folders: list[Path]) -> None:
        self._kept.setValue("recent", [str(folder) for folder in folders[:RECENT_AT_MOST]])
