"""How one exported the last time: options per format, and where to. Convenience, kept with the window's own state."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.ui.window_state import WindowState


class Remembered:
    """Reads and writes plain JSON; what is damaged counts as nothing."""

    def __init__(self, state: WindowState) -> None:
        self._state = state

    @property
    def format(self) -> str:
        """The name of the format that was used last."""
        return self._state.text("export_format")

    @property
    def home(self) -> Path | None:
        """The folder that the last export was made in."""
        text = self._state.text("export_home")
        return Path(text) if text and Path(text).is_dir() else None

    def of(self, name: str) -> dict[str, Any]:
        """``options``, ``splits`` and ``renumber`` of the last export in this format; empty where there was none."""
        try:
            kept = json.loads(self._state.text(f"export_{name}") or "{}")
        except ValueError:
            return {}
        return kept if isinstance(kept, dict) else {}

    def keep(self, name: str, home: Path, told: dict[str, Any]) -> None:
        """An export in this format was begun."""
        self._state.keep_text("export_format", name)
        self._state.keep_text("export_home", str(home))
        self._state.keep_text(f"export_{name}", json.dumps(told))
